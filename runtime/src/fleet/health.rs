//! Whether an instance is left alone for a while.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::backoff;
use crate::sync::lock;

/// While one call tries an instance again, others leave it alone for this time.
const TRIAL: Duration = Duration::from_secs(1);
/// The least share of its calls that an instance gets when it has just returned.
const SLOWEST: f64 = 0.1;
/// Each further ejection in a row takes this many times longer.
const GROWTH: u32 = 2;

/// When instances are left alone for a while, and how they return.
///
/// An instance that cannot be reached is left alone for half a second, and longer each time that it cannot
/// be reached again, up to half a minute. That is so without any setting. An instance that is reached and
/// fails is ejected after some failures in a row. These are failures of the instance, not of the call:
/// a connection that breaks, a timeout, an answer that the handler failed or panicked; not a business
/// status, an exception of the IDL, or a cancel.
///
/// When the time is over, one call tries the instance. If that succeeds, the instance returns slowly.
#[derive(Debug, Clone, PartialEq)]
pub struct Ejection {
    pub(super) failures: Option<u32>,
    pub(super) time: Duration,
    pub(super) longest: Duration,
    pub(super) share: f64,
    pub(super) slow_start: Duration,
}

impl Default for Ejection {
    /// Five failures in a row, 10 s to 5 min, half of the instances, 10 s of slow start.
    fn default() -> Self {
        Self {
            failures: Some(5),
            time: Duration::from_secs(10),
            longest: Duration::from_secs(300),
            share: 0.5,
            slow_start: Duration::from_secs(10),
        }
    }
}

impl Ejection {
    /// Never ejects an instance that can be reached.
    #[must_use]
    pub fn never() -> Self {
        Self {
            failures: None,
            ..Self::default()
        }
    }

    /// Sets after how many failures in a row an instance is ejected; at least 1. Default 5, as in
    /// Envoy's outlier detection.
    #[must_use]
    pub fn failures(mut self, in_a_row: u32) -> Self {
        self.failures = Some(in_a_row.max(1));
        self
    }

    /// Sets how long an instance is ejected. Default 10 s. Each time that it fails on its return, it takes
    /// twice as long.
    #[must_use]
    pub fn time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Sets how long it takes at the longest. Default 5 min.
    #[must_use]
    pub fn longest(mut self, time: Duration) -> Self {
        self.longest = time;
        self
    }

    /// Sets which share of the instances may be ejected at a time, between 0 and 1; one of several may
    /// always be. Default 0.5: if most of them fail, it is not they who are to blame.
    #[must_use]
    pub fn share(mut self, share: f64) -> Self {
        self.share = share.clamp(0.0, 1.0);
        self
    }

    /// Sets for how long an instance that has returned gets fewer calls: a tenth of its share at
    /// first, and more and more. Default 10 s; zero: its full share at once.
    #[must_use]
    pub fn slow_start(mut self, time: Duration) -> Self {
        self.slow_start = time;
        self
    }

    /// How many of `instances` may be ejected at a time.
    pub(super) fn most(&self, instances: usize) -> usize {
        match instances {
            0 | 1 => 0,
            // Not negative, and not larger than `instances`.
            _ => ((instances as f64 * self.share) as usize).max(1),
        }
    }
}

/// The state of one instance.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Whether it is in another phase than `Fine`: all that calls look at as a rule.
    special: AtomicBool,
    /// In a row, of an instance that was reached.
    failures: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// In a row, without a slow start that went well.
    ejections: u32,
    /// In a row.
    unreached: i32,
    last_unreached: Option<Instant>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Fine,
    Ejected {
        until: Instant,
    },
    /// One call tries it.
    Trial {
        until: Instant,
    },
    /// It returns.
    Slow {
        since: Instant,
    },
}

impl Health {
    /// Whether a call may go to the instance, which chance decides while it returns.
    pub(super) fn is_open(&self, now: impl FnOnce() -> Instant, settings: &Ejection) -> bool {
        if !self.special.load(Ordering::Relaxed) {
            return true;
        }
        let now = now();
        let mut state = lock(&self.state);
        match state.phase {
            Phase::Fine => true,
            Phase::Ejected { until } | Phase::Trial { until } => until <= now,
            Phase::Slow { since } => {
                let returned = now.duration_since(since);
                if returned >= settings.slow_start {
                    *state = State::default();
                    self.special.store(false, Ordering::Relaxed);
                    return true;
                }
                let share = returned.as_secs_f64() / settings.slow_start.as_secs_f64();
                fastrand::f64() < share.max(SLOWEST)
            }
        }
    }

