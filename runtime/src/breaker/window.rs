//! How calls went lately.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::moment::Moment;
use crate::sync::lock;

/// The time of one bucket; Kitex's, as the number of buckets. Together they hold 10 s.
const BUCKET: Duration = Duration::from_millis(100);
const BUCKETS: u64 = 100;

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
///
/// Nearly every call succeeds in the bucket of the one before, and then counts by one addition: no lock is
/// taken. `current` has both what such a call must know, the bucket, and what it changes, so that each addition is to
/// one bucket or to the next. Only whoever holds the lock goes on to another bucket, and takes the successes of the
/// old one out in the same step. So none is lost, and none is counted twice.
#[derive(Debug)]
pub(crate) struct Window {
    /// When bucket number 0 began.
    since: Moment,
    /// The number of the bucket of now, and how many calls have succeeded in it: see [`Current`].
    current: AtomicU64,
    others: Mutex<Others>,
}

/// What does not count by an addition.
#[derive(Debug, Default)]
struct Others {
    /// Those of `current` have its successes when it is over. Empty before there is anything to keep: an
    /// instance may never be called.
    buckets: Vec<Counts>,
    /// The sum of the buckets.
    sum: Counts,
}

/// The bucket of now as one number: the lower 28 bits hold how many calls have succeeded in it, and the bits above
/// them hold the bucket's number. That number lasts for 200 years. 28 bits hold 268 million calls, more than a
/// processor can add up within a tenth of a second.
#[derive(Clone, Copy)]
struct Current(u64);

impl Current {
    const BITS_OF_SUCCESSES: u32 = 28;

    fn new(bucket: u64) -> Self {
        Self(bucket << Self::BITS_OF_SUCCESSES)
    }

    fn bucket(self) -> u64 {
        self.0 >> Self::BITS_OF_SUCCESSES
    }

    fn successes(self) -> u64 {
        self.0 & ((1 << Self::BITS_OF_SUCCESSES) - 1)
    }
}

impl Window {
    pub(crate) fn new(now: Moment) -> Self {
        Self {
            since: now,
            current: AtomicU64::default(),
            others: Mutex::default(),
        }
    }

    /// A call has ended.
    #[inline]
    pub(crate) fn add(&self, counted: Counted, now: Moment) {
        match counted {
            Counted::Ignored => {}
            Counted::Success => {
                // Another thread, whose clock is ahead, may have begun a later bucket, or may do so before the
                // addition: then the call counts there.
                if self.bucket_at(now) > self.current().bucket() {
                    self.advance(&mut lock(&self.others), now);
                }
                self.current.fetch_add(1, Ordering::Relaxed);
            }
            Counted::Failure | Counted::Timeout => self.add_failure(counted, now),
        }
    }

    #[cold]
    fn add_failure(&self, counted: Counted, now: Moment) {
        let others = &mut *lock(&self.others);
        self.advance(others, now);
        others.of(self.current().bucket()).add(counted);
        others.sum.add(counted);
    }

    pub(crate) fn counts(&self, now: Moment) -> Counts {
        let others = &mut *lock(&self.others);
        self.advance(others, now);
        let mut counts = others.sum;
        counts.successes += self.current().successes();
        counts
    }

    /// Forgets all calls.
    pub(crate) fn clear(&self) {
        let others = &mut *lock(&self.others);
        let bucket = self.current().bucket();
        self.current
            .store(Current::new(bucket).0, Ordering::Relaxed);
        *others = Others::default();
    }

    #[inline]
    fn bucket_at(&self, now: Moment) -> u64 {
        now.nanos_since(self.since) / BUCKET.as_nanos() as u64
    }

    #[inline]
    fn current(&self) -> Current {
        Current(self.current.load(Ordering::Relaxed))
    }

