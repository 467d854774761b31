//! Generated messages, and what both programs make of them.

use prost::Message as _;
use tonic::metadata::MetadataMap;
use tonic::{Code, Status};

use pb::{EchoStatus, Payload, ResponseParameters, StreamingOutputCallRequest};

pub(crate) mod pb {
    //! What tonic generates.
    #![allow(missing_docs, clippy::all, reason = "it is not ours")]
    tonic::include_proto!("grpc.testing");
}

// The headers of `../../grpc/src/messages.rs`.
pub(crate) const ECHO_INITIAL: &str = "x-grpc-test-echo-initial";
pub(crate) const ECHO_TRAILING: &str = "x-grpc-test-echo-trailing-bin";
pub(crate) const DETAILS: &str = "x-interop-details";
pub(crate) const REPORT: &str = "x-interop-report";
pub(crate) const CANCELED: &str = "x-interop-canceled";
pub(crate) const REMAINING: &str = "x-interop-remaining-ms";

/// The longest body that is made for a peer, in bytes: what a receiver takes by default.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// A body of `size` zeros.
pub(crate) fn zeros(size: usize) -> Payload {
    Payload {
        r#type: 0,
        body: vec![0; size],
    }
}

/// The body that a request asks for.
///
/// # Errors
/// A size that there is not, or above [`MAX_BODY`].
pub(crate) fn payload(size: i32) -> Result<Payload, Status> {
    match usize::try_from(size) {
        Ok(size) if size <= MAX_BODY => Ok(zeros(size)),
        _ => Err(Status::invalid_argument(format!("a body of {size} bytes"))),
    }
}

/// Asks for one response of `size` bytes, at once.
pub(crate) fn response_of(size: usize) -> ResponseParameters {
    ResponseParameters {
        // The suite's sizes are small.
        size: size as i32,
        ..ResponseParameters::default()
    }
}

/// A request of `request` bytes for one response of `response` bytes.
pub(crate) fn exchange(request: usize, response: usize) -> StreamingOutputCallRequest {
    StreamingOutputCallRequest {
        response_parameters: vec![response_of(response)],
        payload: Some(zeros(request)),
        ..StreamingOutputCallRequest::default()
    }
}

/// The status that a request asks for, with [`details`] if the header of the call asks for them.
///
/// # Errors
/// That status.
pub(crate) fn status(asked: Option<EchoStatus>, header: &MetadataMap) -> Result<(), Status> {
    let Some(asked) = asked.filter(|asked| asked.code != 0) else {
        return Ok(());
    };
    let details = match header.contains_key(DETAILS) {
        true => details(&asked),
        false => Vec::new(),
    };
    let code = Code::from(asked.code);
    Err(Status::with_details(code, asked.message, details.into()))
}

/// An encoded `google.rpc.Status` whose one detail is the status itself, as it was asked for.
pub(crate) fn details(asked: &EchoStatus) -> Vec<u8> {
    let detail = prost_types::Any {
        type_url: "type.googleapis.com/grpc.testing.EchoStatus".to_owned(),
        value: asked.encode_to_vec(),
    };
    RpcStatus {
        code: asked.code,
        message: asked.message.clone(),
        details: vec![detail],
    }
    .encode_to_vec()
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, prost::Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<prost_types::Any>,
}
