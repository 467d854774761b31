//! CPU time from `/proc`, and waiting for a quiet machine.

use anyhow::Context;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Length of a tick of `/proc`'s CPU times; `USER_HZ` is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// Longest wait for a quiet machine.
const QUIET_LIMIT: Duration = Duration::from_secs(20);
/// Share of all cores in use below which the machine is quiet.
const QUIET_SHARE: f64 = 0.06;
/// How long the machine's use is watched at a time.
const QUIET_WATCH: Duration = Duration::from_millis(300);

/// CPU time that all cores have spent busy: user, nice, system, irq and softirq.
pub fn machine_busy() -> anyhow::Result<Duration> {
    let stat = fs::read_to_string("/proc/stat").context("/proc/stat")?;
    let fields: Vec<u32> = stat
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .flat_map(str::parse)
        .collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, ..] = fields[..] else {
        anyhow::bail!("/proc/stat has an unknown format")
    };
    Ok(TICK * (user + nice + system + irq + softirq))
}

/// CPU time of a process, all threads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Used {
    /// In the program.
    pub user: Duration,
    /// In the kernel, on the program's behalf.
    pub system: Duration,
}

impl Used {
    /// Both.
    pub fn all(&self) -> Duration {
        self.user + self.system
    }
}

impl std::ops::Sub for Used {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            user: self.user - earlier.user,
            system: self.system - earlier.system,
        }
    }
}

/// CPU time that the process has used since it was started.
pub fn process(pid: u32) -> anyhow::Result<Used> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| path.clone())?;
    // The second field is the program's name in parentheses and may hold spaces.
    let (_, fields) = stat.rsplit_once(") ").with_context(|| path.clone())?;
    let ticks: Vec<u32> = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .flat_map(str::parse)
        .collect();
    let [user, system] = ticks[..] else {
        anyhow::bail!("{path} has an unknown format")
    };
    Ok(Used {
        user: TICK * user,
        system: TICK * system,
    })
}

/// Resident memory of the process in bytes.
pub fn resident(pid: u32) -> anyhow::Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| path.clone())?;
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .with_context(|| format!("{path}: no VmRSS"))?;
    Ok(kib.parse::<u64>()? * 1024)
}

/// Waits, 20 s at most, until little else runs. The rule on samples decides what counts; this only
/// saves samples that would be dropped.
pub fn wait_until_quiet() -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism()?.get() as f64;
    let start = Instant::now();
    while start.elapsed() < QUIET_LIMIT {
        let (busy, watch) = (machine_busy()?, Instant::now());
        sleep(QUIET_WATCH);
        let used = (machine_busy()? - busy).as_secs_f64() / watch.elapsed().as_secs_f64();
        if used < QUIET_SHARE * cores {
            break;
        }
    }
    Ok(())
}
