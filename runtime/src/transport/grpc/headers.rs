//! Header blocks (A.3, A.4, A.8).

use std::time::Duration;

use faststr::FastStr;
use h2::Reason;
use http::header::{CONTENT_TYPE, TE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use super::compression::Encoding;
use super::status;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;

pub(super) struct RequestHead<'a> {
    pub(super) payload: PayloadCodec,
    pub(super) timeout: Option<Duration>,
    pub(super) metadata: &'a Metadata,
    pub(super) caller: &'a str,
    pub(super) encoding: Option<Encoding>,
}

pub(super) struct RequestInfo {
    pub(super) payload: PayloadCodec,
    pub(super) timeout: Option<Duration>,
    pub(super) encoding: Result<Option<Encoding>, Error>,
    pub(super) accept: Option<Encoding>,
    pub(super) metadata: Metadata,
    pub(super) caller: FastStr,
}

pub(super) struct ResponseInfo {
    pub(super) encoding: Option<Encoding>,
    pub(super) metadata: Metadata,
}

pub(super) fn content_type(payload: PayloadCodec) -> HeaderValue {
    HeaderValue::from_static(match payload {
        PayloadCodec::Thrift => "application/grpc+thrift",
        #[allow(unreachable_patterns)]
        _ => "application/grpc",
    })
}

pub(super) fn request_headers(head: &RequestHead<'_>) -> Result<HeaderMap> {
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONTENT_TYPE, content_type(head.payload));
    headers.insert(USER_AGENT, HeaderValue::from_static("streamgen/0.1"));
    headers.insert(TE, HeaderValue::from_static("trailers"));
    if let Some(timeout) = head.timeout {
        let micros = format!("{}m", timeout.as_millis().min(99_999_999));
        if let Ok(value) = HeaderValue::from_str(&micros) {
            headers.insert("grpc-timeout", value);
        }
    }
    let _ = (head.caller, head.encoding);
    put(&mut headers, head.metadata);
    Ok(headers)
}

pub(super) fn put(headers: &mut HeaderMap, metadata: &Metadata) {
    for (key, value) in metadata.iter() {
        if let (Ok(key), Ok(value)) = (
            HeaderName::from_bytes(key.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            headers.append(key, value);
        }
    }
}

pub(super) fn get(headers: &HeaderMap) -> Metadata {
    headers
        .iter()
        .map(|(key, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (FastStr::new(key.as_str()), FastStr::from_string(value))
        })
        .collect()
}

pub(super) fn response_headers(
    payload: PayloadCodec,
    _encoding: Option<Encoding>,
    metadata: &Metadata,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, content_type(payload));
    put(&mut headers, metadata);
    headers
}

pub(super) fn read_request(headers: &HeaderMap) -> Result<RequestInfo, Reason> {
    let content_type = headers.get(CONTENT_TYPE).ok_or(Reason::INTERNAL_ERROR)?;
    if !content_type.as_bytes().starts_with(b"application/grpc") {
        return Err(Reason::INTERNAL_ERROR);
    }
    let timeout = headers
        .get("grpc-timeout")
        .and_then(|value| value.to_str().ok()?.strip_suffix('m')?.parse().ok())
        .map(Duration::from_millis);
    Ok(RequestInfo {
        payload: PayloadCodec::Thrift,
        timeout,
        encoding: Ok(None),
        accept: None,
        metadata: get(headers),
        caller: FastStr::empty(),
    })
}

pub(super) fn read_response(code: StatusCode, headers: &HeaderMap) -> Result<ResponseInfo> {
    if code != StatusCode::OK {
        return Err(status::grpc(2, format!("HTTP status {code}")));
    }
    Ok(ResponseInfo {
        encoding: None,
        metadata: get(headers),
    })
}
