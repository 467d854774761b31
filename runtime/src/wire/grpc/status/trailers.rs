//! Trailers: written by the server, read by the client (A.8, A.9).

use std::collections::BTreeMap;

use bytes::Bytes;
use faststr::FastStr;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::{grpc, handler_code};
use crate::codec::{ApplicationException, status_proto};
use crate::error::{BizStatusError, Code, Error, ErrorKind, Result};
use crate::metadata::{Metadata, binary};
use crate::service::PayloadCodec;
use crate::wire::grpc::headers::name;
use crate::wire::grpc::{metadata, percent};

/// The trailers of a call that ended so; `user` are the handler's pairs.
#[must_use]
pub fn trailers(outcome: &Result<()>, payload: PayloadCodec, user: &Metadata) -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(4 + user.len());
    match outcome {
        Ok(()) => insert_status(Code::OK, "", &mut trailers),
        Err(error) => insert_error(error, payload, &mut trailers),
    }
    metadata::write_response(user, &mut trailers);
    trailers
}

fn insert_error(error: &Error, payload: PayloadCodec, trailers: &mut HeaderMap) {
    let code = error.own_status();
    match error.biz_status() {
        // With status 0 a client would not look at the business status.
        Some(biz) => {
            let code = code.filter(|code| *code != Code::OK);
            insert_status(code.unwrap_or(Code::INTERNAL), biz.message(), trailers);
            insert_biz(biz, trailers);
        }
        None => {
            let code = code.unwrap_or_else(|| handler_code(error, payload));
            insert_status(code, &text(error), trailers);
        }
    }
    if !error.status_details().is_empty() {
        let details = binary::encode(error.status_details());
        trailers.insert(
            name::GRPC_STATUS_DETAILS,
            metadata::legal(details.into_bytes()),
        );
    }
}

/// A status goes out with the text it has; any other error is a handler's, which Kitex marks as
/// such. One that is passed on keeps Kitex's prefixes.
fn text(error: &Error) -> FastStr {
    if error.is_status() {
        return FastStr::new(error.message());
    }
    let text = match error.side().is_none() && !error.is_remote() {
        true => format!("{} [biz error]", error.message()),
        false => format!("{error} [biz error]"),
    };
    text.into()
}

/// `grpc-message` is always there, empty for success (statement 32).
fn insert_status(code: Code, message: &str, trailers: &mut HeaderMap) {
    let status = match code {
        Code::OK => HeaderValue::from_static("0"),
        code => HeaderValue::from(i32::from(code)),
    };
    trailers.insert(name::GRPC_STATUS, status);
    let message = match message {
        "" => HeaderValue::from_static(""),
        text => metadata::legal(percent::encode(text).into_owned()),
    };
    trailers.insert(name::GRPC_MESSAGE, message);
}

fn insert_biz(biz: &BizStatusError, trailers: &mut HeaderMap) {
    trailers.insert(name::BIZ_STATUS, HeaderValue::from(biz.code()));
    // A map of strings always serialises. The text is neither ASCII nor percent-encoded.
    if let Some(extra) = biz.extras().filter(|extra| !extra.is_empty())
        && let Ok(json) = serde_json::to_string(extra)
    {
        let json = json.replace('\x7f', "\\u007f");
        trailers.insert(name::BIZ_EXTRA, metadata::legal(json));
    }
}

/// How the call ended, and the user's pairs. A status that is missing is 2, one that is malformed
/// 13, whatever its other headers say.
pub fn read_trailers(trailers: &HeaderMap) -> (Result<()>, Metadata) {
    let outcome = match read_status(trailers) {
        Ok(None) => Ok(()),
        Ok(Some(error)) => Err(error.said_by_peer()),
        Err(malformed) => Err(malformed),
    };
    (outcome, metadata::read_response(trailers))
}

/// The error that the trailers tell of; `Err` if they are malformed.
fn read_status(trailers: &HeaderMap) -> Result<Option<Error>> {
    let code = decimal(&name::GRPC_STATUS, trailers)?.map_or(Code::UNKNOWN, Code::from);
    let message = trailers
        .get(name::GRPC_MESSAGE)
        .map(|value| percent::decode(value.as_bytes()))
        .unwrap_or_default();
    let biz = decimal(&name::BIZ_STATUS, trailers)?;
    let extra = read_extra(trailers)?;
    // What the details say wins (A.8).
    let (code, message, details) = match read_details(trailers)? {
        Some(((code, message), details)) => (Code::from(code), message, details),
        None => (code, message, Bytes::new()),
    };
    let error = match (code, biz) {
        (Code::OK, _) => return Ok(None),
        (code, None) => answered(code, message),
        (code, Some(biz)) => {
            let biz = BizStatusError::new(biz, message).with_extra(extra);
            Error::from(biz).with_grpc_code(code)
        }
    };
    Ok(Some(error.with_status_details(details)))
}

/// A status by the peer. Where it stands for a call that failed there, its class is that of the other
/// wires' exceptions: gRPC's 2, 12 and 13, and 1 and 20 of a Kitex server of Thrift, which answers with
/// the type id of the exception when it does not know the method or the service.
fn answered(code: Code, message: FastStr) -> Error {
    let failed = match code {
        Code::UNKNOWN | Code::UNIMPLEMENTED | Code::INTERNAL => true,
        code => match i32::from(code) {
            ApplicationException::UNKNOWN_METHOD => message.starts_with("unknown method"),
            type_id => type_id == ApplicationException::UNKNOWN_SERVICE,
        },
    };
    let error = Error::grpc_status(code, message);
    match failed {
        true => error.with_kind(ErrorKind::Application),
        false => error,
    }
}

/// A header that is a decimal number of 32 bits, if it is there.
fn decimal(name: &HeaderName, trailers: &HeaderMap) -> Result<Option<i32>> {
    let Some(value) = trailers.get(name) else {
        return Ok(None);
    };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| malformed(name))
}

fn read_extra(trailers: &HeaderMap) -> Result<Option<BTreeMap<String, String>>> {
    match trailers.get(name::BIZ_EXTRA) {
        None => Ok(None),
        Some(json) => serde_json::from_slice(json.as_bytes())
            .map(Some)
            .map_err(|_| malformed(&name::BIZ_EXTRA)),
    }
}

/// Code and message of the details, and the details as they came.
fn read_details(trailers: &HeaderMap) -> Result<Option<((i32, FastStr), Bytes)>> {
    let Some(value) = trailers.get(name::GRPC_STATUS_DETAILS) else {
        return Ok(None);
    };
    let bytes = binary::decode(value.as_bytes());
    bytes
        .and_then(|bytes| Some((status_proto::decode(&bytes)?, Bytes::from(bytes))))
        .map(Some)
        .ok_or_else(|| malformed(&name::GRPC_STATUS_DETAILS))
}

fn malformed(name: &HeaderName) -> Error {
    grpc(Code::INTERNAL, format!("transport: malformed {name}"))
}
