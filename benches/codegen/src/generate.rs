//! Bars X1, X2, X4 and X5: time, memory and output of every tool on one IDL, run in turn.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use crate::run::{Refused, Run, median, run};
use crate::tool::{Idl, Programs, Tool};

/// A tool whose first run takes longer than this is not run again.
const SLOW: Duration = Duration::from_secs(5);
/// A tool whose first run is shorter than this is run [`SHORT_ROUNDS`] times.
const SHORT: Duration = Duration::from_millis(50);
/// Enough to see past a late wake-up of a core.
const SHORT_ROUNDS: usize = 41;

/// What one tool did.
pub(crate) struct Row {
    /// The tool.
    pub(crate) tool: Tool,
    /// Median of the runs.
    pub(crate) run: Run,
    /// How often it ran.
    pub(crate) rounds: usize,
    /// What it wrote.
    pub(crate) output: Output,
}

/// What lies in a folder.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    /// Number of files.
    pub(crate) files: usize,
    /// Lines of all files.
    pub(crate) lines: usize,
    /// Bytes of all files.
    pub(crate) bytes: u64,
}

/// Runs every tool on `idl`, in turn, round by round. One that is absent or refuses the IDL is left
/// out, which standard error says.
pub(crate) fn compare(
    tools: &[Tool],
    programs: &Programs,
    idl: &Idl,
    scratch: &Path,
    rounds: usize,
    gated: bool,
) -> anyhow::Result<Vec<Row>> {
    let mut runs: Vec<(Tool, Vec<Run>)> = tools.iter().map(|tool| (*tool, Vec::new())).collect();
    let mut round = 0;
    while runs.iter().any(|(_, done)| wanted(done, rounds) > round) {
        let mut refused = Vec::new();
        for (tool, done) in &mut runs {
            if wanted(done, rounds) <= round {
                continue;
            }
            let out = scratch.join(format!("{tool:?}"));
            let prepare = || tool.prepare(&out);
            match run(gated, prepare, || tool.command(programs, idl, &out)) {
                Ok(one) => {
                    eprintln!("{tool}: {:.4} s", one.wall.as_secs_f64());
                    done.push(one);
                }
                Err(error) if error.is::<Refused>() => {
                    eprintln!("{tool} is left out: {error}");
                    refused.push(*tool);
                }
                Err(error) => return Err(error.context(tool.to_string())),
            }
        }
        runs.retain(|(tool, _)| !refused.contains(tool));
        round += 1;
    }
    runs.into_iter()
        .map(|(tool, done)| {
            Ok(Row {
                tool,
                rounds: done.len(),
                run: median(&done).context("no run")?,
                output: output(&scratch.join(format!("{tool:?}")))?,
            })
        })
        .collect()
}

/// How many rounds a tool takes part in, going by its first run.
fn wanted(done: &[Run], rounds: usize) -> usize {
    match done.first() {
        None => 1,
        Some(first) if first.wall > SLOW => 1,
        Some(first) if first.wall < SHORT => SHORT_ROUNDS,
        Some(_) => rounds,
    }
}

/// Counts what lies below `dir`.
fn output(dir: &Path) -> anyhow::Result<Output> {
    let mut found = Output::default();
    for entry in fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            let below = output(&path)?;
            found.files += below.files;
            found.lines += below.lines;
            found.bytes += below.bytes;
        } else {
            let text = fs::read(&path)?;
            found.files += 1;
            found.lines += text.iter().filter(|byte| **byte == b'\n').count();
            found.bytes += text.len() as u64;
        }
    }
    Ok(found)
}
