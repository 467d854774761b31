//! Time, taken on a machine that may be busy.

use anyhow::Result;

use crate::pair::Pair;
use crate::workload::{Governed, Kind, Workload};

const BATCHES: usize = 400;

/// The time of one call, stream or message in nanoseconds, as the tenth percentile of many batches. The variants take
/// turns, so that other work of the machine falls on all of them.
///
/// # Errors
/// A call or stream fails.
pub fn nanoseconds(workload: Workload, variants: &[Governed]) -> Result<Vec<f64>> {
    let size = match workload.kind() {
        Kind::Call | Kind::Stream => 500,
        Kind::Message => 2_000,
    };
    let pairs = variants
        .iter()
        .map(|governed| Pair::new(workload, *governed));
    let pairs: Vec<_> = pairs.collect::<Result<_>>()?;
    let mut times = vec![Vec::with_capacity(BATCHES); pairs.len()];
    for pair in &pairs {
        pair.run(size)?;
    }
    for _ in 0..BATCHES {
        for (pair, times) in pairs.iter().zip(&mut times) {
            times.push(pair.run(size)?);
        }
    }
    let percentile = |mut times: Vec<std::time::Duration>| {
        times.sort_unstable();
        times[BATCHES / 10].as_nanos() as f64 / size as f64
    };
    Ok(times.into_iter().map(percentile).collect())
}
