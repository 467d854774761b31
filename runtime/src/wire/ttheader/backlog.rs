//! How much of a connection's messages waits for its consumers, and when that stops the reader.

use std::future::poll_fn;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::time::timeout;

use super::config::Limits;
use crate::sync::lock;

/// How many times the usual grace the only consumer of a connection gets at most.
const PATIENCE: u32 = 100;

/// Cost of all messages of a connection that were received and not taken. The reader adds, the
/// consumers take.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    cost: AtomicUsize,
    /// The reader while it pauses, and the cost it waits for.
    reader: Mutex<Option<(usize, Waker)>>,
}

impl Backlog {
    #[inline]
    pub(super) fn add(&self, cost: usize) {
        if cost == 0 {
            return;
        }
        self.cost.fetch_add(cost, Ordering::SeqCst);
    }

    #[inline]
    pub(super) fn take(&self, cost: usize) {
        if cost == 0 {
            return;
        }
        let before = self.cost.fetch_sub(cost, Ordering::SeqCst);
        // Nobody pauses over so little, and most batches are small.
        if before < Limits::MIN_QUEUE_PAUSE / 2 {
            return;
        }
        let mut reader = lock(&self.reader);
        if reader
            .as_ref()
            .is_some_and(|(goal, _)| before - cost <= *goal)
        {
            let waiting = reader.take();
            drop(reader);
            if let Some((_, waker)) = waiting {
                waker.wake();
            }
        }
    }

    #[inline]
    pub(super) fn cost(&self) -> usize {
        self.cost.load(Ordering::SeqCst)
    }

    fn poll_below(&self, goal: usize, cx: &mut Context<'_>) -> Poll<()> {
        *lock(&self.reader) = Some((goal, cx.waker().clone()));
        // Read behind the registration: whoever takes after this sees it.
        if self.cost() <= goal {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Decides when the reader of one connection pauses; see [`Limits`].
#[derive(Debug)]
pub(super) struct Pause {
    step: usize,
    grace: Duration,
    /// How long the only stream of a connection may take nothing. Doubles while it does, until
    /// it has caught up.
    patience: Duration,
    /// The cost at which to pause next: `step` above what stalled consumers have left lying.
    at: usize,
}

impl Pause {
    pub(super) fn new(limits: &Limits) -> Self {
        let step = limits.queue_pause.max(Limits::MIN_QUEUE_PAUSE);
        let grace = limits.pause_grace;
        Self {
            step,
            grace,
            patience: grace,
            at: step,
        }
    }

    /// Waits if too much is queued. `alone` tells whether the connection has at most one stream,
    /// so that nobody else waits with it.
    pub(super) async fn catch_up(&mut self, backlog: &Backlog, alone: impl Fn() -> bool) {
        let cost = backlog.cost();
        self.at = self.at.min(cost + self.step).max(self.step);
        if cost >= self.at {
            self.wait(backlog, cost, alone).await;
        } else if cost < self.step / 2 {
            self.patience = self.grace;
        }
    }

    async fn wait(&mut self, backlog: &Backlog, mut cost: usize, alone: impl Fn() -> bool) {
        let goal = self.at - self.step / 2;
        loop {
            let patience = if alone() { self.patience } else { self.grace };
            let below = poll_fn(|cx| backlog.poll_below(goal, cx));
            if timeout(patience, below).await.is_ok() {
                return;
            }
            let before = std::mem::replace(&mut cost, backlog.cost());
            if cost >= before {
                self.patience = (2 * self.patience).min(self.grace * PATIENCE);
            }
            if cost >= before || !alone() {
                self.at = cost + self.step;
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::time::{Instant, sleep};

    const MIB: usize = 1024 * 1024;

    fn pause() -> Pause {
        Pause::new(&Limits {
            queue_pause: 8 * MIB,
            pause_grace: Duration::from_millis(50),
            ..Limits::default()
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_but_steady_consumer_holds_the_reader_of_its_own_connection() {
        let (mut pause, backlog) = (pause(), Arc::new(Backlog::default()));
        backlog.add(9 * MIB);
        let consumer = Arc::clone(&backlog);
        tokio::spawn(async move {
            for _ in 0..9 {
                sleep(Duration::from_millis(40)).await;
                consumer.take(MIB);
            }
        });
        let start = Instant::now();
        pause.catch_up(&backlog, || true).await;
        // Half of 8 MiB is reached by the fifth message.
        assert_eq!(start.elapsed(), Duration::from_millis(200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stalled_consumer_costs_others_one_grace_for_each_step() {
        let (mut pause, backlog) = (pause(), Backlog::default());
        let start = Instant::now();
        for _ in 0..30 {
            backlog.add(MIB);
            pause.catch_up(&backlog, || false).await;
        }
        assert_eq!(start.elapsed(), Duration::from_millis(150));
    }

    #[tokio::test(start_paused = true)]
    async fn the_only_consumer_of_a_connection_gets_more_and_more_time() {
        let (mut pause, backlog) = (pause(), Backlog::default());
        let mut pauses = Vec::new();
        for _ in 0..9 {
            backlog.add(8 * MIB);
            let start = Instant::now();
            pause.catch_up(&backlog, || true).await;
            pauses.push(start.elapsed().as_millis());
        }
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
    }

    #[tokio::test(start_paused = true)]
    async fn streams_that_share_a_connection_wait_no_longer_than_the_grace() {
        let (mut pause, backlog) = (pause(), Arc::new(Backlog::default()));
        backlog.add(9 * MIB);
        let consumer = Arc::clone(&backlog);
        tokio::spawn(async move {
            sleep(Duration::from_millis(40)).await;
            consumer.take(MIB);
        });
        let start = Instant::now();
        pause.catch_up(&backlog, || false).await;
        assert_eq!(start.elapsed(), Duration::from_millis(50));
    }

    #[tokio::test(start_paused = true)]
    async fn the_bound_comes_down_again_with_the_backlog() {
        let (mut pause, backlog) = (pause(), Backlog::default());
        backlog.add(9 * MIB);
        pause.catch_up(&backlog, || true).await; // raises the bound to 17 MiB
        backlog.take(9 * MIB);
        pause.catch_up(&backlog, || true).await; // lowers it to 8 MiB

        let start = Instant::now();
        backlog.add(8 * MIB);
        pause.catch_up(&backlog, || true).await;
        assert_eq!(start.elapsed(), Duration::from_millis(50));
    }
}
