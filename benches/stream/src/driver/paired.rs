//! `paired`: this build against an earlier one, or one candidate against another, samples in turn.

use super::compare::accepted;
use super::process::{Program, Server};
use super::{Sampling, program};
use crate::candidate::Candidate;
use crate::workload::Workload;
use anyhow::Context;
use std::path::PathBuf;

/// What a candidate is compared with.
pub struct Other {
    /// Path of this program as an earlier commit has built it. Without it, the other side is this build, too.
    pub before: Option<PathBuf>,
    /// Another candidate; else the same.
    pub beside: Option<Candidate>,
}

impl Other {
    /// Its name in a table.
    pub fn name(&self) -> String {
        let beside = self.beside.map(|candidate| candidate.to_string());
        beside.unwrap_or_else(|| "before".to_owned())
    }

    /// It and its program, beside `candidate`.
    fn of(&self, candidate: Candidate) -> anyhow::Result<(Candidate, Program)> {
        let candidate = self.beside.unwrap_or(candidate);
        let Some(before) = &self.before else {
            return Ok((candidate, program(candidate)?));
        };
        let before = before
            .canonicalize()
            .with_context(|| before.display().to_string())?;
        Ok((candidate, Program::new(candidate, before)))
    }
}

/// What a candidate and the other one reached in one cell.
pub struct Pair {
    /// Whose samples are called "now".
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
    /// With the kernel's.
    pub cpu: f64,
}

/// Measures one cell.
pub fn run(
    other: &Other,
    candidate: Candidate,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Pair> {
    let (beside, earlier) = other.of(candidate)?;
    let mut old = Build::start("before", beside, earlier)?;
    let mut new = Build::start("now", candidate, program(candidate)?)?;
    let mut reached = Vec::new();
    for round in 0..sampling.samples {
        let sample = |build: &mut Build| build.sample(workload, size, sampling);
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

/// One of the two, with its server running.
struct Build {
    name: &'static str,
    candidate: Candidate,
    program: Program,
    server: Server,
}

impl Build {
    fn start(name: &'static str, candidate: Candidate, program: Program) -> anyhow::Result<Self> {
        let server = program.serve(&[])?;
        Ok(Self {
            name,
            candidate,
            program,
            server,
        })
    }

    fn sample(
        &mut self,
        workload: Workload,
        size: usize,
        sampling: &Sampling,
    ) -> anyhow::Result<Option<Reached>> {
        let name = format!("{} {} {workload} {size}", self.name, self.candidate);
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
            cpu: (sample.server + sample.client).as_secs_f64(),
        }))
    }
}