    /// Goes on to the bucket of now. `others` are locked, and so nobody else does.
    #[cold]
    fn advance(&self, others: &mut Others, now: Moment) {
        let (now, before) = (self.bucket_at(now), self.current().bucket());
        if now <= before {
            return;
        }
        let over = Current(self.current.swap(Current::new(now).0, Ordering::Relaxed));
        let steps = now - before;
        if steps >= BUCKETS {
            *others = Others::default();
            return;
        }
        if over.successes() > 0 {
            others.of(before).successes += over.successes();
            others.sum.successes += over.successes();
        }
        if !others.buckets.is_empty() {
            (before + 1..=now).for_each(|bucket| others.forget(bucket));
        }
    }
}

impl Others {
    fn of(&mut self, bucket: u64) -> &mut Counts {
        if self.buckets.is_empty() {
            self.buckets = vec![Counts::default(); BUCKETS as usize];
        }
        &mut self.buckets[(bucket % BUCKETS) as usize]
    }

    /// Forgets what is in the place of `bucket`: calls of ten seconds before.
    fn forget(&mut self, bucket: u64) {
        let old = std::mem::take(self.of(bucket));
        self.sum.subtract(old);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_forgotten_after_ten_seconds() {
        let window = Window::new(Moment::now());
        window.add(Counted::Failure, Moment::now());
        tokio::time::advance(Duration::from_secs(5)).await;
        window.add(Counted::Success, Moment::now());
        window.add(Counted::Timeout, Moment::now());
        window.add(Counted::Ignored, Moment::now());
        let counts = window.counts(Moment::now());
        assert_eq!(
            (counts.samples(), counts.failures, counts.timeouts),
            (3, 1, 1)
        );
        assert!((counts.error_rate() - 2.0 / 3.0).abs() < 1e-9);
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(window.counts(Moment::now()).failures, 0);
        assert_eq!(window.counts(Moment::now()).samples(), 2);
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(window.counts(Moment::now()), Counts::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_bucket_is_forgotten_as_a_whole_ten_seconds_after_it_began() {
        let window = Window::new(Moment::now());
        let millis = |millis| tokio::time::advance(Duration::from_millis(millis));
        for counted in [Counted::Success, Counted::Failure, Counted::Success] {
            window.add(counted, Moment::now());
            millis(99).await;
        }
        // Two in the first bucket, one in the second.
        millis(10_000 - 3 * 99 - 1).await;
        assert_eq!(window.counts(Moment::now()).samples(), 3);
        millis(1).await;
        let left = window.counts(Moment::now());
        assert_eq!((left.samples(), left.successes), (1, 1));
        millis(100).await;
        assert_eq!(window.counts(Moment::now()), Counts::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_is_behind_counts_in_the_bucket_of_now() {
        let (window, early) = (Window::new(Moment::now()), Moment::now());
        tokio::time::advance(Duration::from_secs(5)).await;
        window.add(Counted::Success, Moment::now());
        window.add(Counted::Success, early);
        window.add(Counted::Failure, early);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!(window.counts(Moment::now()).samples(), 3);
    }

    #[test]
    fn no_call_is_lost_or_counted_twice_while_threads_go_on_to_other_buckets() {
        const THREADS: u32 = 4;
        const CALLS: u32 = 20_000;
        let began = Instant::now();
        let at = |bucket| Moment::from(began + BUCKET * bucket);
        let window = Window::new(at(0));
        // Each thread has a clock of its own: all of them go through the same 50 buckets.
        let calls = |thread: u32| {
            for call in 0..CALLS {
                let now = at(call * 50 / CALLS);
                let fails = (call + thread).is_multiple_of(100);
                window.add(
                    [Counted::Success, Counted::Failure][usize::from(fails)],
                    now,
                );
                if call % 1000 == 0 {
                    window.counts(now);
                }
            }
        };
        std::thread::scope(|scope| {
            (0..THREADS).for_each(|thread| drop(scope.spawn(move || calls(thread))));
        });
        let (counts, all) = (window.counts(at(0)), u64::from(THREADS * CALLS));
        assert_eq!(
            (counts.failures, counts.successes),
            (all / 100, all - all / 100)
        );
        let later = window.counts(at(49 + 99));
        assert!(later.samples() > 0 && later.samples() < all, "{later:?}");
        let gone = window.counts(at(49 + 100));
        assert_eq!(gone, Counts::default());
    }
}
