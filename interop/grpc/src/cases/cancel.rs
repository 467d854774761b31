//! Calls that end before they are done.

use std::time::Duration;

use anyhow::Result;
use streamgen_runtime::{Code, Error};

use super::failed_with;
use super::streams::{exchange, has_body};
use crate::client::Clients;
use crate::messages::{response_of, zeros};
use crate::stream_gen::grpc::testing::{ResponseParameters, StreamingOutputCallRequest};

pub(super) async fn cancel_after_begin(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.streaming_input_call().await?;
    stream.cancel();
    failed_with(Code::CANCELED, stream.close_and_recv().await)?;
    Ok(())
}

pub(super) async fn cancel_after_first_response(clients: &Clients) -> Result<()> {
    let mut stream = clients.test.full_duplex_call().await?;
    stream.send(exchange(27_182, 31_415)).await?;
    has_body(stream.recv().await?, 31_415)?;
    stream.cancel();
    failed_with(Code::CANCELED, stream.recv().await)?;
    Ok(())
}

pub(super) async fn timeout_on_sleeping_server(clients: &Clients) -> Result<()> {
    failed_with(Code::DEADLINE_EXCEEDED, outlast_deadline(clients).await)?;
    Ok(())
}

/// A deadline ends a stream that has begun.
pub(super) async fn deadline_in_stream(clients: &Clients) -> Result<()> {
    let call = clients.test.streaming_output_call(one_and_no_more());
    // Time enough for the first message on a busy machine.
    let mut stream = call.timeout(Duration::from_secs(3)).await?;
    has_body(stream.recv().await?, 1)?;
    failed_with(Code::DEADLINE_EXCEEDED, stream.recv().await)?;
    Ok(())
}

/// A request for a response at once and one that no case waits for.
pub(super) fn one_and_no_more() -> StreamingOutputCallRequest {
    const NEVER: Duration = Duration::from_secs(60);
    let at_once = response_of(1);
    let later = ResponseParameters {
        interval_us: NEVER.as_micros() as i32,
        ..at_once
    };
    StreamingOutputCallRequest {
        response_parameters: vec![at_once, later],
        ..StreamingOutputCallRequest::default()
    }
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
