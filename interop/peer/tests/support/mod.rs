//! Starts the peer programs of the contract on loopback and runs scenarios between them.

mod kitex;

pub(crate) use kitex::program;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// One of the programs that keep the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// This package's binary.
    Rust,
    /// `interop/kitex`, on real Kitex.
    Kitex,
}

impl Peer {
    pub(crate) fn program(self) -> Option<PathBuf> {
        match self {
            Self::Rust => Some(env!("CARGO_BIN_EXE_peer").into()),
            Self::Kitex => kitex::program("peer"),
        }
    }

    /// The flags of its clients: ours answers calls of what it has not, and Kitex's may be silent.
    pub(crate) fn answers(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["-ours"],
            Self::Kitex => &[],
        }
    }
}

/// The scenarios of a client that `wire` can carry; `None` if its program cannot be had here.
pub fn scenarios(peer: Peer, wire: &str) -> Option<Vec<String>> {
    let listed = Command::new(peer.program()?).arg("list").output();
    let listed = listed.expect("the program runs").stdout;
    let lines = String::from_utf8(listed).expect("UTF-8");
    let lines = lines.lines().map(serde_json::from_str::<serde_json::Value>);
    let mut lines = lines.map(|line| line.expect("a JSON line"));
    let line = lines.find(|line| line["proto"] == wire).expect("a wire");
    let names = line["scenarios"].as_array().expect("its scenarios");
    let names = names
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned());
    Some(names.collect())
}

/// Longer than a scenario takes on a busy machine: `large` is 3 MiB through JSON, unoptimized.
const PATIENT: &str = "120s";

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
pub(crate) const CONNECTED: Duration = Duration::from_secs(20);

/// A running server, stopped when dropped.
pub struct Server {
    process: Child,
    pub address: String,
}

impl Server {
    /// Starts a server on a free port; `None` if its program cannot be had here.
    pub fn start(peer: Peer, flags: &[&str]) -> Option<Self> {
        let mut command = Command::new(peer.program()?);
        command.args(["server", "-addr", "127.0.0.1:0"]).args(flags);
        let mut process = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a first line").expect("UTF-8");
        let line: serde_json::Value = serde_json::from_str(&first).expect("a JSON line");
        let address = line["~addr"].as_str().expect("an address").to_owned();
        // Whoever is not read stops writing.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { process, address })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Runs a client to its end, however it ends. Returns what it has printed; `None` if its program cannot be
/// had here.
pub fn events(peer: Peer, address: &str, flags: &[&str]) -> Option<Vec<serde_json::Value>> {
    let mut command = Command::new(peer.program()?);
    command.args(["client", "-addr", address, "-timeout", PATIENT]);
    command.args(flags);
    let output = command.output().expect("the client runs");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let events = lines.lines().map(serde_json::from_str);
    Some(events.collect::<Result<_, _>>().expect("JSON lines"))
}

/// Runs a client to its end and expects success. `false` if its program cannot be had here.
pub fn run_client(peer: Peer, address: &str, flags: &[&str]) -> bool {
    let Some(program) = peer.program() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(["client", "-addr", address, "-timeout", PATIENT]);
    command.args(flags);
    let output = command.output().expect("the client runs");
    let events = String::from_utf8_lossy(&output.stdout);
    let failed: Vec<_> = events
        .lines()
        .filter(|line| line.contains("\"~why\""))
        .collect();
    assert!(
        output.status.success(),
        "{peer:?} client {flags:?}: {}\n{}\n{}",
        output.status,
        failed.join("\n"),
        String::from_utf8_lossy(&output.stderr)
    );
    true
}
