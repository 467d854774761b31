//! How calls went lately.

use std::time::Duration;

use tokio::time::Instant;

/// The time of one bucket; Kitex's, as the number of buckets. Together they hold 10 s.
const BUCKET: Duration = Duration::from_millis(100);
const BUCKETS: usize = 100;

/// How a call counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// Not at all.
    Ignored,
    /// As one that has succeeded.
    Success,
    /// As one that has failed.
    Failure,
    /// As one that took too long, which is a failure, too.
    Timeout,
}

/// How many calls there were of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that have succeeded.
    pub successes: u64,
    /// Calls that have failed.
    pub failures: u64,
    /// Calls that took too long.
    pub timeouts: u64,
}

impl Counts {
    /// All calls.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.successes + self.failures + self.timeouts
    }

    /// The share of those that failed or took too long; 0 without calls.
    #[must_use]
    pub fn error_rate(&self) -> f64 {
        match self.samples() {
            0 => 0.0,
            samples => (self.failures + self.timeouts) as f64 / samples as f64,
        }
    }

    fn add(&mut self, counted: Counted) {
        match counted {
            Counted::Ignored => {}
            Counted::Success => self.successes += 1,
            Counted::Failure => self.failures += 1,
            Counted::Timeout => self.timeouts += 1,
        }
    }

    fn subtract(&mut self, other: Self) {
        self.successes -= other.successes;
        self.failures -= other.failures;
        self.timeouts -= other.timeouts;
    }
}

/// The calls of the last ten seconds, by the tenth of a second in which they ended.
#[derive(Debug)]
pub(crate) struct Window {
    /// Empty before the first call: a breaker of an instance may never be asked.
    buckets: Vec<Counts>,
    /// The sum of the buckets.
    sum: Counts,
    /// The bucket of now, and until when it is.
    current: usize,
    until: Instant,
}

impl Window {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            buckets: Vec::new(),
            sum: Counts::default(),
            current: 0,
            until: now + BUCKET,
        }
    }

    pub(crate) fn add(&mut self, counted: Counted, now: Instant) {
        self.advance(now);
        if self.buckets.is_empty() {
            self.buckets = vec![Counts::default(); BUCKETS];
        }
        self.buckets[self.current].add(counted);
        self.sum.add(counted);
    }

    pub(crate) fn counts(&mut self, now: Instant) -> Counts {
        self.advance(now);
        self.sum
    }

    fn advance(&mut self, now: Instant) {
        // Nearly every call ends in the bucket of the one before.
        if now < self.until {
            return;
        }
        let passed = now.saturating_duration_since(self.until);
        let steps = 1 + passed.as_nanos() / BUCKET.as_nanos();
        if steps >= BUCKETS as u128 || self.buckets.is_empty() {
            *self = Self::new(now);
            return;
        }
        for _ in 0..steps {
            self.current = (self.current + 1) % BUCKETS;
            let old = std::mem::take(&mut self.buckets[self.current]);
            self.sum.subtract(old);
        }
        // Fewer than a hundred.
        self.until += BUCKET * steps as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_forgotten_after_ten_seconds() {
        let mut window = Window::new(Instant::now());
        window.add(Counted::Failure, Instant::now());
        tokio::time::advance(Duration::from_secs(5)).await;
        window.add(Counted::Success, Instant::now());
        window.add(Counted::Timeout, Instant::now());
        window.add(Counted::Ignored, Instant::now());
        let counts = window.counts(Instant::now());
        assert_eq!(
            (counts.samples(), counts.failures, counts.timeouts),
            (3, 1, 1)
        );
        assert!((counts.error_rate() - 2.0 / 3.0).abs() < 1e-9);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(window.counts(Instant::now()).failures, 0);
        assert_eq!(window.counts(Instant::now()).samples(), 2);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(window.counts(Instant::now()), Counts::default());
    }
}