    /// Until when no call may go to the instance. `None` if one may.
    pub(super) fn ejected_until(&self, now: Instant) -> Option<Instant> {
        if !self.special.load(Ordering::Relaxed) {
            return None;
        }
        match lock(&self.state).phase {
            Phase::Fine | Phase::Slow { .. } => None,
            Phase::Ejected { until } | Phase::Trial { until } => Some(until).filter(|it| *it > now),
        }
    }

    /// A call goes to the instance. If its time is over, others wait for how this one ends.
    pub(super) fn taken(&self, now: impl FnOnce() -> Instant) {
        if self.special.load(Ordering::Relaxed) {
            let now = now();
            let mut state = lock(&self.state);
            if matches!(state.phase, Phase::Ejected { until } | Phase::Trial { until } if until <= now)
            {
                state.phase = Phase::Trial { until: now + TRIAL };
            }
        }
    }

    /// A call goes to the instance before its time.
    pub(super) fn tried_early(&self, now: Instant) {
        let mut state = lock(&self.state);
        if matches!(state.phase, Phase::Ejected { .. }) {
            state.phase = Phase::Trial { until: now + TRIAL };
        }
    }

    /// The time of an instance that could not be reached is over.
    pub(super) fn may_be_tried(&self, now: Instant) {
        let mut state = lock(&self.state);
        if matches!(state.phase, Phase::Ejected { .. }) && state.ejections == 0 {
            state.phase = Phase::Ejected { until: now };
        }
    }

    /// A call has succeeded. Returns whether the instance returns by that.
    pub(super) fn succeeded(&self, now: impl FnOnce() -> Instant) -> bool {
        if self.failures.load(Ordering::Relaxed) > 0 {
            self.failures.store(0, Ordering::Relaxed);
        }
        self.returns(now, |_| true)
    }

    /// The instance was reached, and nobody knows yet how the call goes. An instance that could not be
    /// reached returns by that, but not one that was ejected because it failed.
    pub(super) fn reached(&self, now: impl FnOnce() -> Instant) -> bool {
        self.returns(now, |state| state.ejections == 0)
    }

    fn returns(&self, now: impl FnOnce() -> Instant, by_that: fn(&State) -> bool) -> bool {
        if !self.special.load(Ordering::Relaxed) {
            return false;
        }
        let mut state = lock(&self.state);
        // A call that began before the ejection says nothing of now.
        let returns = matches!(state.phase, Phase::Trial { .. }) && by_that(&state);
        if returns {
            state.phase = Phase::Slow { since: now() };
            state.unreached = 0;
        }
        returns
    }

