//! The client process.

use super::block_on;
use super::meter::Meter;
use super::serve::print_line;
use crate::candidate::Candidate;
use crate::workload::{Load, Workload};
use anyhow::Context;
use std::future::Future;
use std::time::Duration;
use tokio::task::JoinSet;

/// Runs `load` against the server at `load.addr` and prints the result. Idle streams have no
/// sample; they answer the driver by themselves.
pub fn run(candidate: Candidate, load: Load) -> anyhow::Result<()> {
    block_on(async move {
        let meter = Meter::default();
        if load.workload == Workload::Idle {
            return candidate.load(&load, &meter).await;
        }
        let warm_up = Duration::from_millis(load.warm_up_ms);
        let sample = Duration::from_millis(load.sample_ms);
        tokio::select! {
            ended = candidate.load(&load, &meter) => {
                ended?;
                anyhow::bail!("the load ended before the sample did")
            }
            measured = meter.report(warm_up, sample) => measured,
        }
    })
}

/// Runs `count` copies of an endless `stream` at once; returns when the first of them fails.
pub(crate) async fn run_streams<S, F>(count: usize, stream: S) -> anyhow::Result<()>
where
    S: Fn() -> F,
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let mut streams = JoinSet::new();
    for _ in 0..count {
        streams.spawn(stream());
    }
    streams.join_next().await.context("no stream to run")??
}

/// Opens one stream, lets the driver read its figures, opens the rest and holds them until the
/// driver hangs up. `open` must carry a message both ways, so that the stream exists on both sides.
pub(crate) async fn hold_idle<S, F>(count: usize, open: impl Fn() -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<S>>,
{
    let mut streams = vec![open().await?];
    print_line("ready")?;
    wait_for_driver()?;
    while streams.len() < count {
        streams.push(open().await?);
    }
    print_line("opened")?;
    wait_for_driver()?;
    std::process::exit(0)
}

/// Blocks the runtime, which has nothing to do meanwhile, until a line comes or the driver hangs up.
fn wait_for_driver() -> std::io::Result<()> {
    std::io::stdin().read_line(&mut String::new()).map(drop)
}
