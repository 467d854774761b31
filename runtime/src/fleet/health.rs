//! Whether an instance is left alone for a while.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::backoff;
use super::ejection::Ejection;
use crate::sync::lock;

/// While one call tries an instance again, others leave it alone for this time.
const TRIAL: Duration = Duration::from_secs(1);
/// The least share of its calls that an instance gets when it has just returned.
const SLOWEST: f64 = 0.1;
/// Each further ejection in a row takes this many times longer.
const GROWTH: u32 = 2;

/// The state of one instance.
#[derive(Debug, Default)]
pub(super) struct Health {
    /// Whether the instance is in another phase than `Fine`. As a rule it is not, and then a call looks at
    /// nothing else and takes no lock.
    special: AtomicBool,
    /// How many calls have failed in a row since one succeeded; the instance was reached by all of them.
    failures: AtomicU32,
    /// How often the instance was left alone because it could not be reached. An attempt remembers the number
    /// with which it began, which costs less than the time.
    outages: AtomicU32,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    /// How often the instance was ejected since the last slow start that it stood.
    ejections: u32,
    /// How many attempts have not reached the instance since one did.
    unreached: i32,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Fine,
    Ejected {
        until: Instant,
    },
    /// One call tries the instance, and the others leave it alone.
    Trial {
        until: Instant,
    },
    /// The instance has returned, and gets more and more calls.
    Slow {
        since: Instant,
    },
}

impl Health {
    /// Whether a call may go to the instance, which chance decides while it returns.
    #[inline]
    pub(super) fn is_open(&self, now: impl FnOnce() -> Instant, settings: &Ejection) -> bool {
        !self.special.load(Ordering::Relaxed) || self.is_open_at(now(), settings)
    }

    #[cold]
    fn is_open_at(&self, now: Instant, settings: &Ejection) -> bool {
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
    #[inline]
    pub(super) fn taken(&self, now: impl FnOnce() -> Instant) {
        if self.special.load(Ordering::Relaxed) {
            self.taken_at(now());
        }
    }

    #[cold]
    fn taken_at(&self, now: Instant) {
        let mut state = lock(&self.state);
        if matches!(state.phase, Phase::Ejected { until } | Phase::Trial { until } if until <= now)
        {
            state.phase = Phase::Trial { until: now + TRIAL };
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
    #[inline]
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

    #[inline]
    fn returns(&self, now: impl FnOnce() -> Instant, by_that: fn(&State) -> bool) -> bool {
        self.special.load(Ordering::Relaxed) && self.returns_at(now(), by_that)
    }

    #[cold]
    fn returns_at(&self, now: Instant, by_that: fn(&State) -> bool) -> bool {
        let mut state = lock(&self.state);
        // A call that began before the ejection says nothing of now.
        let returns = matches!(state.phase, Phase::Trial { .. }) && by_that(&state);
        if returns {
            state.phase = Phase::Slow { since: now };
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

    /// How often the instance was left alone so far because it could not be reached.
    pub(super) fn outages(&self) -> u32 {
        self.outages.load(Ordering::Relaxed)
    }

    /// An attempt that began after so many `outages` has not reached the instance. Returns how long the instance
    /// is left alone for it. Calls that wait for one dial all fail together, and count once.
    pub(super) fn unreached(&self, outages: u32, now: Instant) -> Option<Duration> {
        let mut state = lock(&self.state);
        if self.outages() != outages {
            return None;
        }
        self.outages
            .store(outages.wrapping_add(1), Ordering::Relaxed);
        let time = backoff(state.unreached);
        state.unreached = state.unreached.saturating_add(1);
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
mod tests;
