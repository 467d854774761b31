//! Calls with one request and one response.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use h2::{RecvStream, SendStream};

use super::connection::Response;
use super::telling::Telling;
use crate::call::Encoding;
use crate::codec::Encode;
use crate::error::{Code, Error, Result};
use crate::wire::client::Reply;
use crate::wire::grpc::body::{Body, Broken, Next};
use crate::wire::grpc::data_frames::send_whole;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::ledger::Account;
use crate::wire::grpc::message::{self, MessageReader};
use crate::wire::grpc::output::Output;
use crate::wire::grpc::{headers, status};

/// Why a call has no reply.
pub(super) enum Failure {
    /// Its status.
    Status(Error),
    /// The stream was reset, or the connection is gone.
    Stream(h2::Error),
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Message(error) => Self::Status(error),
            Broken::Stream(error) => Self::Stream(error),
        }
    }
}

/// The request with its prefix.
pub(super) fn encode(request: &dyn Encode, encoding: Option<Encoding>) -> Result<Bytes> {
    let mut out = BytesMut::new();
    message::put(request, encoding, &mut out)?;
    Ok(out.freeze())
}

/// Sends the request, whose headers are sent, and waits for the reply.
pub(super) async fn finish(
    response: Response,
    mut send: SendStream<Payload>,
    request: Bytes,
    output: &Arc<Output>,
    max_message: usize,
    telling: &Telling,
) -> Result<Reply, Failure> {
    // h2 keeps what the windows do not allow yet: one message, which is there anyway.
    let response = match send_whole(&mut send, request, output, true) {
        Ok(()) => response.await,
        Err(error) => arrived(response)
            .await
            .unwrap_or(Err(Broken::Stream(error))),
    };
    let (response, account) = response?;
    let (head, body) = response.into_parts();
    let ended = body.is_end_stream();
    let info = headers::read_response(head.status, &head.headers).map_err(Failure::Status)?;
    if ended {
        let (outcome, _) = status::read_trailers(&head.headers);
        outcome.map_err(Failure::Status)?;
        return Err(Failure::Status(no_response()));
    }
    let mut headers = account.header_charge();
    let fits = headers.add(info.metadata.held());
    fits.map_err(Failure::Status)?;
    telling.header(&info.metadata);
    let reader = MessageReader::new(max_message, info.encoding);
    let mut body = Body::new(body, reader, account);
    let mut message = None;
    let trailers = loop {
        match poll_fn(|cx| body.poll_next(cx)).await? {
            Next::Message(_) if message.is_some() => {
                return Err(Failure::Status(second_response()));
            }
            Next::Message(response) => message = Some(response),
            Next::End(trailers) => break trailers.ok_or_else(status::no_trailers),
        }
    };
    let (outcome, trailer) = status::read_trailers(&trailers.map_err(Failure::Status)?);
    outcome.map_err(Failure::Status)?;
    Ok(Reply {
        message: message.ok_or_else(|| Failure::Status(no_response()))?,
        header: info.metadata,
        trailer,
    })
}

/// The response, if it is there. A server may answer headers alone and end the stream, as grpc-go
/// does for an unknown service: then nothing can be sent on it, and the answer tells why.
async fn arrived(
    mut response: Response,
) -> Option<Result<(http::Response<RecvStream>, Account), Broken>> {
    poll_fn(|cx| match Pin::new(&mut response).poll(cx) {
        Poll::Ready(response) => Poll::Ready(Some(response)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

fn no_response() -> Error {
    status::grpc(
        Code::INTERNAL,
        "the server ended the call without a response",
    )
}

pub(super) fn second_response() -> Error {
    status::grpc(
        Code::INTERNAL,
        "protocol violation: a second response where there can be one",
    )
}
