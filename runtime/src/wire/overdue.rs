//! The I/O error of a peer that takes longer than a limit allows.

use std::error::Error;
use std::fmt;
use std::io;

use crate::measure::Limit;

/// The inner error of the `io::Error`. It names the limit, so that the report of the error can count
/// it.
#[derive(Debug)]
struct Overdue {
    limit: Limit,
    text: String,
}

/// An error of the kind `TimedOut`, because of `limit`.
pub(super) fn overdue(limit: Limit, text: String) -> io::Error {
    io::Error::new(io::ErrorKind::TimedOut, Overdue { limit, text })
}

/// The limit because of which [`overdue`] has made `error`, or the error that is its source.
pub(super) fn overdue_limit(error: &(dyn Error + 'static)) -> Option<Limit> {
    let error = match error.downcast_ref::<io::Error>() {
        Some(error) => error,
        None => error.source()?.downcast_ref()?,
    };
    let overdue = error.get_ref()?.downcast_ref::<Overdue>()?;
    Some(overdue.limit)
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Overdue {}
