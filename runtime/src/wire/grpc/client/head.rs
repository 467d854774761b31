//! The request that begins a call, from what the client above the wires says.

use std::borrow::Cow;

use http::{Method, Request, Uri, Version};

use crate::call::Outgoing;
use crate::error::{CancelReason, Result};
use crate::metadata::Metadata;
use crate::wire::grpc::headers::{self, RequestHead};
use crate::wire::grpc::{metadata, status};

/// The headers of `call`, with the time that is left now.
///
/// # Errors
/// There is none left: grpc-go refuses a timeout of 0 as malformed. Headers that cannot be sent.
pub(super) fn request(uri: Uri, call: &Outgoing) -> Result<Request<()>> {
    let timeout = call.deadline.map(|deadline| deadline.remaining());
    if timeout.is_some_and(|timeout| timeout.is_zero()) {
        return Err(status::of_cancel(&CancelReason::Deadline(None)));
    }
    let pairs = pairs(call)?;
    let headers = headers::request_headers(&RequestHead {
        payload: call.service.payload,
        timeout,
        metadata: &pairs,
        caller: &call.caller,
        encoding: call.encoding,
    })?;
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_2;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The user's pairs and metainfo.
fn pairs(call: &Outgoing) -> Result<Cow<'_, Metadata>> {
    if call.header.is_empty() {
        return Ok(Cow::Borrowed(&call.metainfo));
    }
    metadata::check(&call.header)?;
    let mut pairs = call.header.clone();
    pairs.merge(call.metainfo.clone());
    Ok(Cow::Owned(pairs))
}
