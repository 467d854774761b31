//! User metadata and metainfo as HTTP/2 headers (grpc-and-pingpong.md A.11).

use bytes::Bytes;
use faststr::FastStr;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

use super::headers::name;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::metadata::binary::{self, SUFFIX};

/// A transient value, in [`Metadata`] and as a header.
const TRANSIENT: (&str, &str) = ("RPC_TRANSIT_", "rpc-transit-");
/// A persistent value.
const PERSISTENT: (&str, &str) = ("RPC_PERSIST_", "rpc-persist-");
/// A transient value of an earlier hop: read, never written.
const UPSTREAM: &str = "RPC_TRANSIT_UPSTREAM_";

/// Headers that the protocol writes itself: not sent for a user, and hidden from him.
const RESERVED: [HeaderName; 18] = [
    header::CONTENT_TYPE,
    header::USER_AGENT,
    header::TE,
    name::GRPC_MESSAGE_TYPE,
    name::GRPC_ENCODING,
    name::GRPC_ACCEPT_ENCODING,
    name::GRPC_MESSAGE,
    name::GRPC_STATUS,
    name::GRPC_STATUS_DETAILS,
    name::GRPC_TIMEOUT,
    name::BIZ_STATUS,
    name::BIZ_EXTRA,
    // HTTP/2 forbids these (RFC 9113, 8.2.2), and our length of DATA is not the user's.
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::CONTENT_LENGTH,
];

/// Whether every pair can be sent, so that the user who sets a bad one is told.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument): a key that is no header
/// name, a value with control characters, a `-bin` value that was not set as bytes.
pub fn check(metadata: &Metadata) -> Result<()> {
    for (key, value) in metadata.iter() {
        if header_name(key).is_none() {
            let text = format!("{key:?} cannot be the key of a gRPC header");
            return Err(Error::invalid_argument(text));
        }
        if header_value(key, value).is_none() {
            let text = match is_binary(key) {
                true => format!("the value of {key:?} is not base64: set it by `insert_bin`"),
                false => format!("the value of {key:?} cannot be that of a gRPC header"),
            };
            return Err(Error::invalid_argument(text));
        }
    }
    Ok(())
}

/// Appends the pairs of a request. Metainfo goes under its HTTP names, where keys survive as
/// `UPPER_SNAKE` only (statement 47). What cannot be sent is left out (statement 49).
pub fn write_request(metadata: &Metadata, headers: &mut HeaderMap) {
    for (key, value) in metadata.iter().filter(|(key, _)| !is_upstream(key)) {
        match metainfo_header(key) {
            Some(_) if value.is_empty() => {}
            Some(name) => append(&name, value, headers),
            None => append(key, value, headers),
        }
    }
}

/// Appends the pairs of a response's header or trailer. What cannot be sent is left out.
pub fn write_response(metadata: &Metadata, headers: &mut HeaderMap) {
    for (key, value) in metadata.iter() {
        append(key, value, headers);
    }
}

/// The pairs of a request: what the client sent as metadata, its `user-agent` and `content-type`,
/// and metainfo both as it came and under the keys that other transports give it.
#[must_use]
pub fn read_request(headers: &HeaderMap) -> Metadata {
    let mut pairs = Vec::with_capacity(headers.len());
    for name in headers.keys() {
        if is_reserved(name) && *name != header::USER_AGENT && *name != header::CONTENT_TYPE {
            continue;
        }
        read_values(headers, name, &mut pairs);
        // The first value wins, empty ones are none.
        if let Some(key) = metainfo_key(name.as_str())
            && let Some(value) = headers.get(name)
            && !value.is_empty()
        {
            pairs.push((key, text(value)));
        }
    }
    Metadata::from_headers(pairs)
}

/// The pairs of a response's header or trailer.
#[must_use]
pub fn read_response(headers: &HeaderMap) -> Metadata {
    let mut pairs = Vec::new();
    for name in headers.keys().filter(|name| !is_reserved(name)) {
        read_values(headers, name, &mut pairs);
    }
    Metadata::from_headers(pairs)
}

