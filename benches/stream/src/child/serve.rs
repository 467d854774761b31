//! The server process.

use super::block_on;
use crate::allocation;
use crate::candidate::Candidate;
use std::io::{BufRead, Write};

/// Serves `candidate` on a free port until the driver hangs up.
pub fn run(candidate: Candidate) -> anyhow::Result<()> {
    std::thread::spawn(answer_driver);
    block_on(candidate.serve(|address| print_line(&format!("listening {address}"))))
}

/// Answers each line of standard input with the allocation counters and ends the process with it.
///
/// A thread of its own: it sleeps in `read` during a sample and costs nothing.
fn answer_driver() {
    for _line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let counts = allocation::counts();
        let line = format!(
            "counts allocations={} live={}",
            counts.allocations, counts.live_bytes
        );
        if print_line(&line).is_err() {
            break;
        }
    }
    std::process::exit(0);
}

pub(super) fn print_line(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}
