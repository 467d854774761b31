//! Starts the processes and takes samples by the rule of `performance.md` 2.0: one core per
//! process, candidates in turn, a sample counts only if the machine was quiet while it ran.

pub mod allocations;
pub mod compare;
pub mod cpu;
pub mod idle;
pub mod paired;
pub mod process;
pub mod sample;
pub mod writes;

use crate::candidate::Candidate;
use crate::workload::{Load, Workload};
use clap::Args;
use process::Program;
use std::path::PathBuf;

/// How samples are taken; the same for every command.
#[derive(Args, Clone, Debug)]
pub struct Sampling {
    /// Accepted samples per cell.
    #[arg(long, default_value_t = 3)]
    pub samples: usize,
    /// Length of a sample in milliseconds.
    #[arg(long, default_value_t = 1500)]
    pub sample_ms: u64,
    /// Milliseconds of load before each sample.
    #[arg(long, default_value_t = 300)]
    pub warm_up_ms: u64,
    /// Attempts per accepted sample before a cell is given up.
    #[arg(long, default_value_t = 10)]
    pub attempts: usize,
    /// Accept samples however busy the machine is. For trying things out; never quote the result.
    #[arg(long)]
    pub ungated: bool,
}

/// The program that plays both sides of `candidate` when nothing has to be counted inside it.
pub fn program(candidate: Candidate) -> anyhow::Result<Program> {
    Ok(Program::new(candidate, std::env::current_exe()?))
}

/// The same with the counting allocator, which is built beside this program. Go counts by itself.
pub fn counted_program(candidate: Candidate) -> anyhow::Result<Program> {
    let path: PathBuf = std::env::current_exe()?.with_file_name("bench-stream-counted");
    anyhow::ensure!(
        path.exists(),
        "bench-stream-counted is not built beside bench-stream"
    );
    Ok(Program::new(candidate, path))
}

/// The load of one sample against the server at `addr`.
fn load(addr: &str, workload: Workload, size: usize, sampling: &Sampling) -> Load {
    Load {
        addr: addr.to_owned(),
        workload,
        size,
        streams: workload.streams(),
        window: workload.window(size),
        warm_up_ms: sampling.warm_up_ms,
        sample_ms: sampling.sample_ms,
    }
}
