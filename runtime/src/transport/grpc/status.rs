//! Statuses (A.8–A.10).

use faststr::FastStr;
use h2::Reason;
use http::{HeaderMap, HeaderValue};

use super::headers;
use crate::codec::ApplicationException;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;

pub(super) const INTERNAL: i32 = 13;
pub(super) const UNAVAILABLE: i32 = 14;

pub(super) fn grpc(code: i32, message: impl Into<FastStr>) -> Error {
    let kind = match code {
        1 => ErrorKind::Canceled,
        4 | 17 => ErrorKind::Timeout,
        14 => ErrorKind::Connection,
        _ => ErrorKind::Application,
    };
    Error::new(kind, code, message)
}

pub(super) fn trailers(outcome: &Result<()>, _: PayloadCodec, trailer: &Metadata) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    let (code, message) = match outcome {
        Ok(()) => (0, ""),
        Err(error) => (error.code(), error.message()),
    };
    headers.insert("grpc-status", HeaderValue::from(code));
    let message = HeaderValue::from_str(message).unwrap_or(HeaderValue::from_static(""));
    headers.insert("grpc-message", message);
    headers::put(&mut headers, trailer);
    headers
}

pub(super) fn read_trailers(trailers: &HeaderMap) -> (Result<()>, Metadata) {
    let code = trailers
        .get("grpc-status")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .unwrap_or(2);
    let message = trailers
        .get("grpc-message")
        .map(|value| value.to_str().unwrap_or_default());
    let outcome = match code {
        0 => Ok(()),
        code => Err(grpc(code, message.unwrap_or_default().to_owned())),
    };
    (outcome, headers::get(trailers))
}

pub(super) fn of_exception(exception: ApplicationException, _: PayloadCodec) -> Error {
    grpc(exception.type_id, exception.message)
}

pub(super) fn of_h2(error: &h2::Error, _deadline_passed: bool) -> Error {
    let code = match error.reason() {
        Some(Reason::CANCEL) => 1,
        Some(reason) if u32::from(reason) == 1000 => UNAVAILABLE,
        Some(_) => INTERNAL,
        None => UNAVAILABLE,
    };
    grpc(code, error.to_string())
}

pub(super) fn is_unprocessed(error: &h2::Error) -> bool {
    error.reason() == Some(Reason::REFUSED_STREAM) || error.is_go_away()
}

pub(super) fn canceled_by_peer(error: &h2::Error, _caller: &str) -> Error {
    grpc(1, error.to_string())
}

pub(crate) fn of_cancel(reason: &CancelReason) -> Error {
    match reason {
        CancelReason::Deadline(_) => grpc(4, "context deadline exceeded"),
        CancelReason::RecvTimeout(_) => grpc(17, "stream Recv timeout"),
        _ => grpc(1, "context canceled"),
    }
}

pub(super) fn no_trailers() -> Error {
    grpc(
        INTERNAL,
        "server closed the stream without sending trailers",
    )
}
