//! Errors as the contract sorts them: a class and a code (`interop/SCENARIOS.md`).

use streamgen_runtime::{Error, ErrorKind};

use crate::stream_gen::peerthrift::peer::{EchoError, NothingError};

/// Codes of TTHeader Streaming that the scenarios name.
pub mod code {
    pub const APPLICATION: i32 = 12_001;
    pub const ILLEGAL_FRAME: i32 = 12_004;
    pub const ILLEGAL_OPERATION: i32 = 12_005;
    pub const CLOSING: i32 = 12_006;
    pub const CANCELED: i32 = 12_007;
    pub const RECV_TIMEOUT: i32 = 12_014;
    pub const DEADLINE: i32 = 12_015;
}

/// Class and code of an error.
pub fn classify(error: &Error) -> (&'static str, i32) {
    let class = match error.code() {
        code::ILLEGAL_OPERATION => "closed",
        code::ILLEGAL_FRAME | code::CLOSING => "transport",
        _ => match error.kind() {
            ErrorKind::BizStatus => "biz",
            ErrorKind::Application => "remote",
            ErrorKind::Canceled => "canceled",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Connection => "transport",
            ErrorKind::Protocol => "protocol",
            _ => "other",
        },
    };
    (class, error.code())
}

/// Any error a call can end with.
pub trait Classify: std::fmt::Display {
    fn classify(&self) -> (&'static str, i32);
    /// The runtime's own error, if it is one.
    fn plain(&self) -> Option<&Error>;
}

impl Classify for Error {
    fn classify(&self) -> (&'static str, i32) {
        classify(self)
    }

    fn plain(&self) -> Option<&Error> {
        Some(self)
    }
}

impl Classify for EchoError {
    fn classify(&self) -> (&'static str, i32) {
        match self {
            Self::Pe(exception) => ("declared", exception.code),
            Self::Oe(_) => ("declared", 0),
            Self::Error(error) => classify(error),
        }
    }

    fn plain(&self) -> Option<&Error> {
        match self {
            Self::Error(error) => Some(error),
            _ => None,
        }
    }
}

impl Classify for NothingError {
    fn classify(&self) -> (&'static str, i32) {
        match self {
            Self::Pe(exception) => ("declared", exception.code),
            Self::Error(error) => classify(error),
        }
    }

    fn plain(&self) -> Option<&Error> {
        match self {
            Self::Error(error) => Some(error),
            Self::Pe(_) => None,
        }
    }
}
