//! How long a server that could not be reached is left alone.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::sync::lock;

/// After the first failure. gRPC's connection backoff begins with 1 s; here calls go elsewhere
/// meanwhile, and a server that restarts is back sooner.
pub(super) const FIRST: Duration = Duration::from_millis(500);
/// Each further failure in a row makes it this many times longer, as in gRPC.
const GROWTH: f64 = 1.6;
/// But not longer than this. gRPC waits up to 120 s, with nobody calling; a rolling restart of a
/// large service takes minutes, and its clients should find each server again while it lasts.
const LONGEST: Duration = Duration::from_secs(30);
/// The share by which it is shorter or longer at random, as in gRPC, so that many clients do not
/// come back at the same moment.
const JITTER: f64 = 0.2;
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

fn backoff(failures: i32) -> Duration {
    let grown = FIRST.as_secs_f64() * GROWTH.powi(failures.min(64));
    let random = fastrand::f64().mul_add(2.0, -1.0);
    Duration::from_secs_f64(grown.min(LONGEST.as_secs_f64()) * (1.0 + JITTER * random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_grows_up_to_a_bound_with_jitter_on_it() {
        let within = |time: Duration, middle: Duration| {
            let share = time.as_secs_f64() / middle.as_secs_f64();
            assert!((0.8..=1.2).contains(&share), "{time:?} for {middle:?}");
        };
        for _ in 0..100 {
            within(backoff(0), FIRST);
            within(backoff(1), FIRST.mul_f64(GROWTH));
            within(backoff(i32::MAX), LONGEST);
        }
        let times: Vec<_> = (0..100).map(|_| backoff(0)).collect();
        assert!(times.iter().any(|time| *time != times[0]));
    }

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
