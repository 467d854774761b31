//! The server process under load: the calls that it reports, and the memory and descriptors that it
//! holds.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::soaked;

/// The interval at which a wait checks its condition again.
const GLANCE: Duration = Duration::from_millis(50);

/// The names of the wires in the server's `call` events.
const WIRES: [&str; 6] = [
    "Framed",
    "GRPC",
    "PurePayload",
    "TTHeader",
    "TTHeader|Framed",
    "TTHeaderStreaming",
];

/// The peer of this package with the services of both IDLs, stopped when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
    calls: Arc<Mutex<Calls>>,
}

/// The calls of a server, counted from its `call` and `end` events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Calls {
    /// Calls that have begun, by wire.
    begun: BTreeMap<String, u64>,
    ended: u64,
    pub(crate) running: i64,
    most_running: i64,
}

impl Server {
    pub(crate) fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_peer"))
            .args(["server", "-addr", "127.0.0.1:0", "-proto", "both"])
            .envs(soaked::RETURNS_MEMORY)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a first line").expect("UTF-8");
        let line: serde_json::Value = serde_json::from_str(&first).expect("a JSON line");
        let address = line["~addr"].as_str().expect("an address").to_owned();
        let calls = Arc::new(Mutex::new(Calls::default()));
        let heard = Arc::clone(&calls);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                lock(&heard).hear(&line);
            }
        });
        Self {
            process,
            address,
            calls,
        }
    }

    /// The calls that the server has reported so far.
    pub(crate) fn calls(&self) -> Calls {
        lock(&self.calls).clone()
    }

    pub(crate) fn wires_without_a_call(&self) -> Vec<&'static str> {
        let calls = self.calls();
        let mut wires = WIRES.to_vec();
        wires.retain(|wire| !calls.begun.contains_key(*wire));
        wires
    }

    /// How many files and sockets the process has open.
    pub(crate) fn descriptors(&self) -> usize {
        soaked::descriptors(&self.process.id().to_string())
    }

    /// The process's memory that is in RAM, in KiB.
    pub(crate) fn resident(&self) -> usize {
        soaked::resident(&self.process.id().to_string()) / 1024
    }

    /// Waits until no handler runs and no more descriptors are open than `before`.
    pub(crate) fn settles(&self, before: usize, limit: Duration) -> Result<(), String> {
        let started = Instant::now();
        loop {
            let (running, open) = (self.calls().running, self.descriptors());
            if running == 0 && open <= before {
                return Ok(());
            }
            if started.elapsed() > limit {
                return Err(format!(
                    "{limit:?} after the last client: {running} handlers run, {open} descriptors \
                     are open, {before} were at the start"
                ));
            }
            std::thread::sleep(GLANCE);
        }
    }
}

impl Calls {
    fn hear(&mut self, line: &str) {
        // Each line of the contract begins with `"ev"`, and most lines report other events than
        // these two.
        if line.starts_with(r#"{"ev":"end""#) {
            self.ended += 1;
            self.running -= 1;
        } else if line.starts_with(r#"{"ev":"call""#) {
            let event: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
            let wire = event["proto"].as_str().expect("a wire").to_owned();
            *self.begun.entry(wire).or_default() += 1;
            self.running += 1;
            self.most_running = self.most_running.max(self.running);
        }
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "calls by wire: {:?}; ended: {}; running: {}, at most {} at a time",
            self.begun, self.ended, self.running, self.most_running
        )
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}
