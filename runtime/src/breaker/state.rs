//! One circuit breaker.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::moment::Moment;
use super::window::{Counted, Counts, Window};
use crate::measure::OpenBreaker;
use crate::sync::lock;

/// When a breaker opens, and how it closes. The defaults are Kitex's.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakerRule {
    pub(super) error_rate: f64,
    pub(super) min_samples: u64,
    cooling: Duration,
    probe_every: Duration,
    probes: u32,
}

impl Default for BreakerRule {
    /// Half of at least 200 calls within 10 s; 5 s of rest; then a probe every 200 ms, until two in a row
    /// have succeeded.
    fn default() -> Self {
        Self {
            error_rate: 0.5,
            min_samples: 200,
            cooling: Duration::from_secs(5),
            probe_every: Duration::from_millis(200),
            probes: 2,
        }
    }
}

impl BreakerRule {
    /// Sets the share of failures, from 0 to 1, from which on the breaker opens. Default 0.5.
    #[must_use]
    pub fn error_rate(mut self, share: f64) -> Self {
        self.error_rate = share.clamp(0.0, 1.0);
        self
    }

    /// Sets how many calls there must have been within 10 s before the breaker opens. Default 200.
    #[must_use]
    pub fn min_samples(mut self, calls: u64) -> Self {
        self.min_samples = calls;
        self
    }

    /// Sets how long an open breaker lets no call through. Default 5 s.
    #[must_use]
    pub fn cooling(mut self, time: Duration) -> Self {
        self.cooling = time;
        self
    }

    /// Sets the time between two probes of a breaker that is half open. Default 200 ms.
    #[must_use]
    pub fn probe_every(mut self, time: Duration) -> Self {
        self.probe_every = time;
        self
    }

    /// Sets how many probes have to succeed in a row before the breaker closes; at least 1. Default 2.
    #[must_use]
    pub fn probes(mut self, in_a_row: u32) -> Self {
        self.probes = in_a_row.max(1);
        self
    }
}

/// The state of a circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BreakerState {
    /// Calls are made.
    Closed,
    /// No call is made.
    Open,
    /// A call is made now and then, to find out whether they succeed again.
    HalfOpen,
}

/// A change of a breaker's state, and the calls that led to it.
pub(crate) type Turned = (BreakerState, Counts);

/// A breaker.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// Whether it is closed: all that calls look at before they are made, as a rule.
    closed: AtomicBool,
    /// What it is a breaker of, as metrics call it.
    of: &'static str,
    window: Window,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// While it is not closed.
    open: Option<OpenBreaker>,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed,
    Open { since: Moment },
    HalfOpen { last_probe: Moment, succeeded: u32 },
}

impl Breaker {
    /// A breaker of a `method` or an `instance`.
    pub(crate) fn new(of: &'static str, now: Moment) -> Self {
        Self {
            closed: AtomicBool::new(true),
            of,
            window: Window::new(now),
            inner: Mutex::new(Inner {
                phase: Phase::Closed,
                open: None,
            }),
        }
    }

    /// Whether [`allow`](Self::allow) would let a call through.
    #[inline]
    pub(crate) fn would_allow(&self, rule: &BreakerRule, now: impl FnOnce() -> Moment) -> bool {
        self.is_closed() || self.would_probe(rule, now())
    }

    #[cold]
    fn would_probe(&self, rule: &BreakerRule, now: Moment) -> bool {
        lock(&self.inner).phase.lets_through(rule, now)
    }

    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Whether a call may be made, which is the next probe if the breaker is not closed.
    #[inline]
    pub(crate) fn allow(
        &self,
        rule: &BreakerRule,
        now: impl FnOnce() -> Moment,
    ) -> (bool, Option<Turned>) {
        match self.is_closed() {
            true => (true, None),
            false => self.probe(rule, now()),
        }
    }

    #[cold]
    fn probe(&self, rule: &BreakerRule, now: Moment) -> (bool, Option<Turned>) {
        let inner = &mut *lock(&self.inner);
        if !inner.phase.lets_through(rule, now) {
            return (false, None);
        }
        let turned = match &mut inner.phase {
            Phase::Closed => None,
            Phase::Open { .. } => {
                inner.phase = Phase::HalfOpen {
                    last_probe: now,
                    succeeded: 0,
                };
                Some((BreakerState::HalfOpen, self.window.counts(now)))
            }
            Phase::HalfOpen { last_probe, .. } => {
                *last_probe = now;
                None
            }
        };
        (true, turned)
    }

    /// Counts a call that has succeeded, if the breaker is closed, and returns whether it is. A success leaves a closed
    /// breaker closed, so this function takes no lock: if another call opens the breaker meanwhile, this call has ended
    /// before. If it returns `false`, the caller calls [`count`](Self::count), which judges.
    #[inline]
    pub(crate) fn count_success(&self, now: Moment) -> bool {
        let is_closed = self.is_closed();
        if is_closed {
            self.window.add(Counted::Success, now);
        }
        is_closed
    }

    /// A call has ended.
    pub(crate) fn count(
        &self,
        rule: &BreakerRule,
        counted: Counted,
        now: Moment,
    ) -> Option<Turned> {
        // As in Kitex: successes count while it is closed only, and failures always.
        match counted {
            Counted::Ignored if self.is_closed() => None,
            Counted::Success if self.count_success(now) => None,
            _ => self.judge(rule, counted, now),
        }
    }

