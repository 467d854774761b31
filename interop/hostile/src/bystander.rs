//! A client that has nothing to do with the attack, and measures how long its calls take.

use std::sync::Arc;
use std::time::{Duration, Instant};

use streamgen_runtime::{Bytes, Error, PoolMode, Transport, UnaryTransport};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attack::Wire;
use crate::stream_gen::hostile::Msg;
use crate::stream_gen::hostile::target::TargetClient;

/// Time between two calls. They do not wait for each other: when the target stands still, each call
/// of that time is late.
const TICK: Duration = Duration::from_millis(5);
/// After this time, a call counts as one that took so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client of this wire with all defaults, on one connection.
pub fn client(wire: Wire, address: &str) -> Result<TargetClient, Error> {
    let builder = TargetClient::builder("target").address(address.to_owned());
    let one = PoolMode::Mux { slots: 1 };
    match wire {
        Wire::Streaming => builder.transport(Transport::TtHeaderStreaming).pool(one),
        Wire::Grpc => builder
            .transport(Transport::Grpc)
            .unary_transport(UnaryTransport::Grpc),
        Wire::Framed => builder.unary_transport(UnaryTransport::Framed),
        Wire::TtHeader | Wire::Any => builder
            .unary_transport(UnaryTransport::TtHeaderFramed)
            .unary_pool(one),
    }
    .build()
}

/// A small call.
pub async fn call(client: &TargetClient) -> Result<(), Error> {
    let payload = Bytes::from_static(&[0; 32]);
    let answer = client
        .call(Msg {
            payload,
            ..Msg::default()
        })
        .await?;
    debug_assert_eq!(answer.payload.len(), 32);
    Ok(())
}

/// Calls until `stop` says so, and returns how long each call took. A call that fails counts as one
/// that never ended.
pub async fn watch(client: Arc<TargetClient>, mut stop: watch::Receiver<bool>) -> Vec<Duration> {
    let mut calls = JoinSet::new();
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            due = ticks.tick() => {
                let client = Arc::clone(&client);
                calls.spawn(async move { timed(&client, due.into_std()).await });
            }
        }
    }
    calls.join_all().await
}

/// The time from when the call was due: a client that stands still is late too.
async fn timed(client: &TargetClient, due: Instant) -> Duration {
    match tokio::time::timeout(PATIENCE, call(client)).await {
        Ok(Ok(())) => due.elapsed(),
        Ok(Err(_)) | Err(_) => PATIENCE,
    }
}

/// The 99th percentile.
pub fn p99(mut latencies: Vec<Duration>) -> Option<Duration> {
    latencies.sort_unstable();
    let last = latencies.len().checked_sub(1)?;
    latencies.get(last * 99 / 100).copied()
}
