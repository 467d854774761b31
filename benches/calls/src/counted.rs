//! Instructions, counted by callgrind.

use std::process::{Command, id};
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::workload::{Governed, Kind, Workload};

/// The functions of glibc's allocator have one of these words in their names. What the allocator executes for a call differs
/// by some hundred instructions, depending on what else is free. This program measures smaller differences, so it leaves
/// the allocator out.
const ALLOCATOR: [&str; 7] = [
    "malloc",
    "calloc",
    "realloc",
    "memalign",
    "free",
    "unlink_chunk",
    "tcache",
];

/// The instructions of one call, stream or message, without those of the allocator: what a run of many executes more
/// than a run of few. So what happens once in a run falls out.
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
    let out = env::temp_dir().join(format!("bench-calls.{}.callgrind", id()));
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--compress-strings=no"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe()?)
        .args(["run", workload.name(), governed.name(), &count.to_string()])
        .output()
        .context("is valgrind installed?")?;
    let said = String::from_utf8_lossy(&run.stderr);
    ensure!(run.status.success(), "{said}");
    let profile = fs::read_to_string(&out);
    fs::remove_file(&out).context("what callgrind writes")?;
    Ok(counted(&profile?))
}

/// Adds up the lines of a profile in callgrind's format. A line of numbers belongs to the function that was named
/// last, or, behind `calls=`, to those that it has called, which have lines of their own.
fn counted(profile: &str) -> i64 {
    let (mut in_libc, mut in_allocator, mut of_callee, mut sum) = (false, false, false, 0);
    for line in profile.lines() {
        if let Some(object) = line.strip_prefix("ob=") {
            in_libc = object.contains("/libc.so");
        } else if let Some(function) = line.strip_prefix("fn=") {
            in_allocator = in_libc && ALLOCATOR.iter().any(|part| function.contains(part));
        } else if line.starts_with("calls=") {
            of_callee = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let cost = line.split_once(' ').and_then(|(_, cost)| cost.parse().ok());
            let own = !std::mem::take(&mut of_callee) && !in_allocator;
            sum += cost.filter(|_| own).unwrap_or(0);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_allocator_does_and_what_is_called_does_not_count() {
        let profile = "ob=/usr/bin/program\nfn=main\n10 5\ncob=/lib/libc.so.6\ncfn=malloc\ncalls=1 0\n+1 100\n* 7\n\n\
                       ob=/lib/libc.so.6\nfn=malloc\n0 100\ncfn=_int_malloc\ncalls=1 0\n0 50\n\nfn=memcpy\n0 30\n\nob=/usr/bin/program\nfn=free_all\n1 2\n";
        assert_eq!(counted(profile), 5 + 7 + 30 + 2);
    }
}
