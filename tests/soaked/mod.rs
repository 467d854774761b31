//! What the soak tests share: their settings, what a process holds (Linux), and how its memory goes.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Settings that make a leak visible in the memory in RAM of a process that starts with them. By
/// default, glibc keeps freed memory in one arena for each thread, and keeps more of it the longer a
/// program runs. With one arena, and with thresholds fixed at their initial values (glibc would move them otherwise), the memory in
/// RAM is close to the memory in use.
pub(crate) const RETURNS_MEMORY: [(&str, &str); 3] = [
    ("MALLOC_ARENA_MAX", "1"),
    ("MALLOC_TRIM_THRESHOLD_", "131072"),
    ("MALLOC_MMAP_THRESHOLD_", "131072"),
];

/// How long a soak goes on: `STREAMGEN_SOAK_SECONDS`, or else so many seconds.
pub(crate) fn duration(otherwise: u64) -> Duration {
    Duration::from_secs(number("STREAMGEN_SOAK_SECONDS").unwrap_or(otherwise))
}

/// The seed of what a soak does by chance: `STREAMGEN_SOAK_SEED`, or else the clock.
pub(crate) fn seed() -> u64 {
    let from_clock = || {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        since.map_or(1, |since| since.as_secs())
    };
    number("STREAMGEN_SOAK_SEED").unwrap_or_else(from_clock)
}

/// The number in an environment variable, if the variable is set.
fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable}: {text} is no number")))
}

/// The memory of a process that is in RAM, in bytes. `process` is its number, or `self`.
pub(crate) fn resident(process: &str) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let number = number.and_then(|number| number.parse::<usize>().ok());
    number.expect("VmRSS in kB") * 1024
}

/// How many files and sockets a process has open. `process` is its number, or `self`.
pub(crate) fn descriptors(process: &str) -> usize {
    let folder = fs::read_dir(format!("/proc/{process}/fd"));
    folder.expect("it runs").count()
}

/// The median of each third of `values`, which were taken at equal intervals.
pub(crate) fn medians(values: &[usize]) -> [usize; 3] {
    [0, 1, 2].map(|third| {
        let mut part = values[values.len() * third / 3..values.len() * (third + 1) / 3].to_vec();
        part.sort_unstable();
        part.get(part.len() / 2).copied().unwrap_or(0)
    })
}
