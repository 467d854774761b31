//! Calls that end before they are done, and what the server saw of them.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Request};

use super::{failed_with, has_body, requests};
use crate::client::Clients;
use crate::messages::pb::{
    Empty, ResponseParameters, StreamingInputCallRequest, StreamingOutputCallRequest,
};
use crate::messages::{CANCELED, REMAINING, REPORT, exchange, response_of, zeros};

/// A call of tonic is cancelled when its future is dropped, so that nobody is left to see a status.
pub(super) async fn cancel_after_begin(clients: &mut Clients) -> Result<()> {
    let (sender, receiver) = mpsc::channel::<StreamingInputCallRequest>(1);
    let requests = ReceiverStream::new(receiver);
    let call = clients.test.streaming_input_call(requests);
    let begun = tokio::time::timeout(Duration::from_millis(50), call).await;
    ensure!(begun.is_err(), "answered before the requests ended");
    // The requests are read no more.
    sender.closed().await;
    Ok(())
}

/// The call is cancelled when both of its streams are dropped.
pub(super) async fn cancel_after_first_response(clients: &mut Clients) -> Result<()> {
    let (sender, receiver) = mpsc::channel(1);
    sender.send(exchange(27_182, 31_415)).await?;
    let call = clients.test.full_duplex_call(ReceiverStream::new(receiver));
    let mut stream = call.await?.into_inner();
    let response = stream.message().await?.context("the stream ended")?;
    has_body(response.payload, 31_415)?;
    drop((sender, stream));
    // The connection goes on.
    clients.test.empty_call(Empty {}).await?;
    Ok(())
}

pub(super) async fn cancel_at_server(clients: &mut Clients) -> Result<()> {
    let before = canceled(clients).await?;
    let mut request = Request::new(requests([one_and_no_more()]));
    let on = MetadataValue::from_static("1");
    request.metadata_mut().insert(REPORT, on);
    let mut stream = clients.test.full_duplex_call(request).await?.into_inner();
    let response = stream.message().await?.context("the stream ended")?;
    has_body(response.payload, 1)?;
    drop(stream);
    let mut after = canceled(clients).await?;
    while after == before {
        after = canceled(clients).await?;
    }
    ensure!(after == before + 1, "{} calls cancelled", after - before);
    Ok(())
}

/// A request for a response at once and one that no case waits for.
fn one_and_no_more() -> StreamingOutputCallRequest {
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

/// tonic's own timer ends a call with status 1 before its header has come.
pub(super) async fn timeout_on_sleeping_server(clients: &mut Clients) -> Result<()> {
    let (sender, receiver) = mpsc::channel(1);
    sender
        .send(StreamingOutputCallRequest {
            payload: Some(zeros(27_182)),
            ..StreamingOutputCallRequest::default()
        })
        .await?;
    let mut request = Request::new(ReceiverStream::new(receiver));
    request.set_timeout(Duration::from_millis(1));
    let outcome = match clients.test.full_duplex_call(request).await {
        Ok(stream) => stream.into_inner().message().await,
        Err(status) if status.message() == "Timeout expired" => return Ok(()),
        Err(status) => Err(status),
    };
    failed_with(Code::DeadlineExceeded, outcome)?;
    Ok(())
}

/// The deadline of a call that is asked for it.
const LIMIT: Duration = Duration::from_secs(15);

pub(super) async fn deadline_at_server(clients: &mut Clients) -> Result<()> {
    let limited = report(clients, Some(LIMIT)).await?;
    let left: u128 = text(&limited, REMAINING)?.parse()?;
    ensure!(0 < left && left <= LIMIT.as_millis(), "{left} ms are left");
    let unlimited = report(clients, None).await?;
    let left = text(&unlimited, REMAINING)?;
    ensure!(left == "none", "{left} ms are left without a limit");
    Ok(())
}

/// tonic has no timer for a stream that has begun: it is the server that ends it.
pub(super) async fn deadline_in_stream(clients: &mut Clients) -> Result<()> {
    let mut request = Request::new(one_and_no_more());
    // Time enough for the first message on a busy machine.
    request.set_timeout(Duration::from_secs(3));
    let stream = clients.test.streaming_output_call(request).await?;
    let mut stream = stream.into_inner();
    let response = stream.message().await?.context("the stream ended")?;
    has_body(response.payload, 1)?;
    failed_with(Code::DeadlineExceeded, stream.message().await)?;
    Ok(())
}

/// How many calls with [`REPORT`] were cancelled at the server so far.
async fn canceled(clients: &mut Clients) -> Result<u64> {
    let header = report(clients, None).await?;
    Ok(text(&header, CANCELED)?.parse()?)
}

async fn report(clients: &mut Clients, limit: Option<Duration>) -> Result<MetadataMap> {
    let mut request = Request::new(Empty {});
    let on = MetadataValue::from_static("1");
    request.metadata_mut().insert(REPORT, on);
    if let Some(limit) = limit {
        request.set_timeout(limit);
    }
    let response = clients.test.empty_call(request).await?;
    Ok(response.metadata().clone())
}

fn text<'a>(header: &'a MetadataMap, name: &str) -> Result<&'a str> {
    let value = header.get(name);
    let value = value.with_context(|| format!("the server does not report {name}"))?;
    Ok(value.to_str()?)
}
