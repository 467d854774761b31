//! A bound of running calls that follows from how long calls take.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::sync::lock;

/// A bound of running calls that a server finds by itself, by the gradient of their times. While calls take
/// as long as they usually do, more of them may run. When they take longer, because something behind them
/// is overloaded, fewer may.
///
/// The method and its numbers are those of `Gradient2Limit` in Netflix's `concurrency-limits`: times may be
/// half as long again as usual, a change counts by a fifth, and "usual" is the average of about 600
/// calls. One thing differs: while many calls run, "usual" does not rise, or a load that grows slowly would
/// carry the bound along with it. A service that became slower for good gets its bound back when, for some
/// hundred calls, less than half as many run. Calls without a stream are measured. Streams count among the
/// running ones, but how long a stream lasts says nothing about the load.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Adaptive {
    pub(super) initial: usize,
    pub(super) min: usize,
    pub(super) max: usize,
}

impl Adaptive {
    /// Begins with 20 calls at the same time, and stays between 20 and 200.
    pub const fn new() -> Self {
        Self {
            initial: 20,
            min: 20,
            max: 200,
        }
    }

    /// The bound before any call has been measured. Default 20.
    pub const fn initial(mut self, calls: usize) -> Self {
        self.initial = calls;
        self
    }

    /// The bound is never below this. Default 20.
    pub const fn min(mut self, calls: usize) -> Self {
        self.min = calls;
        self
    }

    /// The bound is never above this. Default 200.
    pub const fn max(mut self, calls: usize) -> Self {
        self.max = calls;
        self
    }
}

impl Default for Adaptive {
    fn default() -> Self {
        Self::new()
    }
}

/// How much longer than usual a call may take before fewer calls run.
const TOLERANCE: f64 = 1.5;
/// The part of a new bound in the next one.
const SMOOTHING: f64 = 0.2;
/// Calls that may wait inside of handlers without being told from slow ones.
const QUEUE: f64 = 4.0;
/// About how many calls the usual time is the average of.
const WINDOW: f64 = 600.0;
/// The first calls, whose plain average the usual time begins with.
const WARM_UP: u32 = 10;

/// The bound, and what it follows from.
#[derive(Debug)]
pub(super) struct Gradient {
    settings: Adaptive,
    /// The whole part of the bound, read without the lock.
    most: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bound: f64,
    /// The usual time of a call, in seconds.
    usual: f64,
    /// Calls so far, until there are [`WARM_UP`].
    measured: u32,
}

impl Gradient {
    pub(super) fn new(settings: Adaptive) -> Self {
        let state = State {
            bound: settings.initial as f64,
            ..State::default()
        };
        Self {
            settings,
            most: AtomicUsize::new(settings.initial),
            state: Mutex::new(state),
        }
    }

    /// How many calls may run.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::Relaxed)
    }

    /// A call took `time`, and `running` calls ran when it ended.
    pub(super) fn measured(&self, time: Duration, running: usize) {
        let time = time.as_secs_f64().max(1e-9);
        let mut state = lock(&self.state);
        let Adaptive { min, max, .. } = self.settings;
        // Calls that are far below the bound take their usual time, whatever the bound is, and say
        // nothing about it.
        let few = (running as f64) < state.bound / 2.0;
        let calm = few || state.bound <= min as f64 + QUEUE;
        let usual = state.usual(time, calm);
        if few {
            return;
        }
        let gradient = (TOLERANCE * usual / time).clamp(0.5, 1.0);
        let bound = state.bound * gradient + QUEUE;
        let bound = state.bound * (1.0 - SMOOTHING) + bound * SMOOTHING;
        state.bound = bound.clamp(min as f64, max as f64);
        self.most.store(state.bound as usize, Ordering::Relaxed);
    }
}

impl State {
    /// Adds a call to the usual time. `calm`: no more calls run than can be helped, so that the time does not
    /// come from their number.
    fn usual(&mut self, time: f64, calm: bool) -> f64 {
        if self.measured < WARM_UP {
            self.measured += 1;
            self.usual += (time - self.usual) / f64::from(self.measured);
        } else if calm || time < self.usual {
            self.usual += (time - self.usual) * 2.0 / (WINDOW + 1.0);
        }
        // After an overload the average comes down faster than by itself.
        if self.usual > 2.0 * time {
            self.usual *= 0.95;
        }
        self.usual
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Adaptive, Gradient};

    /// As many calls as may run, of which each takes so many milliseconds, `rounds` times.
    fn run(gradient: &Gradient, rounds: usize, time: impl Fn(usize) -> u64) {
        for _ in 0..rounds {
            let running = gradient.most();
            gradient.measured(Duration::from_millis(time(running)), running);
        }
    }

    #[test]
    fn the_bound_rises_while_calls_take_their_usual_time() {
        let gradient = Gradient::new(Adaptive::new());
        run(&gradient, 1000, |_| 10);
        assert_eq!(gradient.most(), 200);
    }

    /// Something behind the handlers takes 50 calls at the same time. The others wait in line there.
    #[test]
    fn the_bound_settles_near_what_the_system_behind_can_do() {
        let gradient = Gradient::new(Adaptive::new().max(1000));
        for _ in 0..30 {
            run(&gradient, 1000, |running| 10.max(running as u64 / 5));
            assert!(gradient.most() <= 100, "{}", gradient.most());
        }
        assert!(gradient.most() >= 50, "{}", gradient.most());
    }

    /// Its data have grown, or the machine is slower: calls take longer from now on. As long as many of them
    /// run, that looks like an overload.
    #[test]
    fn a_service_that_became_slower_gets_its_bound_back_after_a_calm_time() {
        let gradient = Gradient::new(Adaptive::new());
        run(&gradient, 1000, |_| 10);
        run(&gradient, 3000, |_| 30);
        assert!((20..60).contains(&gradient.most()), "{}", gradient.most());
        for _ in 0..1500 {
            gradient.measured(Duration::from_millis(30), 3);
        }
        run(&gradient, 1000, |_| 30);
        assert_eq!(gradient.most(), 200);
    }

    #[test]
    fn the_bound_falls_in_an_overload_and_comes_back() {
        let gradient = Gradient::new(Adaptive::new());
        run(&gradient, 1000, |_| 10);
        run(&gradient, 100, |_| 100);
        assert_eq!(gradient.most(), 20);
        run(&gradient, 1000, |_| 10);
        assert_eq!(gradient.most(), 200);
    }

    #[test]
    fn a_server_with_little_to_do_keeps_its_bound() {
        let gradient = Gradient::new(Adaptive::new().initial(100));
        for time in [1, 10, 1000, 1] {
            gradient.measured(Duration::from_millis(time), 3);
        }
        assert_eq!(gradient.most(), 100);
    }
}
