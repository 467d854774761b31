//! A server that is given its socket, or an address.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::Wire;
use crate::serving;
use crate::support::Peer;

/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(100);
/// Longer than a stream lasts on a busy machine. A server stops as soon as it can.
const OURS: &str = "30s";
/// Likewise; but Kitex's server may take all of it over gRPC.
const KITEX: &str = "5s";
/// Over TTHeader Streaming, Kitex's server always takes as long as this.
const KITEX_STREAMING: &str = "2s";
/// Our server refuses streams of a Kitex client in the second half of this. A stream takes less than that half.
const OUR_STREAMING: &str = "4s";

pub struct Server {
    process: Child,
    says: Receiver<String>,
    /// Where it listens.
    pub address: String,
}

impl Server {
    /// Starts a server on a socket that it gets as its standard input.
    pub fn start(peer: Peer, socket: &TcpListener, (wire, flags): Wire) -> Self {
        let exit_wait = match (wire, peer) {
            ("ttheader-streaming", Peer::Kitex) => KITEX_STREAMING,
            ("ttheader-streaming", Peer::Rust) => OUR_STREAMING,
            (_, Peer::Kitex) => KITEX,
            (_, Peer::Rust) => OURS,
        };
        let mut command = server(peer);
        command.args(serving(wire)).args(["-exit-wait", exit_wait]);
        match peer {
            Peer::Rust => {
                let inherited = [("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")];
                command.envs(inherited);
            }
            Peer::Kitex => {
                command.args(flags).args(["-addr", "inherited"]);
            }
        }
        let socket = socket.try_clone().expect("a descriptor");
        command.stdin(OwnedFd::from(socket));
        Self::spawn(command)
    }

    /// Starts a server that listens by itself, where `flags` say.
    pub fn listening(peer: Peer, flags: &[&str]) -> Self {
        let mut command = server(peer);
        command.args(flags);
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Self {
        command.stdout(Stdio::piped());
        let mut process = command.spawn().expect("the server starts");
        let output = process.stdout.take().expect("piped");
        let (tell, says) = channel();
        std::thread::spawn(move || read(output, &tell));
        let mut server = Self {
            process,
            says,
            address: String::new(),
        };
        let listening = server.says("listening");
        let address = listening["~addr"].as_str().expect("an address");
        server.address = address.to_owned();
        server
    }

    /// Waits until the server says that.
    fn says(&self, event: &str) -> serde_json::Value {
        let line = self.says.recv_timeout(PATIENCE).expect(event);
        let line: serde_json::Value = serde_json::from_str(&line).expect("a JSON line");
        assert_eq!(line["ev"], event, "{line}");
        line
    }

    /// Stops it gracefully, as an operator does.
    pub fn stop(mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).expect("it runs");
        self.says("stopped");
        let _ = self.process.wait();
    }
}

fn server(peer: Peer) -> Command {
    let mut command = Command::new(peer.program().expect("it was there before"));
    command.arg("server");
    command
}

/// Reads to the end: a server tells of each call, and blocks if nobody reads it.
fn read(output: ChildStdout, tell: &Sender<String>) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if line.contains("\"listening\"") || line.contains("\"stopped\"") {
            // The test may have failed meanwhile.
            let _ = tell.send(line);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
