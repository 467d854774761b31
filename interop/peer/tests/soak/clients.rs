//! The clients: which program, over which wire, with which scenarios and for how long.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::random::Random;
use crate::{grpcio, kitex};

/// The name under which runs of grpcio are counted.
const GRPCIO: &str = "grpcio";

/// Scenarios that are not for a server which goes on and serves both IDLs: three end it or are about
/// its end, `service-lookup` is not as with one IDL, and `cancel-idle` waits 5 s for Kitex's client.
const LEFT_OUT: [&str; 5] = ["exit", "exit-pp", "drain", "service-lookup", "cancel-idle"];

/// Scenarios that have many calls at a time, or leave some unfinished: each run has some of these.
const LOADS: [&str; 6] = [
    "bidi-pipelined",
    "cancel",
    "cancel-flood",
    "many",
    "many-pp",
    "timeout-pp",
];

/// Scenarios of one run at most, of these and of all.
pub(crate) const SCENARIOS: [usize; 2] = [3, 4];

/// `-size`: none, small, one frame and several windows of HTTP/2.
const SIZES: [usize; 4] = [0, 100, 10_000, 70_000];

/// `-conn`.
const CONNECTIONS: [&str; 3] = ["long", "short", "mux"];

/// One client in this many is killed, if it does not end sooner.
const KILLED: usize = 2;

/// When a client of Kitex is killed, in milliseconds: most runs take as long, or longer.
const KITEX_LIFE: (i64, i64) = (0, 600);

/// The same of grpcio, which needs a second to begin.
const GRPCIO_LIFE: (i64, i64) = (0, 5_000);

/// Longest time for one scenario, in seconds, on a busy machine.
pub(crate) const TIMEOUT: u64 = 60;

/// The programs that clients are started from.
pub(crate) struct Programs {
    peer: PathBuf,
    wires: Vec<Wire>,
    grpcio: bool,
}

/// A `-proto`, and what it can be run with.
struct Wire {
    name: String,
    loads: Vec<String>,
    scenarios: Vec<String>,
}

/// A client that is to be started.
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) command: Command,
    /// When it is killed, if it is.
    pub(crate) killed_after: Option<Duration>,
}

impl Programs {
    /// `None` without Go, said in one line; without grpcio, Kitex's clients are all there are.
    pub(crate) fn find() -> Option<Self> {
        let peer = kitex::program("peer")?;
        Some(Self {
            wires: wires(&peer),
            peer,
            grpcio: grpcio::script(SCRIPT).is_some(),
        })
    }

    /// The kinds of client that there are, by name.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        let wires = self.wires.iter().map(|wire| wire.name.as_str());
        wires.chain(self.grpcio.then_some(GRPCIO)).collect()
    }

    /// A client of a kind, by its place in [`Programs::kinds`], that does what `random` says.
    pub(crate) fn client(&self, kind: usize, address: &str, random: &mut Random) -> Client {
        let (name, command, (least, most)) = match self.wires.get(kind) {
            Some(wire) => {
                let command = self.kitex(wire, address, random);
                (wire.name.as_str(), command, KITEX_LIFE)
            }
            None => (GRPCIO, python(address, random), GRPCIO_LIFE),
        };
        let is_killed = random.one_in(KILLED);
        let life = Duration::from_millis(random.between(least, most).unsigned_abs());
        Client {
            name: name.to_owned(),
            command,
            killed_after: is_killed.then_some(life),
        }
    }

    fn kitex(&self, wire: &Wire, address: &str, random: &mut Random) -> Command {
        let mut command = Command::new(&self.peer);
        command
            .args(["client", "-addr", address, "-proto", &wire.name])
            .args(["-scenario", &wire.choose(random).join(",")])
            .args(["-timeout", &format!("{TIMEOUT}s")])
            .args(["-conn", *random.pick(&CONNECTIONS)])
            .args(["-parallel", &random.between(1, 50).to_string()])
            .args(["-count", &random.between(1, 20).to_string()])
            .args(["-size", &random.pick(&SIZES).to_string()]);
        command
    }
}

impl Wire {
    fn choose(&self, random: &mut Random) -> Vec<&str> {
        let mut chosen = Vec::new();
        for (names, most) in [&self.loads, &self.scenarios].into_iter().zip(SCENARIOS) {
            let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
            random.shuffle(&mut names);
            names.truncate(1 + random.below(most));
            chosen.append(&mut names);
        }
        random.shuffle(&mut chosen);
        chosen
    }
}

/// The script of `interop/grpc/grpcio`.
const SCRIPT: &str = "peer_calls.py";

fn python(address: &str, random: &mut Random) -> Command {
    let mut command = grpcio::script(SCRIPT).expect("it was there before");
    let (seconds, seed) = (random.between(1, 5), random.between(1, i64::from(i32::MAX)));
    command.args(["-addr", address]).args([
        "-seconds",
        &seconds.to_string(),
        "-seed",
        &seed.to_string(),
    ]);
    command
}

/// What `peer list` says, without what is left out.
fn wires(peer: &Path) -> Vec<Wire> {
    let output = Command::new(peer).arg("list").output();
    let output = output.expect("the Kitex peer runs").stdout;
    let lines = String::from_utf8(output).expect("UTF-8");
    lines.lines().map(wire).collect()
}

fn wire(line: &str) -> Wire {
    let line: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
    let names = line["scenarios"].as_array().expect("names");
    let mut scenarios: Vec<String> = names
        .iter()
        .map(|name| name.as_str().expect("a name").to_owned())
        .collect();
    scenarios.retain(|name| !LEFT_OUT.contains(&name.as_str()));
    let mut loads = scenarios.clone();
    loads.retain(|name| LOADS.contains(&name.as_str()));
    let name = line["proto"].as_str().expect("a wire").to_owned();
    Wire {
        name,
        loads,
        scenarios,
    }
}
