//! Counting messages inside a client process.

use super::serve::print_line;
use crate::allocation;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Counts messages; those between `begin` and `end` make the sample.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    messages: AtomicU64,
    latencies: Mutex<Vec<Duration>>,
}

impl Meter {
    /// Counts `n` messages. Load and store instead of an atomic addition: the runtime has one
    /// thread, and a locked instruction would be a tenth of what a 16-byte message costs.
    pub fn count(&self, n: u64) {
        let messages = &self.0.messages;
        messages.store(messages.load(Relaxed) + n, Relaxed);
    }

    /// Records how long one round trip took.
    pub fn latency(&self, latency: Duration) {
        self.latencies().push(latency);
    }

    /// Waits through warm-up and sample, and prints `begin` and `end …` around the latter.
    pub(super) async fn report(&self, warm_up: Duration, sample: Duration) -> anyhow::Result<()> {
        tokio::time::sleep(warm_up).await;
        self.latencies().clear();
        let (before, allocated) = (self.messages(), allocation::counts().allocations);
        print_line("begin")?;
        let start = Instant::now();
        tokio::time::sleep(sample).await;
        let nanos = start.elapsed().as_nanos();
        let total = self.messages();
        let allocations = allocation::counts().allocations - allocated;
        print_line(&format!(
            "end messages={} nanos={nanos} total={total} p50={} allocations={allocations}",
            total - before,
            self.p50().as_nanos(),
        ))?;
        Ok(())
    }

    fn messages(&self) -> u64 {
        self.0.messages.load(Relaxed)
    }

    /// Median latency, zero if none was recorded.
    fn p50(&self) -> Duration {
        let mut latencies = self.latencies();
        latencies.sort_unstable();
        latencies
            .get(latencies.len() / 2)
            .copied()
            .unwrap_or_default()
    }

    fn latencies(&self) -> std::sync::MutexGuard<'_, Vec<Duration>> {
        self.0
            .latencies
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
