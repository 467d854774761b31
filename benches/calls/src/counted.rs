//! Instructions, counted by callgrind.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workload::{Governed, Kind, Workload};

/// The instructions of one call, stream or message: what a run of many executes more than a run of few. So
/// what happens once in a run falls out.
///
/// # Errors
/// Valgrind cannot be run; a run fails.
pub fn instructions(workload: Workload, governed: Governed) -> Result<f64> {
    let (few, more) = match workload.kind() {
        Kind::Call | Kind::Stream => (500, 2_500),
        Kind::Message => (2_000, 22_000),
    };
    let counts = [few, few + more].map(|count| executed(workload, governed, count));
    let [few, many] = counts;
    Ok((many? - few?) as f64 / more as f64)
}

/// The instructions of a run of this program.
fn executed(workload: Workload, governed: Governed, count: u64) -> Result<i64> {
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args(["run", workload.name(), governed.name(), &count.to_string()])
        .output()
        .context("is valgrind installed?")?;
    let said = String::from_utf8_lossy(&run.stderr);
    ensure!(run.status.success(), "{said}");
    let collected = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, collected) = collected.with_context(|| format!("no number of instructions: {said}"))?;
    Ok(collected.trim().parse()?)
}
