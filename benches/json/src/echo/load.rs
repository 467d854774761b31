//! Our client, with JSON.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use streamgen_dynamic::client::{CallError, JsonClient};
use streamgen_runtime::client::Channel;
use streamgen_runtime::{Transport, UnaryTransport};
use tokio::task::JoinSet;

use super::Wire;
use crate::content;

/// Not counted.
const WARM_UP: Duration = Duration::from_millis(300);

/// Makes calls, or exchanges messages on streams, for as long, and prints how many.
///
/// # Errors
/// A call fails.
pub async fn load(
    wire: Wire,
    address: String,
    shape: &str,
    callers: usize,
    sample: Duration,
) -> anyhow::Result<()> {
    let transport = match wire {
        Wire::Framed => Transport::TtHeaderStreaming,
        Wire::Stream(transport) => transport,
    };
    let channel = Channel::builder("echo")
        .address(address)
        .transport(transport)
        .unary_transport(UnaryTransport::Framed)
        .build()?;
    let client = JsonClient::new(&super::service()?, channel)?;
    let made = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..callers {
        let (client, made) = (client.clone(), Arc::clone(&made));
        let (method, request) = (wire.method(shape), content::json(shape));
        tasks.spawn(async move { drive(&client, wire, &method, &request, &made).await });
    }
    let measured = async {
        tokio::time::sleep(WARM_UP).await;
        let (before, start) = (made.load(Ordering::Relaxed), Instant::now());
        tokio::time::sleep(sample).await;
        let made = made.load(Ordering::Relaxed) - before;
        println!("made {made} {}", start.elapsed().as_nanos());
    };
    tokio::select! {
        () = measured => Ok(()),
        Some(failed) = tasks.join_next() => Ok(failed??),
    }
}

/// Goes on until it fails; the end of the process is its normal end.
async fn drive(
    client: &JsonClient,
    wire: Wire,
    method: &str,
    request: &str,
    made: &AtomicU64,
) -> Result<(), CallError> {
    if wire == Wire::Framed {
        loop {
            client.call(method, request).await?;
            made.fetch_add(1, Ordering::Relaxed);
        }
    }
    let mut stream = client.bidi_streaming(method).await?;
    loop {
        stream.send(request).await?;
        stream.recv().await?;
        made.fetch_add(1, Ordering::Relaxed);
    }
}
