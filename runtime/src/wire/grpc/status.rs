//! Statuses: how a call ended, in trailers, resets and causes of this side
//! (grpc-and-pingpong.md A.8 to A.10).
//!
//! What a handler's error becomes is what Kitex makes of it, but for statuses that the handler
//! gives itself: their text goes out as it is, as gRPC demands, where Kitex adds ` [biz error]`.

mod reset;
mod trailers;

use faststr::FastStr;
use http::{HeaderValue, StatusCode};

use crate::codec::{ApplicationException, DecodeError};
use crate::error::{CancelReason, Code, Error, ErrorKind};
use crate::service::PayloadCodec;
use crate::wire::guard::from_parent;

pub use crate::codec::status_proto::encode_details;
pub(super) use reset::{canceled_by_peer, is_unprocessed, of_h2};
pub use trailers::{read_trailers, trailers};

/// The codes that this side uses most.
pub(super) const INTERNAL: Code = Code::INTERNAL;
pub(super) const UNAVAILABLE: Code = Code::UNAVAILABLE;

/// A status that this side raises. 13 is then a broken protocol.
pub(super) fn grpc(code: Code, message: impl Into<FastStr>) -> Error {
    let error = Error::grpc_status(code, message);
    match code {
        Code::INTERNAL => error.with_kind(ErrorKind::Protocol),
        _ => error,
    }
}

/// END_STREAM on DATA (statement 37).
pub(super) fn no_trailers() -> Error {
    let text = "server closed the stream without sending trailers";
    grpc(Code::INTERNAL, text)
}

/// What a framework's answer other than a reply becomes. Kitex's Thrift calls carry the type id
/// of the exception as status (statements 8 and 9); other peers get the statuses that gRPC has.
pub(super) fn of_exception(exception: ApplicationException, payload: PayloadCodec) -> Error {
    let code = exception_code(exception.type_id, payload);
    grpc(code, exception.message).with_kind(ErrorKind::Application)
}

fn exception_code(type_id: i32, payload: PayloadCodec) -> Code {
    use ApplicationException as Exception;
    match (payload, type_id) {
        // Type 6 is any failing handler, 0 none that is known.
        (_, Exception::INTERNAL_ERROR | 0) => Code::INTERNAL,
        (PayloadCodec::Thrift, type_id) => Code::from(type_id),
        (_, Exception::UNKNOWN_METHOD | Exception::UNKNOWN_SERVICE | NO_SERVICE_NAME) => {
            Code::UNIMPLEMENTED
        }
        _ => Code::INTERNAL,
    }
}

/// A request that does not decode. Kitex's Thrift calls carry the type id of a protocol error. A request
/// that takes too much memory is one above a limit.
pub(super) fn of_decode(error: &DecodeError, payload: PayloadCodec) -> Error {
    if error.is_over_limit() {
        return grpc(Code::RESOURCE_EXHAUSTED, error.to_string());
    }
    let code = match payload {
        PayloadCodec::Thrift => Code::PERMISSION_DENIED,
        PayloadCodec::Protobuf => Code::INTERNAL,
    };
    grpc(code, error.to_string()).with_kind(ErrorKind::Decode)
}

/// Kitex's exception for a request that names no service.
const NO_SERVICE_NAME: i32 = 21;

/// The status of a handler's error that is none yet. An error that brought a type of its own keeps
/// it (Kitex's `TransError`); the type of an application exception is lost, as in Kitex.
fn handler_code(error: &Error, payload: PayloadCodec) -> Code {
    match (error.kind(), error.kitex_code()) {
        (ErrorKind::Protocol, Some(type_id)) if error.side().is_none() => Code::from(type_id),
        (ErrorKind::Connection, _) => Code::UNAVAILABLE,
        // A message above a limit, and the handler passes on what its `recv` returned.
        (ErrorKind::ResourceExhausted, Some(ApplicationException::PROTOCOL_ERROR)) => {
            Code::RESOURCE_EXHAUSTED
        }
        // Kitex: the type id of a Thrift protocol error.
        (ErrorKind::Decode, _) if payload == PayloadCodec::Thrift => Code::PERMISSION_DENIED,
        _ => Code::INTERNAL,
    }
}

/// The error of a stream that this side cancels (A.10).
pub(crate) fn of_cancel(reason: &CancelReason) -> Error {
    match reason {
        CancelReason::Deadline(_) => grpc(Code::DEADLINE_EXCEEDED, "context deadline exceeded"),
        CancelReason::RecvTimeout(timeout) => grpc(
            Code::RECV_DEADLINE_EXCEEDED,
            format!("stream Recv timeout, timeout={timeout:?}"),
        ),
        CancelReason::SendTimeout(timeout) => grpc(
            Code::DEADLINE_EXCEEDED,
            format!("stream Send timeout, timeout={timeout:?}"),
        ),
        CancelReason::Upstream { message, .. } => grpc(Code::CANCELED, message.clone()),
        CancelReason::Foreign(message) => grpc(Code::CANCELED, message.clone()),
        CancelReason::QueueOverflow { limit } => grpc(
            Code::RESOURCE_EXHAUSTED,
            format!("receive queue holds more than {limit} bytes"),
        ),
        CancelReason::User | CancelReason::HandlerReturned => {
            grpc(Code::CANCELED, "context canceled")
        }
    }
}

/// The error of a stream that its server cancels. Status 17 is never on the wire.
pub(crate) fn of_server_cancel(reason: &CancelReason) -> Error {
    let error = of_cancel(reason);
    match reason {
        CancelReason::RecvTimeout(_) => error.with_grpc_code(Code::DEADLINE_EXCEEDED),
        _ => error,
    }
}

/// The status of a call whose parent ended with `reason`, on whatever wire that was served.
pub(crate) fn of_parent(reason: &Error) -> Error {
    of_cancel(&from_parent(reason, None))
}

/// The status of an answer that is not gRPC's (statement 17).
pub(super) fn of_http(status: StatusCode, content_type: Option<&HeaderValue>) -> Error {
    let code = match status.as_u16() {
        400 => Code::INTERNAL,
        401 => Code::UNAUTHENTICATED,
        403 => Code::PERMISSION_DENIED,
        404 => Code::UNIMPLEMENTED,
        429 | 502..=504 => Code::UNAVAILABLE,
        _ => Code::UNKNOWN,
    };
    let reason = status.canonical_reason().unwrap_or_default();
    let content_type = match content_type {
        None => "missing content-type field".to_owned(),
        Some(value) => format!("received the unexpected content-type {value:?}"),
    };
    let text = format!(
        "{reason}: HTTP status code {}; transport: {content_type}",
        status.as_u16()
    );
    grpc(code, text)
}

#[cfg(test)]
mod tests;
