//! The headers of a request and of a response (grpc-and-pingpong.md A.3, A.4, A.8).

pub(super) mod name;

use std::time::Duration;

use faststr::FastStr;
use h2::Reason;
use http::StatusCode;
use http::header::{self, HeaderMap, HeaderValue};

use super::compression::ACCEPT;
use super::status::{grpc, of_http};
use super::{metadata, timeout};
use crate::call::Encoding;
use crate::error::{Code, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;

/// What every content type of gRPC begins with.
const GRPC: &[u8] = b"application/grpc";

/// `user-agent` of our clients, in the form that gRPC's own specification wants.
const USER_AGENT: &str = concat!("grpc-rust-streamgen/", env!("CARGO_PKG_VERSION"));

/// The content type of messages of this codec: the one place that knows. Protobuf has no `+proto`,
/// as in Kitex.
#[must_use]
pub fn content_type(payload: PayloadCodec) -> HeaderValue {
    HeaderValue::from_static(match payload {
        PayloadCodec::Thrift => "application/grpc+thrift",
        PayloadCodec::Protobuf => "application/grpc",
    })
}

/// The codec that a request's content type means; `None` if that is not gRPC's. Everything but
/// `thrift` behind `+` or `;` is Protobuf.
#[must_use]
pub fn payload_of(headers: &HeaderMap) -> Option<PayloadCodec> {
    let value = headers.get(header::CONTENT_TYPE)?.as_bytes();
    match value.strip_prefix(GRPC)? {
        [] => Some(PayloadCodec::Protobuf),
        [b'+' | b';', subtype @ ..] => {
            let subtype = subtype.split(|byte| *byte == b';').next();
            Some(match subtype {
                Some(b"thrift") => PayloadCodec::Thrift,
                _ => PayloadCodec::Protobuf,
            })
        }
        _ => None,
    }
}

/// What a request's headers say.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    /// How messages are encoded.
    pub payload: PayloadCodec,
    /// How long the caller waits from now on, if not forever.
    pub timeout: Option<Duration>,
    /// The user's pairs, and metainfo by its keys (`RPC_TRANSIT_…`, `RPC_PERSIST_…`).
    pub metadata: &'a Metadata,
    /// This process's service name; may be empty.
    pub caller: &'a str,
    /// How the request's messages are compressed.
    pub encoding: Option<Encoding>,
}

/// The headers of a request, without the four that begin with a colon.
///
/// # Errors
/// See [`metadata::check`], for the user's pairs.
pub fn request_headers(head: &RequestHead<'_>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(8 + head.metadata.len());
    headers.insert(header::CONTENT_TYPE, content_type(head.payload));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    headers.insert(name::GRPC_ACCEPT_ENCODING, HeaderValue::from_static(ACCEPT));
    insert_encoding(head.encoding, &mut headers);
    if let Some(left) = head.timeout {
        headers.insert(name::GRPC_TIMEOUT, timeout::encode(left));
    }
    if !head.caller.is_empty()
        && let Ok(caller) = HeaderValue::from_str(head.caller)
    {
        headers.insert(name::SOURCE_SERVICE, caller);
    }
    metadata::write_request(head.metadata, &mut headers);
    Ok(headers)
}

/// The headers of a response; also how Trailers-Only begins. Pairs that cannot be sent are left
/// out: see [`metadata::check`].
#[must_use]
pub fn response_headers(
    payload: PayloadCodec,
    encoding: Option<Encoding>,
    user: &Metadata,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(2 + user.len());
    headers.insert(header::CONTENT_TYPE, content_type(payload));
    insert_encoding(encoding, &mut headers);
    metadata::write_response(user, &mut headers);
    headers
}

fn insert_encoding(encoding: Option<Encoding>, headers: &mut HeaderMap) {
    if let Some(encoding) = encoding {
        headers.insert(
            name::GRPC_ENCODING,
            HeaderValue::from_static(encoding.name()),
        );
    }
}

/// What a server reads of a request's headers.
#[derive(Debug)]
pub struct RequestInfo {
    /// How messages are encoded.
    pub payload: PayloadCodec,
    /// How long the caller waits, if not forever.
    pub timeout: Option<Duration>,
    /// How the request's messages are compressed; the status for a name that nobody knows here,
    /// with which the call fails even if no message is compressed.
    pub encoding: Result<Option<Encoding>>,
    /// The first encoding that the client accepts and this build has.
    pub accept: Option<Encoding>,
    /// See [`metadata::read_request`].
    pub metadata: Metadata,
    /// The calling service; may be empty.
    pub caller: FastStr,
}

/// Reads a request's headers.
///
/// # Errors
/// The code of the RST that answers a content type that is not gRPC's (statement 14) and a
/// malformed timeout (statement 51).
pub fn read_request(headers: &HeaderMap) -> Result<RequestInfo, Reason> {
    let payload = payload_of(headers).ok_or(Reason::INTERNAL_ERROR)?;
    let timeout = match headers.get(name::GRPC_TIMEOUT) {
        None => None,
        Some(value) => Some(timeout::decode(value.as_bytes()).ok_or(Reason::INTERNAL_ERROR)?),
    };
    let accept = headers.get(name::GRPC_ACCEPT_ENCODING);
    let caller = headers.get(name::SOURCE_SERVICE);
    Ok(RequestInfo {
        payload,
        timeout,
        encoding: read_encoding(headers, payload),
        accept: accept.and_then(|list| Encoding::from_list(list.as_bytes())),
        metadata: metadata::read_request(headers),
        caller: caller.map(metadata::text).unwrap_or_default(),
    })
}

/// The encoding of the peer's messages. An unknown one is 13 with Kitex's text for Thrift, and
/// for Protobuf the 12 of gRPC's specification.
fn read_encoding(headers: &HeaderMap, payload: PayloadCodec) -> Result<Option<Encoding>> {
    let Some(value) = headers.get(name::GRPC_ENCODING) else {
        return Ok(None);
    };
    Encoding::from_name(value.as_bytes()).map_err(|()| {
        let name = metadata::text(value);
        match payload {
            PayloadCodec::Thrift => grpc(
                Code::INTERNAL,
                format!("no kitex compressor registered found for:{name}"),
            ),
            PayloadCodec::Protobuf => grpc(
                Code::UNIMPLEMENTED,
                format!("grpc-encoding {name:?} is not supported, only {ACCEPT}"),
            ),
        }
    })
}

/// What a client reads of a response's headers.
#[derive(Debug)]
pub struct ResponseInfo {
    /// How the response's messages are compressed.
    pub encoding: Option<Encoding>,
    /// The user's pairs.
    pub metadata: Metadata,
}

/// Reads a response's headers. The codec named in a content type of gRPC does not matter
/// (statement 16), nor then does the HTTP status.
///
/// # Errors
/// What the HTTP status means if the content type is not gRPC's (statement 17); status 13 for an
/// unknown encoding.
pub fn read_response(status: StatusCode, headers: &HeaderMap) -> Result<ResponseInfo> {
    if payload_of(headers).is_none() {
        return Err(of_http(status, headers.get(header::CONTENT_TYPE)));
    }
    let encoding = read_encoding(headers, PayloadCodec::Thrift)?;
    Ok(ResponseInfo {
        encoding,
        metadata: metadata::read_response(headers),
    })
}

#[cfg(test)]
mod tests;
