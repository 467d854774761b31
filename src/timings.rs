//! How long the parts of a run take.

use std::time::{Duration, Instant};

/// One part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// What was done.
    pub part: &'static str,
    /// Time on the clock.
    pub took: Duration,
}

/// A clock that is stopped after each part.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    since: Instant,
    timings: Vec<Timing>,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            since: Instant::now(),
            timings: Vec::new(),
        }
    }

    /// Ends a part, with which the next one begins.
    pub(crate) fn lap(&mut self, part: &'static str) {
        let now = Instant::now();
        let took = now.duration_since(self.since);
        self.timings.push(Timing { part, took });
        self.since = now;
    }

    pub(crate) fn into_timings(self) -> Vec<Timing> {
        self.timings
    }
}
