//! One sample: a client that loads a running server for a while.

use super::process::{Process, Program, Server, values};
use super::{Sampling, cpu, load};
use crate::workload::Workload;
use anyhow::Context;
use std::time::{Duration, Instant};

/// CPU of other processes (in cores) above which a sample is dropped.
const OTHERS_LIMIT: f64 = 0.10;

/// What a sample brought.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Messages per second.
    pub rate: f64,
    /// Server CPU per message.
    pub server: Duration,
    /// Client CPU per message.
    pub client: Duration,
    /// CPU per message of server and client together outside the kernel.
    pub user: Duration,
    /// Median round trip; zero where it is not taken.
    pub p50: Duration,
    /// Allocations per message on server and client; zero in Rust without the counting allocator.
    pub allocations: (f64, f64),
    /// Messages of the whole run, warm-up included.
    pub total: u64,
    /// Cores that other processes used meanwhile.
    pub others: f64,
}

impl Sample {
    /// Whether the machine was quiet enough.
    pub fn is_quiet(&self) -> bool {
        self.others <= OTHERS_LIMIT
    }
}

/// Runs one client against `server`.
pub fn take(
    program: &Program,
    server: &mut Server,
    workload: Workload,
    size: usize,
    sampling: &Sampling,
) -> anyhow::Result<Sample> {
    let mut client = program.load(&load(&server.addr, workload, size, sampling))?;
    client.line("begin")?;
    let before = Clocks::read(server, &client)?;
    let end = values(&client.line("end")?)?;
    let used = Clocks::read(server, &client)?.since(&before);

    let value = |name: &str| end.get(name).copied().with_context(|| format!("no {name}"));
    let messages = value("messages")?;
    anyhow::ensure!(messages > 0, "no message in the whole sample");
    let per_message = |time: Duration| time.div_f64(messages as f64);
    let client_allocations = end.get("allocations").copied().unwrap_or_default();
    Ok(Sample {
        rate: messages as f64 / Duration::from_nanos(value("nanos")?).as_secs_f64(),
        server: per_message(used.server.all()),
        client: per_message(used.client.all()),
        user: per_message(used.server.user + used.client.user),
        p50: Duration::from_nanos(value("p50")?),
        allocations: (
            used.allocations as f64 / messages as f64,
            client_allocations as f64 / messages as f64,
        ),
        total: value("total")?,
        others: used.others(),
    })
}

/// The clocks around a sample, or the difference of two readings.
struct Clocks {
    wall: Instant,
    elapsed: Duration,
    machine: Duration,
    server: cpu::Used,
    client: cpu::Used,
    driver: cpu::Used,
    allocations: u64,
}

impl Clocks {
    fn read(server: &mut Server, client: &Process) -> anyhow::Result<Self> {
        Ok(Self {
            wall: Instant::now(),
            elapsed: Duration::ZERO,
            machine: cpu::machine_busy()?,
            server: cpu::process(server.process.id())?,
            client: cpu::process(client.id())?,
            driver: cpu::process(std::process::id())?,
            allocations: server
                .counts()?
                .get("allocations")
                .copied()
                .unwrap_or_default(),
        })
    }

    fn since(&self, earlier: &Self) -> Self {
        Self {
            wall: self.wall,
            elapsed: self.wall - earlier.wall,
            machine: self.machine - earlier.machine,
            server: self.server - earlier.server,
            client: self.client - earlier.client,
            driver: self.driver - earlier.driver,
            allocations: self.allocations - earlier.allocations,
        }
    }

    /// Cores used by anything but server, client and driver.
    fn others(&self) -> f64 {
        let own = self.server.all() + self.client.all() + self.driver.all();
        self.machine.saturating_sub(own).as_secs_f64() / self.elapsed.as_secs_f64()
    }
}
