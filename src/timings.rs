//! How long the parts of a run take, and which one is being done.

use std::path::Path;
use std::time::{Duration, Instant};

/// One part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// What was done.
    pub part: &'static str,
    /// Time on the clock.
    pub took: Duration,
}

/// A function that is told of each part as it begins: for which IDL, and what is done.
pub(crate) type Watch<'a> = &'a dyn Fn(&Path, &'static str);

/// A clock that is stopped when the next part begins.
pub(crate) struct Stopwatch<'a> {
    idl: &'a Path,
    watch: Watch<'a>,
    running: Option<(&'static str, Instant)>,
    timings: Vec<Timing>,
}

impl<'a> Stopwatch<'a> {
    pub(crate) fn new(idl: &'a Path, watch: Watch<'a>) -> Self {
        Self {
            idl,
            watch,
            running: None,
            timings: Vec::new(),
        }
    }

    /// Begins a part, with which the one before it ends.
    pub(crate) fn begins(&mut self, part: &'static str) {
        self.ends();
        (self.watch)(self.idl, part);
        self.running = Some((part, Instant::now()));
    }

    fn ends(&mut self) {
        if let Some((part, since)) = self.running.take() {
            let took = since.elapsed();
            self.timings.push(Timing { part, took });
        }
    }

    pub(crate) fn into_timings(mut self) -> Vec<Timing> {
        self.ends();
        self.timings
    }
}
