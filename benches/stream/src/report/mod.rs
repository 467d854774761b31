//! Results as Markdown tables.

mod compare;
mod paired;

use crate::driver::idle::Memory;
use crate::driver::sample::Sample;
use crate::driver::writes::Writes;
use crate::workload::Workload;
pub use compare::compare;
pub use paired::paired;
use std::fmt::Write;

/// Write calls per message.
pub fn writes(rows: &[Writes]) -> String {
    let mut out = String::from(
        "| workload | payload | candidate | messages | write calls | calls per message |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in rows {
        let ratio = row.calls as f64 / row.messages as f64;
        let Writes {
            workload,
            size,
            candidate,
            messages,
            calls,
            ..
        } = row;
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| {workload} | {size} B | {candidate} | {messages} | {calls} | {ratio:.4} |"
        );
    }
    out
}

/// Allocations per message, and per direction where a message is a round trip.
pub fn allocations(rows: &[(crate::candidate::Candidate, Workload, usize, Sample)]) -> String {
    let mut out = String::from(
        "| workload | payload | candidate | server, per message | client, per message | server, per direction |\n\
         |---|---|---|---|---|---|\n",
    );
    for (candidate, workload, size, sample) in rows {
        let (server, client) = sample.allocations;
        let directions = if *workload == Workload::Ss { 1.0 } else { 2.0 };
        let _ = writeln!(
            out,
            "| {workload} | {size} B | {candidate} | {server:.3} | {client:.3} | {:.3} |",
            server / directions
        );
    }
    out
}

/// Memory per idle stream.
pub fn idle(rows: &[Memory], streams: usize) -> String {
    let mut out = format!(
        "| candidate ({streams} idle streams) | server, bytes per stream | client, bytes per stream |\n\
         |---|---|---|\n",
    );
    for Memory {
        candidate,
        server,
        client,
    } in rows
    {
        let _ = writeln!(out, "| {candidate} | {server:.0} | {client:.0} |");
    }
    out
}
