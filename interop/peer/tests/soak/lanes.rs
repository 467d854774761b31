//! Lanes, each of which runs one client after the other, and the results of the clients.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::clients::{self, Client, Programs};
use crate::memory::Sample;
use crate::random::Random;
use crate::server::Server;

/// How many lanes there are, and so how many clients run at a time.
const LANES: usize = 6;

/// A client that still runs after this time hangs and counts as failed, because each of its
/// scenarios has a time limit.
const HANGS: Duration = {
    let [loads, others] = clients::SCENARIOS;
    Duration::from_secs(clients::TIMEOUT * (loads + others + 1) as u64)
};

/// The interval at which a lane checks whether its client has ended.
const GLANCE: Duration = Duration::from_millis(10);

/// The interval at which the test samples the server's memory and descriptors.
const SAMPLES_EVERY: Duration = Duration::from_millis(200);

/// The results of all clients, by wire.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) passed: BTreeMap<String, u64>,
    pub(crate) killed: BTreeMap<String, u64>,
    /// The command and the output of each client that failed.
    pub(crate) failed: Vec<String>,
}

enum End {
    Passed,
    Killed,
    Failed(String),
}

/// Starts clients until `duration` is over, then waits for the last ones. Samples the server's
/// process meanwhile.
pub(crate) fn run(
    programs: &Programs,
    server: &Server,
    duration: Duration,
    seed: u64,
) -> (Tally, Vec<Sample>) {
    let tally = Mutex::new(Tally::default());
    let started = Instant::now();
    let samples = std::thread::scope(|scope| {
        let lane = |lane| {
            let random = Random::new(seed.wrapping_mul(LANES as u64).wrapping_add(lane as u64));
            let address = server.address.as_str();
            let mut lane = Lane {
                lane,
                programs,
                address,
                random,
                tally: &tally,
            };
            move || lane.run(started + duration)
        };
        let lanes: Vec<_> = (0..LANES).map(|number| scope.spawn(lane(number))).collect();
        let mut samples = Vec::new();
        while !lanes.iter().all(|lane| lane.is_finished()) {
            // Behind `duration` the load falls, and samples would not be comparable.
            if started.elapsed() <= duration {
                samples.push(Sample {
                    resident: server.resident(),
                    descriptors: server.descriptors(),
                });
            }
            sleep(SAMPLES_EVERY);
        }
        samples
    });
    (tally.into_inner().expect("no lane panicked"), samples)
}

struct Lane<'a> {
    lane: usize,
    programs: &'a Programs,
    address: &'a str,
    random: Random,
    tally: &'a Mutex<Tally>,
}

impl Lane<'_> {
    fn run(&mut self, until: Instant) {
        let kinds = self.programs.kinds().len();
        // First runs one client of each kind to its end, however little time `duration` leaves.
        for kind in (self.lane..kinds).step_by(LANES) {
            let mut client = self.client(kind);
            client.killed_after = None;
            self.run_one(client);
        }
        while Instant::now() < until {
            let kind = self.random.below(kinds);
            let client = self.client(kind);
            self.run_one(client);
        }
    }

    fn client(&mut self, kind: usize) -> Client {
        self.programs.client(kind, self.address, &mut self.random)
    }

    fn run_one(&self, client: Client) {
        let name = client.name.clone();
        let end = self.end_of(client);
        let mut tally = self.tally.lock().expect("no lane panicked");
        match end {
            End::Passed => *tally.passed.entry(name).or_default() += 1,
            End::Killed => *tally.killed.entry(name).or_default() += 1,
            End::Failed(why) => tally.failed.push(why),
        }
    }

    fn end_of(&self, mut client: Client) -> End {
        // The output goes to a file: nobody reads a pipe while the client runs, and a full pipe
        // would block the client.
        let path = format!("{}/soak-{}.log", env!("CARGO_TARGET_TMPDIR"), self.lane);
        let said = File::create(&path).expect("a file for what the client says");
        let errors = said.try_clone().expect("the same file");
        client
            .command
            .stdout(Stdio::from(said))
            .stderr(Stdio::from(errors));
        let mut process = client.command.spawn().expect("the client starts");
        let status = wait_or_kill(&mut process, client.killed_after);
        match (status.code(), client.killed_after) {
            (Some(0), _) => End::Passed,
            // A status without a code means a signal, and only this test sends one.
            (None, Some(_)) => End::Killed,
            _ => {
                let said = std::fs::read(&path).unwrap_or_default();
                let said = telling(&String::from_utf8_lossy(&said));
                End::Failed(format!("{:?}: {status}\n{said}", client.command))
            }
        }
    }
}

/// Waits until the process ends, and kills it when its time is over.
fn wait_or_kill(process: &mut Child, killed_after: Option<Duration>) -> ExitStatus {
    let started = Instant::now();
    let limit = killed_after.unwrap_or(HANGS);
    while started.elapsed() < limit {
        if let Some(status) = process.try_wait().expect("the client is ours") {
            return status;
        }
        sleep(GLANCE);
    }
    // The process may have ended by itself just now. Its status tells which it was.
    let _ = process.kill();
    process.wait().expect("the client is ours")
}

/// The lines that tell why a client failed: the contract's failure lines, or else the last lines of
/// its output.
fn telling(said: &str) -> String {
    let whys: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("\"~why\""))
        .collect();
    if !whys.is_empty() {
        return whys.join("\n");
    }
    let lines: Vec<&str> = said.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |clients: &BTreeMap<String, u64>| clients.values().sum::<u64>();
        write!(
            f,
            "clients: {} ran to their end {:?}, {} were killed {:?}, {} failed",
            sum(&self.passed),
            self.passed,
            sum(&self.killed),
            self.killed,
            self.failed.len()
        )
    }
}
