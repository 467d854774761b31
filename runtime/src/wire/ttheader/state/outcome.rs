//! How a handler's result becomes a TRAILER (2.4).

use faststr::FastStr;

use crate::codec::ApplicationException;
use crate::error::{BizStatusError, Error, ErrorKind};
use crate::metadata::Metadata;
use crate::panic;
use crate::wire::ttheader::frame::str_key;

/// What a call came to on the server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Outcome {
    /// The handler returned without an error.
    Success,
    /// A business error: pairs of the TRAILER, no payload (statement 52).
    Biz(BizStatusError),
    /// An exception with its own type and text, as middleware raises it.
    Exception(ApplicationException),
}

impl Outcome {
    /// What a handler returned. Any error but a business status is type 6, `biz error: ` and its
    /// text; the type of an application exception is lost, as in Kitex (statement 51).
    #[must_use]
    pub fn from_handler(result: Result<(), Error>) -> Self {
        match result {
            Ok(()) => Self::Success,
            Err(error) => Self::biz_or(error, |error| {
                ApplicationException::new(
                    ApplicationException::INTERNAL_ERROR,
                    format!("biz error: {}", own_text(&error)),
                )
            }),
        }
    }

    /// A panic in the handler, with Kitex's text (statement 58). `panic` is what it panicked with.
    #[must_use]
    pub fn panic(service: &str, method: &str, panic: &str) -> Self {
        Self::Exception(panic::exception(service, method, panic))
    }

    /// The service has no such method. Kitex stays silent and leaks the stream (3.8, defect 9.2);
    /// its clients understand this answer (statement 25).
    #[must_use]
    pub fn unknown_method(method: &str) -> Self {
        let text = format!("unknown method {method}");
        Self::Exception(ApplicationException::new(
            ApplicationException::UNKNOWN_METHOD,
            text,
        ))
    }

    /// The server has no such service; see [`Outcome::unknown_method`].
    #[must_use]
    pub fn unknown_service(service: &str) -> Self {
        let text = format!("unknown service {service}");
        Self::Exception(ApplicationException::new(
            ApplicationException::UNKNOWN_SERVICE,
            text,
        ))
    }

    fn biz_or(error: Error, exception: impl FnOnce(Error) -> ApplicationException) -> Self {
        match error.biz_status() {
            Some(biz) => Self::Biz(biz.clone()),
            None => Self::Exception(exception(error)),
        }
    }

    /// Adds what the TRAILER needs to the user's pairs, and returns its payload.
    pub(super) fn into_trailer(self, strings: &mut Metadata) -> Option<ApplicationException> {
        match self {
            Self::Success => None,
            Self::Exception(exception) => Some(exception),
            Self::Biz(biz) => {
                strings.insert(str_key::BIZ_STATUS, biz.code().to_string());
                strings.insert(str_key::BIZ_MESSAGE, biz.message().to_owned());
                // A map of strings always serialises. `{}` for an empty map (statement 53).
                if let Some(Ok(json)) = biz.extras().map(serde_json::to_string) {
                    strings.insert(str_key::BIZ_EXTRA, FastStr::from_string(json));
                }
                None
            }
        }
    }
}

/// An error that the handler made itself goes out as its bare text; one that it passes on from a
/// call of its own keeps Kitex's prefixes.
fn own_text(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Application if error.side().is_none() => error.message().to_owned(),
        _ => error.to_string(),
    }
}
