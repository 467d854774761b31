//! How long a server that could not be reached is left alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::fleet::backoff;
use crate::sync::lock;

/// While one call tries a server again, others leave it alone for this time.
const TRIAL: Duration = Duration::from_secs(1);

/// Whether one server is avoided.
#[derive(Debug, Default)]
pub(super) struct Avoid {
    /// Whether it has failed since it was last reached: all that calls look at as a rule.
    failing: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: i32,
    last_failed: Option<Instant>,
    until: Option<Instant>,
}

impl Avoid {
    /// Whether the server is left alone. When its time is over the first to ask may try it.
    pub(super) fn is_avoided(&self, now: Instant) -> bool {
        if !self.failing.load(Ordering::Relaxed) {
            return false;
        }
        let mut state = lock(&self.state);
        let avoided = state.until.is_some_and(|until| now < until);
        if !avoided {
            state.until = Some(now + TRIAL);
        }
        avoided
    }

    /// Until when; in the past if it is not avoided.
    pub(super) fn until(&self) -> Option<Instant> {
        lock(&self.state).until
    }

    /// Notes that an attempt which began at `began` has failed. Returns how long the endpoint is
    /// now avoided. An attempt that began before the last failure changes nothing and returns
    /// `None`: calls that wait for one dial all fail together.
    pub(super) fn failed(&self, began: Instant, now: Instant) -> Option<Duration> {
        let mut state = lock(&self.state);
        if state.last_failed.is_some_and(|last| began < last) {
            return None;
        }
        let time = backoff(state.failures);
        state.until = Some(now + time);
        state.failures = state.failures.saturating_add(1);
        state.last_failed = Some(now);
        self.failing.store(true, Ordering::Relaxed);
        Some(time)
    }

    /// The server was reached.
    pub(super) fn reached(&self) {
        if self.failing.load(Ordering::Relaxed) {
            self.failing.store(false, Ordering::Relaxed);
            *lock(&self.state) = State::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::FIRST;

    #[tokio::test(start_paused = true)]
    async fn calls_that_fail_together_count_once() {
        let (avoid, began) = (Avoid::default(), Instant::now());
        tokio::time::advance(Duration::from_millis(300)).await;
        for _ in 0..10 {
            avoid.failed(began, Instant::now());
        }
        assert_eq!(lock(&avoid.state).failures, 1);
        tokio::time::advance(FIRST * 2).await;
        assert!(!avoid.is_avoided(Instant::now()));
    }
}