    /// A call has failed, or has ended while the breaker was not closed.
    #[cold]
    fn judge(&self, rule: &BreakerRule, counted: Counted, now: Moment) -> Option<Turned> {
        let inner = &mut *lock(&self.inner);
        let failed = matches!(counted, Counted::Failure | Counted::Timeout);
        let is_closed = matches!(inner.phase, Phase::Closed);
        if failed || is_closed {
            self.window.add(counted, now);
        }
        if !failed && is_closed {
            return None;
        }
        let counts = self.window.counts(now);
        let turns = match &mut inner.phase {
            Phase::Closed => {
                let enough = counts.samples() >= rule.min_samples;
                (failed && enough && counts.error_rate() >= rule.error_rate)
                    .then_some(BreakerState::Open)
            }
            Phase::Open { .. } => None,
            Phase::HalfOpen { .. } if failed => Some(BreakerState::Open),
            Phase::HalfOpen { succeeded, .. } => {
                *succeeded += u32::from(counted == Counted::Success);
                (*succeeded >= rule.probes).then_some(BreakerState::Closed)
            }
        }?;
        match turns {
            BreakerState::Closed => {
                self.window.clear();
                inner.phase = Phase::Closed;
                inner.open = None;
            }
            _ => {
                inner.phase = Phase::Open { since: now };
                inner.open.get_or_insert_with(|| OpenBreaker::new(self.of));
            }
        }
        self.closed
            .store(turns == BreakerState::Closed, Ordering::Release);
        Some((turns, counts))
    }

    pub(crate) fn state(&self, now: Moment) -> Turned {
        let inner = lock(&self.inner);
        let state = match inner.phase {
            Phase::Closed => BreakerState::Closed,
            Phase::Open { .. } => BreakerState::Open,
            Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        };
        (state, self.window.counts(now))
    }
}

impl Phase {
    fn lets_through(self, rule: &BreakerRule, now: Moment) -> bool {
        match self {
            Self::Closed => true,
            Self::Open { since } => now.since(since) >= rule.cooling,
            Self::HalfOpen { last_probe, .. } => now.since(last_probe) >= rule.probe_every,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    /// A breaker by Kitex's defaults, on the paused clock, and what became of it.
    struct Chart {
        breaker: Breaker,
        rule: BreakerRule,
        began: Instant,
        /// Each change with its time in milliseconds.
        changes: Vec<(u128, BreakerState)>,
    }

    impl Chart {
        fn new() -> Self {
            Self {
                breaker: Breaker::new("method", Moment::now()),
                rule: BreakerRule::default(),
                began: Instant::now(),
                changes: Vec::new(),
            }
        }

        fn note(&mut self, turned: Option<Turned>) {
            let at = self.began.elapsed().as_millis();
            self.changes.extend(turned.map(|(state, _)| (at, state)));
        }

        fn allowed(&mut self) -> bool {
            let would = self.breaker.would_allow(&self.rule, Moment::now);
            let (allowed, turned) = self.breaker.allow(&self.rule, Moment::now);
            assert_eq!(would, allowed);
            self.note(turned);
            allowed
        }

        fn counts(&mut self, counted: Counted) {
            let turned = self.breaker.count(&self.rule, counted, Moment::now());
            self.note(turned);
        }

        /// A call every millisecond for so long, with this end. Returns how many were let through.
        async fn load(&mut self, millis: u32, counted: Counted) -> u32 {
            let mut through = 0;
            for _ in 0..millis {
                if self.allowed() {
                    through += 1;
                    self.counts(counted);
                }
                tokio::time::advance(MILLI).await;
            }
            through
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_state_chart_is_kitexs() {
        use BreakerState::{Closed, HalfOpen, Open};
        let mut chart = Chart::new();
        // Of 199 calls all fail, which are too few.
        assert_eq!(chart.load(199, Counted::Failure).await, 199);
        assert_eq!(chart.changes, []);
        // The 200th opens it, and for 5 s nothing is let through.
        assert_eq!(chart.load(4_900, Counted::Failure).await, 1);
        assert_eq!(chart.changes, [(199, Open)]);
        // At 5,199 ms a probe fails, and it rests again.
        assert_eq!(chart.load(4_900, Counted::Failure).await, 1);
        assert_eq!(chart.changes[1..], [(5_199, HalfOpen), (5_199, Open)]);
        // At 10,199 ms one succeeds, and 200 ms later another one: it closes.
        assert_eq!(chart.load(400, Counted::Success).await, 1);
        assert_eq!(chart.load(1, Counted::Success).await, 1);
        assert_eq!(chart.changes[3..], [(10_199, HalfOpen), (10_399, Closed)]);
        // What was before is forgotten.
        assert_eq!(chart.load(150, Counted::Failure).await, 150);
        assert_eq!(chart.changes.len(), 5);
    }

    #[tokio::test(start_paused = true)]
    async fn half_of_the_calls_have_to_fail_within_ten_seconds() {
        let mut chart = Chart::new();
        for _ in 0..5_000 {
            chart.load(3, Counted::Success).await;
            chart.load(2, Counted::Timeout).await;
        }
        assert_eq!(chart.changes, []);
        chart.load(10_000, Counted::Ignored).await;
        // None of the earlier ones counts any more.
        chart.load(199, Counted::Timeout).await;
        assert_eq!(chart.changes, []);
        chart.load(1, Counted::Timeout).await;
        assert_eq!(chart.changes.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_says_nothing_changes_nothing() {
        let mut chart = Chart::new();
        chart.load(200, Counted::Failure).await;
        tokio::time::advance(5_000 * MILLI).await;
        assert!(chart.allowed());
        chart.counts(Counted::Ignored);
        assert!(!chart.allowed(), "the next probe has its time");
        tokio::time::advance(200 * MILLI).await;
        assert!(chart.allowed());
    }
}
