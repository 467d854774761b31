//! Whether memory grows, and the counters' largest values.

use std::fmt;
use std::time::Duration;

use crate::count::{Counts, SAMPLED_EVERY};
use crate::soaked::medians;

/// By how many bytes the memory that is held behind a round may be more in the last third of the rounds
/// than in the second. The tables of the runtime, of tokio and of this test keep the size of their
/// largest round.
const HELD_SLACK: usize = 256 * 1024;

/// The same for memory in RAM under load: the load is random, and the allocator keeps freed memory.
const RESIDENT_SLACK: usize = 16 * 1024 * 1024;

pub(crate) struct Trend {
    /// When samples were taken under load, and the memory in RAM.
    resident: Vec<(Duration, usize)>,
    /// The bytes that were held behind each round.
    held: Vec<usize>,
    most: Counts,
    last: Counts,
}

impl Trend {
    /// Has room for all samples of `duration` from the beginning, so that their memory is no growth.
    pub(crate) fn for_the_time(duration: Duration) -> Self {
        /// Rounds that begin before the end take longer than it.
        const MORE: usize = 400;
        let samples = duration.as_millis() / SAMPLED_EVERY.as_millis();
        let room = MORE + samples as usize;
        Self {
            resident: Vec::with_capacity(room),
            held: Vec::with_capacity(room),
            most: Counts::default(),
            last: Counts::default(),
        }
    }

    /// A sample under load.
    pub(crate) fn sampled(&mut self, at: Duration, counts: &Counts) {
        self.resident.push((at, counts.resident));
        self.most.at_most(counts);
    }

    /// The counts behind a round.
    pub(crate) fn round(&mut self, left: Counts) {
        self.held.push(left.held);
        self.last = left;
    }

    /// Compares the last third with the second one. The first one is the warm-up.
    pub(crate) fn is_flat(&self) -> Result<(), String> {
        let resident: Vec<usize> = self.resident.iter().map(|(_, size)| *size).collect();
        for (what, values, slack) in [
            ("held behind rounds", &self.held, HELD_SLACK),
            ("in RAM under load", &resident, RESIDENT_SLACK),
        ] {
            let [_, middle, last] = medians(values);
            if last > middle + slack {
                return Err(format!(
                    "memory {what} grew: median {middle} bytes in the second third, {last} in the last"
                ));
            }
        }
        Ok(())
    }

    /// By how many KiB a minute memory in RAM grew under load, behind the warm-up: the slope of the
    /// straight line with the least squares.
    fn slope(&self) -> f64 {
        let warm = &self.resident[self.resident.len() / 3..];
        let count = warm.len().max(1) as f64;
        let points = warm
            .iter()
            .map(|(at, size)| (at.as_secs_f64() / 60.0, *size as f64 / 1024.0));
        let (x, y) = points
            .clone()
            .fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b));
        let (x, y) = (x / count, y / count);
        let products = points.map(|(a, b)| ((a - x) * (b - y), (a - x) * (a - x)));
        let (above, below) = products.fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b));
        if below == 0.0 { 0.0 } else { above / below }
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resident: Vec<usize> = self.resident.iter().map(|(_, size)| size / 1024).collect();
        writeln!(f, "rounds: {}", self.held.len())?;
        writeln!(f, "at most: {}", self.most)?;
        writeln!(f, "at the end: {}", self.last)?;
        writeln!(
            f,
            "held behind rounds, median of each third: {:?} bytes",
            medians(&self.held)
        )?;
        writeln!(
            f,
            "in RAM under load, median of each third: {:?} KiB",
            medians(&resident)
        )?;
        write!(
            f,
            "in RAM under load, behind the first third: {:+.1} KiB a minute",
            self.slope()
        )
    }
}

#[test]
fn memory_that_grows_from_round_to_round_is_not_flat() {
    let trend = |held: fn(usize) -> usize, resident: fn(usize) -> usize| {
        let mut trend = Trend::for_the_time(Duration::from_secs(300));
        for second in 0..300 {
            let at = Duration::from_secs(second as u64);
            let sample = |held, resident| Counts {
                held,
                resident,
                ..Counts::default()
            };
            trend.sampled(at, &sample(0, resident(second)));
            trend.round(sample(held(second), 0));
        }
        trend
    };
    let swings = |second| 5_000_000 + second % 7 * 1_000;
    assert_eq!(trend(swings, swings).is_flat(), Ok(()));
    assert_eq!(
        trend(|second| 9_000_000.min(second * 100_000), swings).is_flat(),
        Ok(())
    );
    assert!(trend(|second| second * 3_000, swings).is_flat().is_err());
    let leak = trend(swings, |second| second * 600_000);
    assert!(leak.is_flat().is_err());
    assert!((leak.slope() - 600_000.0 * 60.0 / 1024.0).abs() < 1.0);
}