/// A value as text. Bytes that are not UTF-8 become U+FFFD.
pub(super) fn text(value: &HeaderValue) -> FastStr {
    FastStr::new(String::from_utf8_lossy(value.as_bytes()))
}

fn append(key: &str, value: &FastStr, headers: &mut HeaderMap) {
    let (Some(name), Some(value)) = (header_name(key), header_value(key, value)) else {
        return;
    };
    if !is_reserved(&name) {
        // Refused above 32,768 headers, which no peer takes either.
        let _ = headers.try_append(name, value);
    }
}

/// A key in lower case, which is all that HTTP/2 has (statement 19).
fn header_name(key: &str) -> Option<HeaderName> {
    HeaderName::from_bytes(key.as_bytes()).ok()
}

/// Texts go as they are, which may be more than ASCII; bytes as base64 without padding.
fn header_value(key: &str, value: &FastStr) -> Option<HeaderValue> {
    if !is_binary(key) {
        return HeaderValue::from_maybe_shared(value.clone().into_bytes()).ok();
    }
    binary::decode(value.trim_end_matches('='))?;
    HeaderValue::from_str(value.trim_end_matches('=')).ok()
}

fn is_binary(key: &str) -> bool {
    let suffix = key.len().checked_sub(SUFFIX.len());
    suffix.is_some_and(|at| key.as_bytes()[at..].eq_ignore_ascii_case(SUFFIX.as_bytes()))
}

fn is_reserved(name: &HeaderName) -> bool {
    RESERVED.contains(name)
}

/// Adds all values of `name`. A `-bin` header may hold several, with commas between them; one
/// that is not base64 is dropped, as by Kitex.
fn read_values(headers: &HeaderMap, name: &HeaderName, pairs: &mut Vec<(FastStr, FastStr)>) {
    let key = FastStr::new(name.as_str());
    let mut last: Option<(&HeaderValue, FastStr)> = None;
    for value in headers.get_all(name) {
        if !is_binary(&key) {
            // HPACK repeats a long value in one byte; here it is shared.
            let text = match last.take() {
                Some((same, text)) if same == value => text,
                _ => text(value),
            };
            pairs.push((key.clone(), text.clone()));
            last = Some((value, text));
            continue;
        }
        let values = value.as_bytes().split(|byte| *byte == b',');
        let values = values.filter_map(|value| binary::decode(value.trim_ascii()));
        pairs.extend(values.map(|bytes| (key.clone(), binary::encode(&bytes))));
    }
}

fn is_upstream(key: &str) -> bool {
    key.starts_with(UPSTREAM)
}

/// `rpc-transit-trans-key` for `RPC_TRANSIT_TRANS_KEY`; `None` for what is no metainfo.
fn metainfo_header(key: &str) -> Option<String> {
    [TRANSIENT, PERSISTENT]
        .into_iter()
        .find_map(|(ours, http)| {
            let name = key.strip_prefix(ours).filter(|name| !name.is_empty())?;
            Some(format!(
                "{http}{}",
                name.replace('_', "-").to_ascii_lowercase()
            ))
        })
}

/// `RPC_TRANSIT_TRANS_KEY` for `rpc-transit-trans-key`.
fn metainfo_key(name: &str) -> Option<FastStr> {
    [TRANSIENT, PERSISTENT]
        .into_iter()
        .find_map(|(ours, http)| {
            let name = name.strip_prefix(http).filter(|name| !name.is_empty())?;
            let name = name.replace('-', "_").to_ascii_uppercase();
            Some(FastStr::from_string(format!("{ours}{name}")))
        })
}

/// A value that this crate made and knows to be legal: visible ASCII, or text without control
/// characters. Anything else becomes empty.
pub(super) fn legal(value: impl Into<Bytes>) -> HeaderValue {
    HeaderValue::from_maybe_shared(value.into()).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests;