    /// A call that reached the instance has failed. Returns how long the instance is ejected for it,
    /// if `may_eject` agrees.
    pub(super) fn failed(
        &self,
        now: Instant,
        settings: &Ejection,
        may_eject: impl FnOnce() -> bool,
    ) -> Option<Duration> {
        let most = settings.failures?;
        let failures = self
            .failures
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1);
        let on_trial = |state: &State| matches!(state.phase, Phase::Trial { .. });
        if failures < most && !on_trial(&lock(&self.state)) {
            return None;
        }
        // Looks at other instances, and so without this one's lock.
        let may_eject = may_eject();
        let mut state = lock(&self.state);
        let ejected = matches!(state.phase, Phase::Ejected { .. });
        if ejected || !(may_eject || on_trial(&state)) {
            return None;
        }
        let longer = GROWTH.saturating_pow(state.ejections);
        let time = settings.time.saturating_mul(longer).min(settings.longest);
        state.ejections = state.ejections.saturating_add(1);
        self.eject(&mut state, now, time);
        Some(time)
    }

    /// An attempt that began at `began` has not reached the instance. Returns how long the instance is
    /// left alone for it. Calls that wait for one dial all fail together, and count once.
    pub(super) fn unreached(&self, began: Instant, now: Instant) -> Option<Duration> {
        let mut state = lock(&self.state);
        if state.last_unreached.is_some_and(|last| began < last) {
            return None;
        }
        let time = backoff(state.unreached);
        state.unreached = state.unreached.saturating_add(1);
        state.last_unreached = Some(now);
        self.eject(&mut state, now, time);
        Some(time)
    }

    fn eject(&self, state: &mut State, now: Instant, time: Duration) {
        // No time of a test or a user overflows the clock.
        let until = now + time.min(crate::call::FAR_FUTURE);
        state.phase = Phase::Ejected { until };
        self.failures.store(0, Ordering::Relaxed);
        self.special.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Whether it is open, most of the time.
    fn is_open(health: &Health, settings: &Ejection) -> bool {
        health.is_open(Instant::now, settings)
    }

    fn fails(health: &Health, settings: &Ejection) -> Option<Duration> {
        health.failed(Instant::now(), settings, || true)
    }

    #[tokio::test(start_paused = true)]
    async fn failures_in_a_row_eject_for_a_time_that_doubles_when_the_return_fails() {
        let (health, settings) = (Health::default(), Ejection::default().failures(3));
        assert_eq!(fails(&health, &settings), None);
        assert!(!health.succeeded(Instant::now));
        assert_eq!(
            [(); 3].map(|()| fails(&health, &settings)),
            [None, None, Some(10 * SECOND)]
        );
        assert!(!is_open(&health, &settings));

        tokio::time::advance(10 * SECOND).await;
        assert!(is_open(&health, &settings));
        health.taken(Instant::now);
        assert!(!is_open(&health, &settings), "one call tries it");
        assert_eq!(fails(&health, &settings), Some(20 * SECOND));
        tokio::time::advance(19 * SECOND).await;
        assert!(!is_open(&health, &settings));
    }

    #[tokio::test(start_paused = true)]
    async fn an_instance_that_returns_gets_more_and_more_calls() {
        fastrand::seed(1);
        let (health, settings) = (Health::default(), Ejection::default().failures(1));
        fails(&health, &settings);
        tokio::time::advance(10 * SECOND).await;
        health.taken(Instant::now);
        assert!(health.succeeded(Instant::now));
        let mut shares = Vec::new();
        for _ in 0..4 {
            let open = (0..1000).filter(|_| is_open(&health, &settings)).count();
            shares.push(open);
            tokio::time::advance(settings.slow_start / 3).await;
        }
        let near = |count: usize, share: f64| (count as f64 / 1000.0 - share).abs() < 0.06;
        assert!(near(shares[0], 0.1) && near(shares[1], 0.33), "{shares:?}");
        assert!(near(shares[2], 0.67) && shares[3] == 1000, "{shares:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn being_reached_is_enough_for_an_instance_that_could_not_be() {
        let settings = Ejection::default().failures(1);
        let tried = async |eject: &dyn Fn(&Health) -> Option<Duration>| {
            let health = Health::default();
            eject(&health);
            tokio::time::advance(10 * SECOND).await;
            health.taken(Instant::now);
            (health.reached(Instant::now), health.succeeded(Instant::now))
        };
        let unreached = |health: &Health| health.unreached(Instant::now(), Instant::now());
        assert_eq!(tried(&unreached).await, (true, false));
        let failed = |health: &Health| fails(health, &settings);
        assert_eq!(tried(&failed).await, (false, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_nobody_ends_is_made_again() {
        let (health, settings) = (Health::default(), Ejection::default());
        health.unreached(Instant::now(), Instant::now());
        tokio::time::advance(SECOND).await;
        health.taken(Instant::now);
        assert!(!is_open(&health, &settings));
        tokio::time::advance(TRIAL).await;
        assert!(is_open(&health, &settings));
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_fail_together_count_once() {
        let (health, began) = (Health::default(), Instant::now());
        tokio::time::advance(Duration::from_millis(300)).await;
        let times = [(); 10].map(|()| health.unreached(began, Instant::now()));
        assert_eq!(times.iter().flatten().count(), 1);
    }

    #[test]
    fn one_of_several_and_at_most_a_share_may_be_ejected() {
        let most = |instances| Ejection::default().most(instances);
        assert_eq!([0, 1, 2, 3, 10].map(most), [0, 0, 1, 1, 5]);
    }
}
