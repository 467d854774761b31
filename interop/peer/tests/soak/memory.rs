//! Checks that a process's memory does not grow.

use std::fmt::Write as _;

use crate::soaked::medians;

/// What the server's process held at one moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Memory in RAM, in KiB.
    pub(crate) resident: usize,
    pub(crate) descriptors: usize,
}

/// By how many KiB the median of the last third may exceed that of the second third. The load is
/// random and contains messages of 3 MiB, sometimes in several calls at a time.
const SLACK: usize = 16 * 1024;

/// Compares the medians of the second and the last third of `samples`. The first third is the
/// warm-up and does not count.
pub(crate) fn is_flat(samples: &[Sample]) -> Result<(), String> {
    let [_, middle, last] = thirds(samples);
    // The quarter allows for memory that the allocator cannot return because it is fragmented.
    let allowed = middle + middle / 4 + SLACK;
    if last <= allowed {
        return Ok(());
    }
    Err(format!(
        "memory grew: median {middle} KiB in the second third, {last} KiB in the last"
    ))
}

/// A summary of the samples in one line.
pub(crate) fn figures(samples: &[Sample]) -> String {
    let mut text = format!("memory, median of each third: {:?} KiB", thirds(samples));
    let peak = samples.iter().map(|sample| sample.resident).max();
    let open = samples.iter().map(|sample| sample.descriptors).max();
    let _ = write!(
        text,
        "; at most {} KiB; at most {} descriptors",
        peak.unwrap_or(0),
        open.unwrap_or(0)
    );
    text
}

/// The median of each third.
fn thirds(samples: &[Sample]) -> [usize; 3] {
    let sizes: Vec<_> = samples.iter().map(|sample| sample.resident).collect();
    medians(&sizes)
}

#[test]
fn memory_that_grows_all_the_time_is_not_flat() {
    let samples = |size: fn(usize) -> usize| -> Vec<Sample> {
        let seconds = 0..600;
        let sample = |second| Sample {
            resident: size(second),
            descriptors: 10,
        };
        seconds.map(sample).collect()
    };
    // A leak of 300 KiB a second: 100 bytes for each of 3000 calls.
    assert!(is_flat(&samples(|second| 40_000 + 300 * second)).is_err());
    assert_eq!(
        is_flat(&samples(|second| 80_000 + second % 7 * 4_000)),
        Ok(())
    );
    // Memory that the warm-up took and the process keeps is no leak.
    assert_eq!(
        is_flat(&samples(|second| (second * 1000).min(90_000))),
        Ok(())
    );
}
