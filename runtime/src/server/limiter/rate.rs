//! So many calls in a second.

use std::sync::atomic::{AtomicU64, Ordering};

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
    /// When the next call is due, in nanoseconds since the limits of the server began to count.
    due: AtomicU64,
}

impl Rate {
    /// `per_second` and `burst` are at least one.
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        let interval = SECOND / u64::from(per_second);
        Self {
            interval,
            ahead: interval * (u64::from(burst) - 1),
            due: AtomicU64::new(0),
        }
    }

    /// Counts a call that begins `now`, if it is not one too many.
    pub(super) fn take(&self, now: u64) -> bool {
        let next = |due: u64| {
            let due = due.max(now);
            (due - now <= self.ahead).then_some(due.saturating_add(self.interval))
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

    use super::Rate;

    fn taken(rate: &Rate, now: Duration, calls: usize) -> usize {
        let now = now.as_nanos().try_into().unwrap();
        (0..calls).filter(|_| rate.take(now)).count()
    }

    #[test]
    fn a_second_has_so_many_calls_and_a_pause_saves_up_one_burst() {
        let (rate, mut now) = (Rate::new(10, 10), Duration::ZERO);
        assert_eq!(taken(&rate, now, 100), 10);
        for (pause, calls) in [(100, 1), (250, 2), (3_600_000, 10)] {
            now += Duration::from_millis(pause);
            assert_eq!(taken(&rate, now, 100), calls, "after {pause} ms");
        }
    }

    #[test]
    fn without_a_burst_calls_come_one_by_one() {
        let rate = Rate::new(1000, 1);
        let times = (1..=2000).map(|nth| nth * Duration::from_micros(500));
        let all: usize = times.map(|now| taken(&rate, now, 3)).sum();
        assert_eq!(all, 1000);
    }

    #[test]
    fn a_call_that_is_taken_back_counts_for_nothing() {
        let rate = Rate::new(5, 5);
        for _ in 0..100 {
            assert_eq!(taken(&rate, Duration::ZERO, 1), 1);
            rate.give_back();
        }
        assert_eq!(taken(&rate, Duration::ZERO, 100), 5);
    }
}
