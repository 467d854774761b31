//! A client that calls while servers restart.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::Wire;
use crate::support::Peer;

/// A client, which calls until its input ends.
pub struct Client {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Client {
    /// Starts one that finds its servers by `flags`, and waits until it begins to call.
    pub fn start(peer: Peer, (wire, more): Wire, callers: u64, flags: &[&str]) -> Self {
        let mut command = Command::new(peer.program().expect("it was there before"));
        command.args(["client", "-scenario", "rolling", "-proto", wire]);
        command.args(["-parallel", &callers.to_string()]);
        command.args(more).args(flags);
        // No part of what is tested: only so that the test ends.
        command.args(["-timeout", "120s"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the client starts");
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("UTF-8");
        assert!(line.contains("\"start\""), "{line}");
        Self { process, output }
    }

    /// What it says of its calls.
    pub fn end(mut self) -> Rolled {
        drop(self.process.stdin.take());
        let mut said = String::new();
        self.output.read_to_string(&mut said).expect("UTF-8");
        let mut lines = said.lines().map(serde_json::from_str::<serde_json::Value>);
        let line = lines.find_map(|line| line.ok().filter(|line| line["ev"] == "rolled"));
        let line = line.unwrap_or_else(|| panic!("{said}"));
        let number = |name: &str| line[name].as_u64().expect("a number");
        Rolled {
            calls: number("calls"),
            lost_calls: number("lost_calls"),
            streams: number("streams"),
            lost_streams: number("lost_streams"),
            first: line["~first"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What came of a client's calls. The output of the test has all of it.
#[derive(Debug)]
pub struct Rolled {
    pub calls: u64,
    pub lost_calls: u64,
    pub streams: u64,
    pub lost_streams: u64,
    /// The first error.
    pub first: String,
}
