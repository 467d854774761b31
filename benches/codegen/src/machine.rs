//! How busy the machine is, and waiting until it is not.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Context;

/// Length of a tick of `/proc`'s CPU times; `USER_HZ` is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// Longest wait for a quiet machine.
const QUIET_LIMIT: Duration = Duration::from_secs(20);
/// Share of all cores in use below which the machine is quiet.
const QUIET_SHARE: f64 = 0.06;
/// How long the machine's use is watched at a time.
const QUIET_WATCH: Duration = Duration::from_millis(300);

/// CPU time that all cores have spent busy: user, nice, system, irq and softirq.
pub(crate) fn busy() -> anyhow::Result<Duration> {
    let stat = fs::read_to_string("/proc/stat").context("/proc/stat")?;
    let first = stat.lines().next().unwrap_or_default();
    let fields: Vec<u32> = first
        .split_whitespace()
        .skip(1)
        .flat_map(str::parse)
        .collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, ..] = fields[..] else {
        anyhow::bail!("/proc/stat has an unknown format")
    };
    Ok(TICK * (user + nice + system + irq + softirq))
}

/// Waits, 20 s at most, until little else runs. The rule on samples decides what counts; this only
/// saves samples that would be dropped.
pub(crate) fn wait_until_quiet() -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism()?.get() as f64;
    let start = Instant::now();
    while start.elapsed() < QUIET_LIMIT {
        let (before, watch) = (busy()?, Instant::now());
        sleep(QUIET_WATCH);
        let used = (busy()? - before).as_secs_f64() / watch.elapsed().as_secs_f64();
        if used < QUIET_SHARE * cores {
            break;
        }
    }
    Ok(())
}
