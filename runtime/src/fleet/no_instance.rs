//! Errors of calls for which there is no instance.

use crate::error::{Error, ErrorKind, NoInstance};

/// The resolver has told nothing so far.
#[cold]
pub(super) fn not_yet(destination: &str) -> Error {
    error(format!("no instance of {destination} is known yet"))
}

/// None of `all` instances is left, of which `tried` have been tried.
#[cold]
pub(super) fn nobody(destination: &str, all: usize, tried: usize) -> Error {
    error(match (all, tried) {
        (0, _) => format!("{destination} has no instance"),
        (all, 0) => format!("none of the {all} instances of {destination} may get calls"),
        (all, _) => format!("no other of the {all} instances of {destination} may get calls"),
    })
}

fn error(text: String) -> Error {
    let error = Error::new(ErrorKind::Connection, 0, text);
    error.caused_by(NoInstance).before_handler()
}
