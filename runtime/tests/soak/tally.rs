//! The results of all activities of all clients.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use streamgen_runtime::Error;

use crate::activities::is_excused;
use crate::round::Weather;

/// The most failures whose text is kept.
const TOLD: usize = 10;

/// Classes of latency: each is twice as long as the one before, from a microsecond on.
const CLASSES: usize = 32;

#[derive(Default)]
pub(crate) struct Tally {
    /// By activity and wire: how many were done, and how many ended with an error.
    counts: BTreeMap<(&'static str, &'static str), Counts>,
    /// How long echoes of fast streams took in calm rounds, by wire.
    echoes: BTreeMap<&'static str, [u64; CLASSES]>,
    restarts: u64,
    /// Failures that nothing excuses.
    wrong: Vec<String>,
}

#[derive(Default, Clone, Copy)]
struct Counts {
    done: u64,
    ended: u64,
}

impl Tally {
    /// Counts the result of an activity.
    pub(crate) fn count(
        &mut self,
        activity: (&'static str, &'static str),
        weather: Weather,
        result: Result<(), Error>,
    ) {
        let counts = self.counts.entry(activity).or_default();
        let Err(error) = result else {
            counts.done += 1;
            return;
        };
        counts.ended += 1;
        if weather == Weather::Calm || !is_excused(&error) {
            let kind = error.kind();
            self.is_wrong(format!("{activity:?} in {weather:?}: {kind:?}: {error}"));
        }
    }

    /// Notes a failure that nothing excuses.
    pub(crate) fn is_wrong(&mut self, text: String) {
        if self.wrong.len() < TOLD {
            self.wrong.push(text);
        }
    }

    pub(crate) fn echoed(&mut self, wire: &'static str, took: Duration) {
        let class = (took.as_micros() + 1).ilog2() as usize;
        self.echoes.entry(wire).or_default()[class.min(CLASSES - 1)] += 1;
    }

    pub(crate) fn restarted(&mut self) {
        self.restarts += 1;
    }

    pub(crate) fn add(&mut self, other: Self) {
        for (activity, counts) in other.counts {
            let sum = self.counts.entry(activity).or_default();
            sum.done += counts.done;
            sum.ended += counts.ended;
        }
        for (wire, counts) in other.echoes {
            let sums = self.echoes.entry(wire).or_default();
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        self.restarts += other.restarts;
        other.wrong.into_iter().for_each(|text| self.is_wrong(text));
    }

    /// Everything was done at least once, and nothing went wrong.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        if !self.wrong.is_empty() {
            return Err(self.wrong.join("\n"));
        }
        let never = self.counts.iter().find(|(_, counts)| counts.done == 0);
        match never {
            Some((activity, _)) => Err(format!("{activity:?} was never done")),
            None if self.restarts == 0 => Err("the server was never restarted".to_owned()),
            None => Ok(()),
        }
    }
}

/// The upper end of the class that holds the given part of the echoes, in microseconds.
fn within(echoes: &[u64; CLASSES], percent: u64) -> u64 {
    let all: u64 = echoes.iter().sum();
    let mut seen = 0;
    let class = echoes.iter().position(|count| {
        seen += count;
        seen * 100 >= all * percent
    });
    1 << (class.unwrap_or(0) + 1)
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((activity, wire), Counts { done, ended }) in &self.counts {
            writeln!(
                f,
                "{activity}, {wire}: {done} done, {ended} ended by restarts and cuts"
            )?;
        }
        for (wire, echoes) in &self.echoes {
            let (half, most) = (within(echoes, 50), within(echoes, 99));
            writeln!(
                f,
                "echoes of {wire} in calm rounds: half below {half} µs, 99 % below {most} µs"
            )?;
        }
        write!(f, "restarts: {}", self.restarts)
    }
}
