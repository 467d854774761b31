//! `compare`: every candidate in every cell, samples in turn.

use super::process::{Program, Server};
use super::sample::{self, Sample};
use super::{Sampling, cpu, program};
use crate::candidate::Candidate;
use crate::workload::Workload;

/// The samples of one candidate in one cell; none if the candidate has no such workload.
pub struct Column {
    /// Whose samples these are.
    pub candidate: Candidate,
    /// Accepted samples.
    pub samples: Vec<Sample>,
}

/// A workload at a payload size, with what each candidate reached.
pub struct Cell {
    /// Pattern of messages.
    pub workload: Workload,
    /// Payload bytes per message.
    pub size: usize,
    /// One column per candidate, in the order of the command line.
    pub columns: Vec<Column>,
}

/// Measures every cell.
pub fn run(
    candidates: &[Candidate],
    workloads: &[Workload],
    sizes: &[usize],
    sampling: &Sampling,
) -> anyhow::Result<Vec<Cell>> {
    let mut cells = Vec::new();
    for &workload in workloads {
        for &size in sizes {
            cells.push(measure(candidates, workload, size, sampling)?);
        }
    }
    Ok(cells)
}

/// Takes one sample of each candidate, then the next of each, so that drift hits all alike.
fn measure(
    candidates: &[Candidate],
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Cell> {
    let mut pairs = candidates
        .iter()
        .filter(|candidate| candidate.supports(workload))
        .map(|&candidate| {
            let program = program(candidate)?;
            let server = program.serve(&[])?;
            Ok((candidate, program, server))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut columns: Vec<Column> = candidates
        .iter()
        .map(|&candidate| Column {
            candidate,
            samples: Vec::new(),
        })
        .collect();
    for _ in 0..sampling.samples {
        for (candidate, program, server) in &mut pairs {
            let name = format!("{candidate} {workload} {size}");
            let taken = accepted(&name, program, server, workload, size, sampling)?;
            let column = columns
                .iter_mut()
                .find(|column| column.candidate == *candidate);
            column
                .into_iter()
                .for_each(|column| column.samples.extend(taken.clone()));
        }
    }
    Ok(Cell {
        workload,
        size,
        columns,
    })
}

/// A sample that the rule accepts, or `None` after too many attempts. A failed one counts as an
/// attempt, so that one candidate's failure does not cost the whole table.
pub(super) fn accepted(
    name: &str,
    program: &Program,
    server: &mut Server,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Option<Sample>> {
    for _ in 0..sampling.attempts {
        if !sampling.ungated {
            cpu::wait_until_quiet()?;
        }
        let sample = match sample::take(program, server, workload, size, sampling) {
            Ok(sample) => sample,
            Err(error) => {
                eprintln!("{name}: failed: {error:#}");
                continue;
            }
        };
        let accept = sampling.ungated || sample.is_quiet();
        let verdict = if accept { "accepted" } else { "dropped" };
        eprintln!(
            "{name}: {:.0}/s, others {:.2}, {verdict}",
            sample.rate, sample.others
        );
        if accept {
            return Ok(Some(sample));
        }
    }
    eprintln!("{name}: given up");
    Ok(None)
}
