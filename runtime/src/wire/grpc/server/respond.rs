//! The header blocks of a response.

use http::{HeaderMap, Response};

use crate::call::Encoding;
use crate::error::Result;
use crate::metadata::Metadata;
use crate::service::PayloadCodec;
use crate::wire::grpc::{headers, status};

/// What the responses of one call have in common.
#[derive(Clone, Copy)]
pub(super) struct Responder {
    pub(super) payload: PayloadCodec,
    /// How messages are compressed.
    pub(super) encoding: Option<Encoding>,
}

impl Responder {
    /// Headers in front of messages.
    pub(super) fn headers(&self, header: &Metadata) -> Response<()> {
        let headers = headers::response_headers(self.payload, self.encoding, header);
        response(headers)
    }

    /// What follows the messages.
    pub(super) fn trailers(&self, outcome: &Result<()>, trailer: &Metadata) -> HeaderMap {
        status::trailers(outcome, self.payload, trailer)
    }

    /// Headers and trailers in one, of a response without messages (A.7).
    pub(super) fn only_trailers(&self, outcome: &Result<()>, trailer: &Metadata) -> Response<()> {
        let mut trailers = self.trailers(outcome, trailer);
        let content_type = headers::content_type(self.payload);
        trailers.insert(http::header::CONTENT_TYPE, content_type);
        response(trailers)
    }
}

fn response(headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.headers_mut() = headers;
    response
}
