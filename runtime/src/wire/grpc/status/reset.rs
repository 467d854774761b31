//! RST_STREAM, GOAWAY and broken connections as statuses (A.10).

use std::io;

use h2::Reason;

use super::grpc;
use crate::call::Deadline;
use crate::error::{CancelReason, Code, Error, ErrorKind};
use crate::wire::grpc::GRACEFUL_SHUTDOWN;
use crate::wire::grpc::frames::NOT_HTTP2;

/// Kitex's text for the code 1000.
const GRACEFUL: &str = "graceful shutdown";

/// How a client sees its stream broken off. `deadline_passed`: a CANCEL is then the server's own
/// deadline, which began a little earlier than ours.
pub(in super::super) fn of_h2(error: &h2::Error, deadline_passed: bool) -> Error {
    match is_unprocessed(error) {
        true => status(error, deadline_passed).before_handler(),
        false => status(error, deadline_passed),
    }
}

fn status(error: &h2::Error, deadline_passed: bool) -> Error {
    let Some(reason) = error.reason().filter(|_| !error.is_go_away()) else {
        return connection_lost(error);
    };
    let code = match u32::from(reason) {
        8 if deadline_passed => Code::DEADLINE_EXCEEDED,
        number => reset_code(number),
    };
    match u32::from(reason) {
        GRACEFUL_SHUTDOWN => grpc(code, GRACEFUL),
        _ => grpc(
            code,
            format!(
                "stream terminated by RST_STREAM with error code: {}",
                name(reason)
            ),
        ),
    }
}

/// A GOAWAY or an I/O error took the connection with it; what is left is a protocol error of this
/// side's use of h2.
fn connection_lost(error: &h2::Error) -> Error {
    let text = error.to_string();
    if let Some(io) = error.get_io() {
        let cause = io::Error::new(io.kind(), io.to_string());
        let lost = grpc(Code::UNAVAILABLE, text).caused_by(cause);
        // h2 keeps only the text of the error, so the text is compared.
        return match io.to_string() == NOT_HTTP2 {
            true => lost.with_kind(ErrorKind::Protocol),
            false => lost,
        };
    }
    match (error.is_go_away(), error.is_remote()) {
        (true, true) => grpc(Code::UNAVAILABLE, text),
        // This side closed the connection, because what came was not HTTP/2.
        (true, false) => grpc(Code::UNAVAILABLE, text).with_kind(ErrorKind::Protocol),
        (false, _) => grpc(Code::INTERNAL, text),
    }
}

/// Statement 57.
pub(super) fn reset_code(reason: u32) -> Code {
    match reason {
        0 | 1 | 2 | 4 | 5 | 6 | 9 | 10 | 13 => Code::INTERNAL,
        3 | 11 => Code::RESOURCE_EXHAUSTED,
        7 | GRACEFUL_SHUTDOWN => Code::UNAVAILABLE,
        8 => Code::CANCELED,
        12 => Code::PERMISSION_DENIED,
        _ => Code::UNKNOWN,
    }
}

/// Whether the server cannot have seen the call, so that it may be made again elsewhere: it
/// refused the stream, or went away before it.
pub(in super::super) fn is_unprocessed(error: &h2::Error) -> bool {
    error.reason() == Some(Reason::REFUSED_STREAM) || error.is_go_away() && error.is_remote()
}

/// The error that a server's handler gets when the client resets the stream; `caller` is the
/// client's service name. A reset at the end of the call's time counts as the deadline, whatever
/// its code.
pub(in super::super) fn canceled_by_peer(
    error: &h2::Error,
    caller: &str,
    deadline: Option<Deadline>,
) -> Error {
    match error.reason() {
        _ if Deadline::is_due(deadline) => {
            let timeout = deadline.map(|deadline| deadline.timeout);
            super::of_cancel(&CancelReason::Deadline(timeout))
        }
        Some(reason) if u32::from(reason) == GRACEFUL_SHUTDOWN => grpc(Code::UNAVAILABLE, GRACEFUL),
        Some(reason) => grpc(
            Code::CANCELED,
            format!(
                "transport: RSTStream Frame received with error code: {} [triggered by {caller}]",
                name(reason)
            ),
        ),
        None => grpc(Code::CANCELED, format!("transport: {error}")),
    }
}

/// A code as Kitex prints it.
fn name(reason: Reason) -> String {
    let name = match u32::from(reason) {
        0 => "NO_ERROR",
        1 => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        4 => "SETTINGS_TIMEOUT",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        7 => "REFUSED_STREAM",
        8 => "CANCEL",
        9 => "COMPRESSION_ERROR",
        10 => "CONNECT_ERROR",
        11 => "ENHANCE_YOUR_CALM",
        12 => "INADEQUATE_SECURITY",
        13 => "HTTP_1_1_REQUIRED",
        number => return format!("unknown error code 0x{number:x}"),
    };
    name.to_owned()
}
