//! `writes`: write system calls of the server per message (bar S6), counted by strace.

use super::{Sampling, program, sample};
use crate::candidate::Candidate;
use crate::workload::Workload;
use anyhow::Context;

/// Write calls per message of one candidate in one cell.
pub struct Writes {
    /// Whose server it was.
    pub candidate: Candidate,
    /// Pattern of messages.
    pub workload: Workload,
    /// Payload bytes per message.
    pub size: usize,
    /// `write`, `writev`, `sendto` and `sendmsg` calls of the server's whole life.
    pub calls: u64,
    /// Messages that the client counted in the server's whole life.
    pub messages: u64,
}

/// Runs the server under strace, one sample long. Slow, so not a measure of speed.
pub fn run(
    candidate: Candidate,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Writes> {
    let summary = std::env::temp_dir().join(format!("bench-stream-{}.strace", std::process::id()));
    let path = summary.to_str().context("temporary folder is not UTF-8")?;
    let calls = "trace=write,writev,sendto,sendmsg";
    let program = program(candidate)?;
    let mut server = program.serve(&["strace", "-f", "-c", "-e", calls, "-o", path])?;
    let sample = sample::take(&program, &mut server, workload, size, sampling)?;
    server.process.finish()?;
    let text = std::fs::read_to_string(&summary).with_context(|| path.to_owned())?;
    std::fs::remove_file(&summary)?;
    let calls = total_calls(&text).context("strace's summary has no total")?;
    Ok(Writes {
        candidate,
        workload,
        size,
        calls,
        messages: sample.total,
    })
}

/// The calls of the line `100.00 0.001 3 1234 total` (an error count may stand before `total`).
fn total_calls(summary: &str) -> Option<u64> {
    let line = summary
        .lines()
        .find(|line| line.trim_end().ends_with("total"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::total_calls;

    #[test]
    fn total_is_found_with_and_without_errors() {
        let summary = "% time     seconds  usecs/call     calls    errors syscall\n\
                       100.00    0.010000           5      2000        12 sendto\n\
                       100.00    0.010000           5      2000        12 total\n";
        assert_eq!(total_calls(summary), Some(2000));
        assert_eq!(
            total_calls("100.00    0.000000           0         7           total\n"),
            Some(7)
        );
        assert_eq!(total_calls("no such line\n"), None);
    }
}
