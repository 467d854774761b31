//! The clients of the soak test: their programs, wires, scenarios and lifetimes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::random::Random;
use crate::{grpcio, kitex};

/// The name under which runs of grpcio are counted.
const GRPCIO: &str = "grpcio";

/// Scenarios that this test leaves out. `exit`, `exit-pp` and `drain` end the server or test its
/// end; `limited` and `limited-pp` need a server with a limit. `service-lookup` has another result when a server offers both IDLs. In `cancel-idle`,
/// Kitex's client waits for 5 s.
const LEFT_OUT: [&str; 8] = [
    "exit",
    "exit-pp",
    "drain",
    "rolling",
    "limited",
    "limited-pp",
    "service-lookup",
    "cancel-idle",
];

/// Scenarios with many calls at a time, or with calls that are left unfinished. Each run of a
/// client has some of these.
const LOADS: [&str; 6] = [
    "bidi-pipelined",
    "cancel",
    "cancel-flood",
    "many",
    "many-pp",
    "timeout-pp",
];

/// The most scenarios of one client's run: of `LOADS`, and of all scenarios.
pub(crate) const SCENARIOS: [usize; 2] = [3, 4];

/// The values of `-size`: no payload, a small one, one of one HTTP/2 frame, and one of several
/// HTTP/2 windows.
const SIZES: [usize; 4] = [0, 100, 10_000, 70_000];

/// The values of `-conn`.
const CONNECTIONS: [&str; 3] = ["long", "short", "mux"];

/// The test chooses one client in this many to be killed, unless that client ends sooner.
const KILLED: usize = 2;

/// The range of a Kitex client's lifetime before the test kills it, in milliseconds. Most runs take
/// that long or longer.
const KITEX_LIFE: (i64, i64) = (0, 600);

/// The same range for a grpcio client, which needs a second to start.
const GRPCIO_LIFE: (i64, i64) = (0, 5_000);

/// The longest time that one scenario may take, in seconds, on a busy machine.
pub(crate) const TIMEOUT: u64 = 60;

/// The client programs that the test starts.
pub(crate) struct Programs {
    peer: PathBuf,
    wires: Vec<Wire>,
    grpcio: bool,
}

/// A value of `-proto`, and the scenarios that can run with it.
struct Wire {
    name: String,
    loads: Vec<String>,
    scenarios: Vec<String>,
}

/// A client that the test is about to start.
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) command: Command,
    /// The time after which the test kills the client; `None`: never.
    pub(crate) killed_after: Option<Duration>,
}

impl Programs {
    /// Finds the programs. Without Go, prints one line and returns `None`; without grpcio, returns
    /// Kitex's client only.
    pub(crate) fn find() -> Option<Self> {
        let peer = kitex::program("peer")?;
        Some(Self {
            wires: wires(&peer),
            peer,
            grpcio: grpcio::script(SCRIPT).is_some(),
        })
    }

    /// The names of all kinds of client on this machine.
    pub(crate) fn kinds(&self) -> Vec<&str> {
        let wires = self.wires.iter().map(|wire| wire.name.as_str());
        wires.chain(self.grpcio.then_some(GRPCIO)).collect()
    }

    /// A client of the given kind, which is an index into [`Programs::kinds`]. `random` chooses
    /// what it does.
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

/// The name of the script in `interop/grpc/grpcio`.
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

/// The wires and scenarios that `peer list` prints, without the scenarios in `LEFT_OUT`.
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
