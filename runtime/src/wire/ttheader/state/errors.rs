//! The errors a stream or its connection ends with, with Kitex's texts.

use std::error::Error as _;
use std::fmt::Display;

use super::codes;
use super::queue::QueueFull;
use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, Side, limit};

/// Bytes that are no frame: 12004.
#[must_use]
pub fn illegal_frame(side: Side, cause: impl Display) -> Error {
    protocol(side, codes::ILLEGAL_FRAME, cause)
}

/// A frame above a limit: 12004 in Kitex, which knows no limit but the length's 32 bits.
#[must_use]
pub fn frame_too_large(side: Side, cause: impl Display) -> Error {
    let text = cause.to_string();
    Error::new(ErrorKind::ResourceExhausted, codes::ILLEGAL_FRAME, text).with_side(side)
}

/// A connection that cannot be read any more, for whoever did not cause it: the peer closed it, or
/// sent another stream what is no frame. 12004, as Kitex counts it among the frames that it cannot read.
#[must_use]
pub fn connection_unreadable(side: Side, cause: impl Display) -> Error {
    connection(side, codes::ILLEGAL_FRAME, cause)
}

/// Reading or writing the connection failed: 12006.
#[must_use]
pub fn transport_closing(side: Side, cause: impl Display) -> Error {
    connection(side, codes::TRANSPORT_CLOSING, cause)
}

/// How a handler learns that its connection is gone: 12013, with what the reader failed with.
#[must_use]
pub fn connection_closed_cancel(cause: Option<&Error>) -> Error {
    let text = match cause {
        Some(cause) => cause.to_string(),
        None => "canceled by connection closed".to_owned(),
    };
    Error::new(ErrorKind::Canceled, codes::CONNECTION_CLOSED, text).with_side(Side::Server)
}

pub(super) fn unexpected_header(side: Side, sid: i32) -> Error {
    protocol(
        side,
        codes::UNEXPECTED_HEADER,
        format_args!("stream[{sid}] already set header"),
    )
}

pub(super) fn illegal_biz_error(side: Side, extra: &str) -> Error {
    protocol(
        side,
        codes::ILLEGAL_BIZ_ERROR,
        format_args!("malformed header info, extra: {extra}"),
    )
}

pub(super) fn closed_send(side: Side) -> Error {
    protocol(side, codes::ILLEGAL_OPERATION, "stream is closed send")
}

/// What a stopping server says to a stream that it has not begun.
const NOT_BEGUN: &str =
    "the server is stopping and has not begun this stream: open it again, on another connection";

/// How a stopping server refuses a stream: by an exception of the type 12006, and this text.
#[must_use]
pub fn not_begun() -> ApplicationException {
    ApplicationException::new(codes::TRANSPORT_CLOSING, NOT_BEGUN)
}

pub(super) fn application_exception(side: Side, exception: ApplicationException) -> Error {
    if exception == not_begun() {
        return transport_closing(side, NOT_BEGUN).before_handler();
    }
    let kind = match limit::is_exhausted(&exception) {
        true => ErrorKind::ResourceExhausted,
        false => ErrorKind::Application,
    };
    let mut text = exception.message;
    if CLASSIC_PANIC.iter().all(|part| text.contains(part)) {
        text = format!("{text}{CLASSIC_HINT}").into();
    }
    Error::new(kind, codes::APPLICATION_EXCEPTION, text).with_side(side)
}

/// What a Kitex Thrift server says of every TTHeader stream if its code was generated without `-streamx`:
/// that code reads a stream which only gRPC fills in (grpc-and-pingpong.md 0). A handler's own nil
/// pointer reads the same, so this is a hint and no more.
const CLASSIC_PANIC: [&str; 2] = [
    "panic: [happened in biz handler",
    "invalid memory address or nil pointer dereference",
];
/// What to do about it.
const CLASSIC_HINT: &str = "; a Kitex server whose code was generated without -streamx panics so on each \
     TTHeader stream: such a server is reached by gRPC, with `.transport(Transport::Grpc)`";

pub(super) fn handler_returned(side: Side) -> Error {
    let text = "canceled by business handler returning";
    Error::new(ErrorKind::Canceled, codes::HANDLER_RETURNED, text).with_side(side)
}

/// Ends a stream whose user does not read.
pub(super) fn queue_overflow(side: Side, full: QueueFull) -> Error {
    let text = full.to_string();
    Error::new(ErrorKind::ResourceExhausted, codes::INTERNAL_CANCEL, text)
        .with_side(side)
        .caused_by(full)
}

/// The bound that the stream's queue exceeded, if the stream ended with this error because of it.
#[must_use]
pub fn overflow_of(error: &Error) -> Option<QueueFull> {
    error.source()?.downcast_ref().copied()
}

/// A call that does not fit the stream's state and has no number in Kitex.
pub(super) fn misuse(text: &'static str) -> Error {
    Error::new(ErrorKind::Protocol, 0, text)
}

fn connection(side: Side, code: i32, cause: impl Display) -> Error {
    Error::new(ErrorKind::Connection, code, cause.to_string()).with_side(side)
}

fn protocol(side: Side, code: i32, cause: impl Display) -> Error {
    Error::new(ErrorKind::Protocol, code, cause.to_string()).with_side(side)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classic_kitex_server_is_told_by_its_panic() {
        let panic = "panic: [happened in biz handler, method=S.M, please check the panic at the server side] \
                     runtime error: invalid memory address or nil pointer dereference";
        let of = |text: &'static str| {
            application_exception(Side::Client, ApplicationException::new(6, text))
        };
        let error = of(panic);
        assert_eq!(error.kitex_code(), Some(codes::APPLICATION_EXCEPTION));
        assert!(error.message().starts_with(panic));
        assert!(error.message().contains("Transport::Grpc"), "{error}");
        let other = of("panic: [happened in biz handler, method=S.M] index out of range");
        assert!(!other.message().contains("Grpc"), "{other}");
    }
}
