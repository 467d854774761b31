//! `paired`: this build against an earlier one, samples in turn.

use super::compare::accepted;
use super::process::{Program, Server};
use super::{Sampling, program};
use crate::candidate::Candidate;
use crate::workload::Workload;
use anyhow::Context;
use std::path::Path;

/// What the two builds of one candidate reached in one cell.
pub struct Pair {
    /// Whose builds these are.
    pub candidate: Candidate,
    /// Pattern of messages.
    pub workload: Workload,
    /// Payload bytes per message.
    pub size: usize,
    /// Before and now, one pair for each two samples taken side by side.
    pub reached: Vec<(Reached, Reached)>,
}

/// What a build reached in one sample.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    /// Messages per second.
    pub rate: f64,
    /// CPU seconds per message of server and client together, without the kernel's.
    pub user: f64,
}

/// Measures one cell. `before` is this program as an earlier commit builds it.
pub fn run(
    before: &Path,
    candidate: Candidate,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Pair> {
    let before = before
        .canonicalize()
        .with_context(|| before.display().to_string())?;
    let mut old = Build::start("before", Program::new(candidate, before))?;
    let mut new = Build::start("now", program(candidate)?)?;
    let mut reached = Vec::new();
    for round in 0..sampling.samples {
        let sample = |build: &mut Build| build.sample(candidate, workload, size, sampling);
        // Each goes first as often as the other: who comes second finds a warmer machine.
        let pair = if round % 2 == 0 {
            let first = sample(&mut old)?;
            first.zip(sample(&mut new)?)
        } else {
            let first = sample(&mut new)?;
            sample(&mut old)?.zip(first)
        };
        reached.extend(pair);
    }
    Ok(Pair {
        candidate,
        workload,
        size,
        reached,
    })
}

/// One of the two builds, with its server running.
struct Build {
    name: &'static str,
    program: Program,
    server: Server,
}

impl Build {
    fn start(name: &'static str, program: Program) -> anyhow::Result<Self> {
        let server = program.serve(&[])?;
        Ok(Self {
            name,
            program,
            server,
        })
    }

    fn sample(
        &mut self,
        candidate: Candidate,
        workload: Workload,
        size: usize,
        sampling: &Sampling,
    ) -> anyhow::Result<Option<Reached>> {
        let name = format!("{} {candidate} {workload} {size}", self.name);
        let sample = accepted(
            &name,
            &self.program,
            &mut self.server,
            workload,
            size,
            sampling,
        )?;
        Ok(sample.map(|sample| Reached {
            rate: sample.rate,
            user: sample.user.as_secs_f64(),
        }))
    }
}
