//! `allocations`: heap allocations per message in steady state (bar S7).

use super::sample::{self, Sample};
use super::{Sampling, counted_program};
use crate::candidate::Candidate;
use crate::workload::Workload;

/// One sample with the counting allocator on both sides; the warm-up is not counted.
pub fn run(
    candidate: Candidate,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Sample> {
    let program = counted_program(candidate)?;
    let mut server = program.serve(&[])?;
    sample::take(&program, &mut server, workload, size, sampling)
}
