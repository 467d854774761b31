//! Messages that are compressed, or not.
//!
//! A client of tonic compresses all requests or none, so that it has no `client_compressed_streaming`.

use anyhow::{Context as _, Result, ensure};
use tonic::codec::CompressionEncoding::Gzip;
use tonic::{Code, Response};

use super::messages::{LARGE_RESPONSE, large_request};
use super::{failed_with, has_body};
use crate::client::Clients;
use crate::messages::pb::{
    BoolValue, ResponseParameters, SimpleRequest, StreamingOutputCallRequest,
};
use crate::messages::response_of;
use crate::watch::Seen;

pub(super) async fn client_compressed_unary(clients: &mut Clients) -> Result<()> {
    let request = |compressed| SimpleRequest {
        expect_compressed: wanted(compressed),
        ..large_request()
    };
    // A server that cannot tell would take this one too.
    let probe = clients.test.unary_call(request(true)).await;
    failed_with(Code::InvalidArgument, probe)?;

    // A server may answer as it was asked.
    let compressing = clients.test.clone().send_compressed(Gzip);
    let mut compressing = compressing.accept_compressed(Gzip);
    let response = compressing.unary_call(request(true)).await?;
    has_body(response.into_inner().payload, LARGE_RESPONSE)?;
    let response = clients.test.unary_call(request(false)).await?;
    has_body(response.into_inner().payload, LARGE_RESPONSE)
}

pub(super) async fn server_compressed_unary(clients: &mut Clients) -> Result<()> {
    let mut accepting = clients.test.clone().accept_compressed(Gzip);
    for compressed in [true, false] {
        let request = SimpleRequest {
            response_compressed: wanted(compressed),
            ..large_request()
        };
        let response = accepting.unary_call(request).await?;
        ensure_seen(&seen(&response)?, &[compressed])?;
        has_body(response.into_inner().payload, LARGE_RESPONSE)?;
    }
    Ok(())
}

pub(super) async fn server_compressed_streaming(clients: &mut Clients) -> Result<()> {
    let response = |size, compressed| ResponseParameters {
        compressed: wanted(compressed),
        ..response_of(size)
    };
    let request = StreamingOutputCallRequest {
        response_parameters: vec![response(31_415, true), response(92_653, false)],
        ..StreamingOutputCallRequest::default()
    };
    let mut accepting = clients.test.clone().accept_compressed(Gzip);
    let stream = accepting.streaming_output_call(request).await?;
    let seen = seen(&stream)?;
    let mut stream = stream.into_inner();
    for size in [31_415, 92_653] {
        let response = stream.message().await?.context("the stream ended")?;
        has_body(response.payload, size)?;
    }
    ensure!(stream.message().await?.is_none(), "more than two responses");
    ensure_seen(&seen, &[true, false])
}

fn wanted(compressed: bool) -> Option<BoolValue> {
    Some(BoolValue { value: compressed })
}

fn seen<T>(response: &Response<T>) -> Result<Seen> {
    let seen = response.extensions().get::<Seen>();
    seen.cloned().context("nobody looks at the responses")
}

fn ensure_seen(seen: &Seen, want: &[bool]) -> Result<()> {
    let seen = seen.all();
    ensure!(
        seen == want,
        "want messages compressed {want:?}, saw {seen:?}"
    );
    Ok(())
}
