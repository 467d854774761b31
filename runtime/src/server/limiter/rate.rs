//! So many calls in a second.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

const SECOND: u64 = 1_000_000_000;

/// The generic cell rate algorithm: each call moves the time at which all calls so far would be due, had
/// they come evenly. If that time is too far ahead, the call is one too many. One number is all its state,
/// and nothing runs in the background.
#[derive(Debug)]
pub(super) struct Rate {
    /// Nanoseconds from one call to the next.
    interval: u64,
    /// How far ahead of now calls may be due, in nanoseconds.
    ahead: u64,
    began: Instant,
    /// When the next call is due, in nanoseconds after `began`.
    due: AtomicU64,
}

impl Rate {
    /// `per_second` and `burst` are at least one.
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        let interval = SECOND / u64::from(per_second);
        Self {
            interval,
            ahead: interval * (u64::from(burst) - 1),
            began: Instant::now(),
            due: AtomicU64::new(0),
        }
    }

    /// Counts a call that begins now, if it is not one too many.
    pub(super) fn take(&self, now: Instant) -> bool {
        let elapsed = now.saturating_duration_since(self.began).as_nanos();
        // 584 years do not fit.
        let now = u64::try_from(elapsed).unwrap_or(u64::MAX - self.interval);
        let next = |due: u64| {
            let due = due.max(now);
            (due - now <= self.ahead).then_some(due + self.interval)
        };
        let taken = self
            .due
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        taken.is_ok()
    }

    /// Takes back a call that something else has refused. Another rate may have counted it, if a
    /// configuration has changed meanwhile.
    pub(super) fn give_back(&self) {
        let before = |due: u64| Some(due.saturating_sub(self.interval));
        let _ = self
            .due
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, before);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::Rate;

    fn taken(rate: &Rate, calls: usize) -> usize {
        (0..calls).filter(|_| rate.take(Instant::now())).count()
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_has_so_many_calls_and_a_pause_saves_up_one_burst() {
        let rate = Rate::new(10, 10);
        assert_eq!(taken(&rate, 100), 10);
        advance(Duration::from_millis(100)).await;
        assert_eq!(taken(&rate, 100), 1);
        advance(Duration::from_millis(250)).await;
        assert_eq!(taken(&rate, 100), 2);
        advance(Duration::from_secs(3600)).await;
        assert_eq!(taken(&rate, 100), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_burst_calls_come_one_by_one() {
        let rate = Rate::new(1000, 1);
        let mut all = 0;
        for _ in 0..2000 {
            advance(Duration::from_micros(500)).await;
            all += taken(&rate, 3);
        }
        assert_eq!(all, 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_taken_back_counts_for_nothing() {
        let rate = Rate::new(5, 5);
        for _ in 0..100 {
            assert!(rate.take(Instant::now()));
            rate.give_back();
        }
        assert_eq!(taken(&rate, 100), 5);
    }
}
