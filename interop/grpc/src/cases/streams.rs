//! Streams in each direction.

use anyhow::{Context as _, Result, ensure};

use crate::client::Clients;
use crate::messages::{response_of, zeros};
use crate::stream_gen::grpc::testing::{
    StreamingInputCallRequest, StreamingOutputCallRequest, StreamingOutputCallResponse,
};

const REQUESTS: [usize; 4] = [27_182, 8, 1_828, 45_904];
const RESPONSES: [usize; 4] = [31_415, 9, 2_653, 58_979];

pub(super) async fn client_streaming(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.streaming_input_call().await?;
    for size in REQUESTS {
        let request = StreamingInputCallRequest {
            payload: Some(zeros(size)),
            ..StreamingInputCallRequest::default()
        };
        stream.send(request).await?;
    }
    let sum = stream.close_and_recv().await?.aggregated_payload_size;
    ensure!(sum == 74_922, "want a sum of 74922, got {sum}");
    Ok(())
}

pub(super) async fn server_streaming(clients: &Clients) -> Result<()> {
    let request = StreamingOutputCallRequest {
        response_parameters: RESPONSES.map(response_of).to_vec(),
        ..StreamingOutputCallRequest::default()
    };
    let mut stream = clients.test.streaming_output_call(request).await?;
    for size in RESPONSES {
        has_body(stream.recv().await?, size)?;
    }
    ensure!(stream.recv().await?.is_none(), "more than four responses");
    Ok(())
}

pub(super) async fn ping_pong(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.full_duplex_call().await?;
    for (request, response) in REQUESTS.into_iter().zip(RESPONSES) {
        stream.send(exchange(request, response)).await?;
        has_body(stream.recv().await?, response)?;
    }
    stream.close_send().await?;
    ensure!(stream.recv().await?.is_none(), "more than four responses");
    Ok(())
}

pub(super) async fn empty_stream(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.full_duplex_call().await?;
    stream.close_send().await?;
    ensure!(stream.recv().await?.is_none(), "a response to nothing");
    Ok(())
}

/// A request of `request` bytes for one response of `response` bytes.
pub(super) fn exchange(request: usize, response: usize) -> StreamingOutputCallRequest {
    StreamingOutputCallRequest {
        response_parameters: vec![response_of(response)],
        payload: Some(zeros(request)),
        ..StreamingOutputCallRequest::default()
    }
}

/// Checks that a response has come, of `size` zeros.
pub(super) fn has_body(response: Option<StreamingOutputCallResponse>, size: usize) -> Result<()> {
    let response = response.with_context(|| format!("the stream ended, want {size} bytes"))?;
    let payload = response.payload.context("no payload")?;
    ensure!(
        payload == zeros(size),
        "want {size} zeros, got {} bytes",
        payload.body.len()
    );
    Ok(())
}
