//! Calls that end before they are done.

use std::time::Duration;

use anyhow::Result;
use streamgen_runtime::Error;
use streamgen_runtime::transport::grpc::codes;

use super::failed_with;
use super::streams::{exchange, has_body};
use crate::client::Clients;
use crate::messages::zeros;
use crate::stream_gen::grpc::testing::StreamingOutputCallRequest;

pub(super) async fn cancel_after_begin(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.streaming_input_call().await?;
    stream.cancel();
    failed_with(codes::CANCELED, stream.close_and_recv().await)?;
    Ok(())
}

pub(super) async fn cancel_after_first_response(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.full_duplex_call().await?;
    stream.send(exchange(27_182, 31_415)).await?;
    has_body(stream.recv().await?, 31_415)?;
    stream.cancel();
    failed_with(codes::CANCELED, stream.recv().await)?;
    Ok(())
}

pub(super) async fn timeout_on_sleeping_server(clients: &Clients) -> Result<()> {
    failed_with(codes::DEADLINE_EXCEEDED, outlast_deadline(clients).await)?;
    Ok(())
}

/// A stream of one millisecond to a server that has nothing to say. The deadline may pass at any
/// point of it.
async fn outlast_deadline(clients: &Clients) -> Result<(), Error> {
    let call = clients.test.full_duplex_call();
    let mut stream = call.timeout(Duration::from_millis(1)).await?;
    let request = StreamingOutputCallRequest {
        payload: Some(zeros(27_182)),
        ..StreamingOutputCallRequest::default()
    };
    stream.send(request).await?;
    while stream.recv().await?.is_some() {}
    Ok(())
}
