//! Errors as the contract sorts them: a class and a code (`interop/SCENARIOS.md`).

use streamgen_runtime::{BizStatusError, Code, Error, ErrorKind};

use crate::stream_gen::peerthrift::peer::{EchoError, NothingError};

/// Codes of TTHeader Streaming whose class is not that of their kind.
mod code {
    pub const ILLEGAL_FRAME: i32 = 12_004;
    pub const ILLEGAL_OPERATION: i32 = 12_005;
    pub const CLOSING: i32 = 12_006;
}

/// Class and code of an error.
pub fn classify(error: &Error) -> (&'static str, i32) {
    if let Some(class) = class_by_text(error) {
        return (class, number(error));
    }
    let class = match error.kitex_code() {
        Some(code::ILLEGAL_OPERATION) => "closed",
        Some(code::ILLEGAL_FRAME | code::CLOSING) => "transport",
        _ => match error.kind() {
            ErrorKind::BizStatus => "biz",
            ErrorKind::Application | ErrorKind::Status | ErrorKind::ResourceExhausted => "remote",
            ErrorKind::Canceled => "canceled",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Connection => "transport",
            ErrorKind::Protocol => "protocol",
            _ => "other",
        },
    };
    (class, number(error))
}

/// The number of an error that a Kitex peer prints too: the business status, Kitex's number, or the
/// gRPC status of a call over gRPC. Errors of calls over other wires have a gRPC status as well;
/// that status is not their number.
fn number(error: &Error) -> i32 {
    let status = || {
        let code = error.grpc_code().map(i32::from);
        code.filter(|_| error.to_string().starts_with("rpc error: "))
    };
    let biz = error.biz_status().map(BizStatusError::code);
    biz.or(error.kitex_code())
        .or_else(status)
        .unwrap_or_default()
}

/// Kitex's server tells an unknown method by Thrift's number for it, 1, which is CANCELLED in gRPC;
/// and INTERNAL says both that the handler failed and that the stream sends no more.
fn class_by_text(error: &Error) -> Option<&'static str> {
    let (code, text) = (error.grpc_code()?, error.message());
    match code {
        Code::CANCELED if error.is_remote() && text.starts_with("unknown method") => Some("remote"),
        Code::INTERNAL if !error.is_remote() && text == "stream is closed send" => Some("closed"),
        _ => None,
    }
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
