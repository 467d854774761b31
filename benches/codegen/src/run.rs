//! One run of a child process: how long, how much CPU, how much memory.

use std::fmt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::machine;

/// CPU of other processes (in cores) above which a run is dropped.
const OTHERS_LIMIT: f64 = 0.10;
/// Runs shorter than this cannot be judged by the 10 ms ticks of `/proc/stat`.
const JUDGED_FROM: Duration = Duration::from_millis(200);
/// How often a run that others disturbed is repeated.
const MAX_ATTEMPTS: usize = 10;

/// What a run took, the processes that it started itself included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// From start to end.
    pub(crate) wall: Duration,
    /// User and system time.
    pub(crate) cpu: Duration,
    /// Largest resident set of any one process, in bytes.
    pub(crate) peak_rss: u64,
    /// Cores that other processes used meanwhile; 0 for a run too short to say.
    others: f64,
}

impl Run {
    /// Whether the machine was quiet enough.
    fn is_quiet(&self) -> bool {
        self.others <= OTHERS_LIMIT
    }
}

/// A program that could not be started, or that failed.
#[derive(Debug)]
pub(crate) struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// A run that nothing disturbed, or unless `gated` any run. `prepare` is called before each
/// attempt and is not measured.
pub(crate) fn run(
    gated: bool,
    prepare: impl Fn() -> anyhow::Result<()>,
    command: impl Fn() -> Command,
) -> anyhow::Result<Run> {
    for _ in 0..MAX_ATTEMPTS {
        prepare()?;
        if gated {
            machine::wait_until_quiet()?;
        }
        let run = once(command())?;
        if !gated || run.is_quiet() {
            return Ok(run);
        }
        eprintln!("dropped: others used {:.2} cores", run.others);
    }
    anyhow::bail!("the machine was never quiet in {MAX_ATTEMPTS} attempts; see --ungated")
}

/// The median of the runs, value by value.
pub(crate) fn median(runs: &[Run]) -> Option<Run> {
    fn middle<T: Ord + Copy>(values: impl Iterator<Item = T>) -> Option<T> {
        let mut values: Vec<T> = values.collect();
        values.sort();
        values.get(values.len() / 2).copied()
    }
    Some(Run {
        wall: middle(runs.iter().map(|run| run.wall))?,
        cpu: middle(runs.iter().map(|run| run.cpu))?,
        peak_rss: middle(runs.iter().map(|run| run.peak_rss))?,
        others: 0.0,
    })
}

fn once(mut command: Command) -> anyhow::Result<Run> {
    let name = format!("{command:?}");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let (before, start) = (machine::busy()?, Instant::now());
    let mut child = command
        .spawn()
        .map_err(|error| Refused(format!("{name}: {error}")))?;
    let mut errors = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        std::io::Read::read_to_string(&mut stderr, &mut errors)?;
    }
    let used = child.wait4()?;
    let wall = start.elapsed();
    if !used.status.success() {
        return Err(Refused(format!("{name}: {}\n{errors}", used.status)).into());
    }
    let cpu = used.rusage.utime + used.rusage.stime;
    let others = (machine::busy()? - before).saturating_sub(cpu);
    Ok(Run {
        wall,
        cpu,
        peak_rss: used.rusage.maxrss,
        others: if wall < JUDGED_FROM {
            0.0
        } else {
            others.as_secs_f64() / wall.as_secs_f64()
        },
    })
}
