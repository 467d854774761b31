//! How a subcommand ends that did not succeed: what is printed, and the exit status.

use streamgen_dynamic::client::CallError;
use streamgen_dynamic::{ConvertError, LoadError, NotFound};
use streamgen_runtime::{Error, ErrorKind};

use super::split::Request;
use crate::cli::{FAILURE, USAGE};

/// The server could not be reached, or the call broke off.
const TRANSPORT: u8 = 3;
/// The server answered with an error.
const APPLICATION: u8 = 4;
/// The server answered with a business error.
const BUSINESS: u8 = 5;
/// Ctrl-C, as shells say it.
const INTERRUPTED: u8 = 130;

/// The end of a run.
#[derive(Debug)]
pub(super) struct Ending {
    /// What is printed; nothing if nobody is there to read.
    pub(super) text: Option<String>,
    pub(super) status: u8,
}

impl Ending {
    fn new(text: impl Into<String>, status: u8) -> Self {
        Self {
            text: Some(text.into()),
            status,
        }
    }

    pub(super) fn usage(text: impl Into<String>) -> Self {
        Self::new(text, USAGE)
    }

    /// A file or standard input or output is at fault.
    pub(super) fn failure(text: impl Into<String>) -> Self {
        Self::new(text, FAILURE)
    }

    /// What a call or a `send` with this request failed with.
    pub(super) fn of_request(request: &Request, error: CallError) -> Self {
        match (&error, &request.at) {
            (CallError::Request(fault), Some(at)) => Self::usage(placed(at, fault)),
            _ => error.into(),
        }
    }

    pub(super) fn interrupted() -> Self {
        Self::new("interrupted: the call was cancelled", INTERRUPTED)
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.status == INTERRUPTED
    }

    /// The same ending without its text, for a caller that has printed that.
    pub(super) fn told(self) -> Self {
        Self { text: None, ..self }
    }

    /// Whoever read has read enough, as in `streamgen call … | head`.
    pub(super) fn nobody_reads() -> Self {
        Self {
            text: None,
            status: 0,
        }
    }
}

/// A request of a file that does not fit, with the place in the file.
fn placed((file, line, column): &(String, usize, usize), fault: &ConvertError) -> String {
    let (line, column) = match fault.json_at() {
        None => (*line, *column),
        Some((1, within)) => (*line, column + within.saturating_sub(1)),
        Some((below, within)) => (line + below - 1, within),
    };
    let idl = fault.idl().map(|(file, line)| format!(" ({file}:{line})"));
    format!(
        "{file}:{line}:{column}: the request does not fit: {}: {}{}",
        fault.path(),
        fault.problem(),
        idl.unwrap_or_default()
    )
}

impl From<LoadError> for Ending {
    fn from(error: LoadError) -> Self {
        Self::failure(error.to_string())
    }
}

impl From<NotFound> for Ending {
    fn from(error: NotFound) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<CallError> for Ending {
    fn from(error: CallError) -> Self {
        let text = error.to_string();
        match error {
            CallError::NotFound(_) | CallError::Request(_) => Self::usage(text),
            CallError::Response(_) => Self::failure(text),
            CallError::Exception { .. } => Self::new(text, APPLICATION),
            CallError::Call(error) => error.into(),
            _ => Self::failure(text),
        }
    }
}

impl From<Error> for Ending {
    fn from(error: Error) -> Self {
        if let Some(status) = error.biz_status() {
            let extras = status.extras().filter(|extras| !extras.is_empty());
            let extras = extras.map(|extras| format!(" {}", serde_json::json!(extras)));
            let (code, message) = (status.code(), status.message());
            let text = format!(
                "business error {code}: {message}{}",
                extras.unwrap_or_default()
            );
            return Self::new(text, BUSINESS);
        }
        let status = match error.kind() {
            ErrorKind::InvalidArgument => USAGE,
            ErrorKind::Application | ErrorKind::Status => APPLICATION,
            _ => TRANSPORT,
        };
        Self::new(error.to_string(), status)
    }
}
