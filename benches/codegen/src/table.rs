//! Results as Markdown tables.

use std::fmt::Write;
use std::time::Duration;

use crate::{compile, generate};

/// Bytes of a megabyte, as the bars count them.
const MB: f64 = 1e6;

/// Time, memory and output of each tool, and how many times as long it took as the first.
pub(crate) fn generated(name: &str, rows: &[generate::Row]) -> String {
    let mut out = format!(
        "| {name} | wall | CPU | peak RSS | files | lines | MB | × | runs |\n\
         |---|---|---|---|---|---|---|---|---|\n"
    );
    let base = rows.first().map_or(Duration::ZERO, |row| row.run.wall);
    for generate::Row {
        tool,
        run,
        rounds,
        output,
    } in rows
    {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| {tool} | {} | {} | {:.0} MB | {} | {} | {:.1} | {:.1} | {rounds} |",
            time(run.wall),
            time(run.cpu),
            run.peak_rss as f64 / MB,
            output.files,
            output.lines,
            output.bytes as f64 / MB,
            run.wall.as_secs_f64() / base.as_secs_f64(),
        );
    }
    out
}

/// Build time of each tool's output, and the share that the first one's has of it.
pub(crate) fn compiled(name: &str, rows: &[compile::Row]) -> String {
    let mut out = format!(
        "| {name} | wall | CPU | peak RSS | streamgen's share | runs |\n|---|---|---|---|---|---|\n"
    );
    let base = rows.first().map_or(Duration::ZERO, |row| row.run.wall);
    for compile::Row { tool, run, rounds } in rows {
        let _ = writeln!(
            out,
            "| {tool} | {} | {} | {:.0} MB | {:.2} | {rounds} |",
            time(run.wall),
            time(run.cpu),
            run.peak_rss as f64 / MB,
            base.as_secs_f64() / run.wall.as_secs_f64(),
        );
    }
    out
}

fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        short if short < 0.1 => format!("{:.1} ms", short * 1e3),
        middle if middle < 10.0 => format!("{middle:.2} s"),
        long => format!("{long:.1} s"),
    }
}
