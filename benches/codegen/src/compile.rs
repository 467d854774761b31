//! Bars X6 and X7: what rustc takes over the generated code, dependencies already built.

use std::path::Path;
use std::process::Command;

use anyhow::Context;

use crate::project::{Project, touch};
use crate::run::{Run, median, run};
use crate::synthetic::Size;
use crate::tool::{Programs, Tool};

/// What Cargo is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Build {
    /// `cargo check` of everything that was generated (bar X6).
    Check,
    /// `cargo build --release` of a crate that encodes and decodes every struct (bar X7).
    Release,
}

/// What one tool's output took.
pub(crate) struct Row {
    /// The tool.
    pub(crate) tool: Tool,
    /// Median of the runs.
    pub(crate) run: Run,
    /// How often it ran.
    pub(crate) rounds: usize,
}

/// Builds what each tool generates, in turn, round by round.
pub(crate) fn compare(
    tools: &[Tool],
    programs: &Programs,
    size: &Size,
    build: Build,
    scratch: &Path,
    rounds: usize,
    gated: bool,
) -> anyhow::Result<Vec<Row>> {
    let mut projects = Vec::new();
    for tool in tools {
        let project = Project::create(*tool, programs, size, scratch, build == Build::Release)?;
        // Builds the dependencies; the crate itself is measured later.
        let warm = cargo(&project, build).output().context("cargo")?;
        anyhow::ensure!(
            warm.status.success(),
            "{tool}: {}",
            String::from_utf8_lossy(&warm.stderr)
        );
        projects.push((*tool, project, Vec::new()));
    }
    for _ in 0..rounds {
        for (tool, project, done) in &mut projects {
            let one = run(gated, || touch(project), || cargo(project, build));
            let one = one.with_context(|| tool.to_string())?;
            eprintln!("{tool}: {:.2} s", one.wall.as_secs_f64());
            done.push(one);
        }
    }
    projects
        .into_iter()
        .map(|(tool, _, done)| {
            Ok(Row {
                tool,
                rounds: done.len(),
                run: median(&done).context("no run")?,
            })
        })
        .collect()
}

/// Cargo's own defaults but for incremental compilation, which would keep parts of the last build.
fn cargo(project: &Project, build: Build) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(&project.dir)
        .env("CARGO_TARGET_DIR", project.dir.join("target"))
        .env("CARGO_INCREMENTAL", "0");
    match build {
        Build::Check => command.arg("check"),
        Build::Release => command.args(["build", "--release"]),
    };
    command
}
