//! The cases of gRPC's `doc/interop-test-descriptions.md`, and ours, on a client of tonic.

mod compression;
mod ends;
mod messages;
mod statuses;

use anyhow::{Context as _, Result, bail, ensure};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};

use crate::client::Clients;
use crate::messages::pb::Payload;
use crate::messages::zeros;

/// Runs the case `name`.
///
/// # Errors
/// Why the case failed; a name of no case.
pub(crate) async fn run(name: &str, mut clients: Clients) -> Result<()> {
    let clients = &mut clients;
    match name {
        "empty_unary" => messages::empty_unary(clients).await,
        "large_unary" => messages::large_unary(clients).await,
        "client_streaming" => messages::client_streaming(clients).await,
        "server_streaming" => messages::server_streaming(clients).await,
        "ping_pong" => messages::ping_pong(clients).await,
        "empty_stream" => messages::empty_stream(clients).await,
        "custom_metadata" => statuses::custom_metadata(clients).await,
        "status_code_and_message" => statuses::status_code_and_message(clients).await,
        "special_status_message" => statuses::special_status_message(clients).await,
        "status_details" => statuses::status_details(clients).await,
        "unimplemented_method" => statuses::unimplemented_method(clients).await,
        "unimplemented_service" => statuses::unimplemented_service(clients).await,
        "cancel_after_begin" => ends::cancel_after_begin(clients).await,
        "cancel_after_first_response" => ends::cancel_after_first_response(clients).await,
        "cancel_at_server" => ends::cancel_at_server(clients).await,
        "timeout_on_sleeping_server" => ends::timeout_on_sleeping_server(clients).await,
        "deadline_at_server" => ends::deadline_at_server(clients).await,
        "deadline_in_stream" => ends::deadline_in_stream(clients).await,
        "client_compressed_unary" => compression::client_compressed_unary(clients).await,
        "server_compressed_unary" => compression::server_compressed_unary(clients).await,
        "server_compressed_streaming" => compression::server_compressed_streaming(clients).await,
        _ => bail!("unsupported test case"),
    }
}

/// The status that a call was to fail with.
///
/// # Errors
/// It succeeded, or failed with another status.
fn failed_with<T>(code: Code, outcome: Result<T, Status>) -> Result<Status> {
    match outcome {
        Ok(_) => bail!("succeeded, want {code:?}"),
        Err(status) if status.code() == code => Ok(status),
        Err(status) => bail!("want {code:?}, got {status}"),
    }
}

/// Checks that a body is `size` zeros.
fn has_body(payload: Option<Payload>, size: usize) -> Result<()> {
    let payload = payload.context("no payload")?;
    let len = payload.body.len();
    ensure!(payload == zeros(size), "want {size} zeros, got {len} bytes");
    Ok(())
}

/// A stream of requests that are there already.
fn requests<T>(requests: impl IntoIterator<Item = T>) -> ReceiverStream<T> {
    let requests: Vec<T> = requests.into_iter().collect();
    let (sender, receiver) = tokio::sync::mpsc::channel(requests.len().max(1));
    for request in requests {
        // There is room for each.
        let _ = sender.try_send(request);
    }
    ReceiverStream::new(receiver)
}
