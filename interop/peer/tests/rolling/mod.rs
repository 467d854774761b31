//! Three servers restart one after the other, each next one with the socket of the one before it, while a client
//! calls them: what is lost with Kitex on one side, and with Kitex on both.

mod server;

use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::STREAMING;
use crate::support::{Peer, program};
use server::Server;

const SERVERS: u64 = 3;
/// How many callers make calls, and how many make streams.
const CALLERS: u64 = 4;
/// Before each restart.
const BETWEEN: Duration = Duration::from_millis(300);

/// What a client may lose.
enum MayLose {
    /// Nothing, but for what ends with this error: at most one of each caller on each server.
    OneEachBy(&'static str),
    /// A server that closes a connection does not learn of a request that is on its way to it. Ping-pong
    /// connections carry one call each. All streams of a client share one, and end with it. A caller has at most one
    /// of either on each server.
    OneEach,
    /// The client cannot be told, and the test can only say how much it loses.
    Anything,
}
use MayLose::{Anything, OneEach, OneEachBy};

/// GOAWAY tells clients which streams are not served, before a connection ends. Kitex's client makes
/// those again elsewhere, but not if GOAWAY comes between that and the writing of its HEADERS
/// (`initStream` in `http2_client.go`).
const GOAWAY: MayLose = OneEachBy("the connection is draining");

const CASES: [(Peer, Peer, &str, MayLose); 15] = [
    (Peer::Kitex, Peer::Rust, "grpc-thrift", GOAWAY),
    (Peer::Kitex, Peer::Rust, "grpc-pb", GOAWAY),
    (Peer::Kitex, Peer::Rust, "ttheader-framed", OneEach),
    (Peer::Kitex, Peer::Rust, "framed", OneEach),
    // Kitex's client ignores the frame that tells it to go elsewhere, so that its streams may be refused.
    (Peer::Kitex, Peer::Rust, "ttheader-streaming", Anything),
    // Kitex's server now and then misses a connection that is new when it begins to stop: that one gets no GOAWAY,
    // and is cut when the exit wait is over.
    (Peer::Rust, Peer::Kitex, "grpc-thrift", OneEach),
    (Peer::Rust, Peer::Kitex, "grpc-pb", OneEach),
    (Peer::Rust, Peer::Kitex, "ttheader-framed", OneEach),
    (Peer::Rust, Peer::Kitex, "framed", OneEach),
    // Kitex's server does not drain this wire: it cuts the streams that run when its exit wait is over.
    (Peer::Rust, Peer::Kitex, "ttheader-streaming", OneEach),
    // The control.
    (Peer::Kitex, Peer::Kitex, "grpc-thrift", Anything),
    (Peer::Kitex, Peer::Kitex, "grpc-pb", Anything),
    (Peer::Kitex, Peer::Kitex, "ttheader-framed", Anything),
    (Peer::Kitex, Peer::Kitex, "framed", Anything),
    (Peer::Kitex, Peer::Kitex, "ttheader-streaming", Anything),
];

/// A client, which calls until its input ends.
struct Client(Child);

impl Client {
    fn start(peer: Peer, addresses: &[SocketAddr], wire: &str) -> Self {
        let addresses: Vec<_> = addresses.iter().map(SocketAddr::to_string).collect();
        let mut command = Command::new(peer.program().expect("it was there before"));
        command.args(["client", "-scenario", "rolling", "-proto", wire]);
        command.args(["-addr", &addresses.join(",")]);
        command.args(["-parallel", &CALLERS.to_string()]);
        // No part of what is tested: only so that the test ends.
        command.args(["-timeout", "120s"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        Self(command.spawn().expect("the client starts"))
    }

    /// What it says of its calls.
    fn end(mut self) -> Rolled {
        drop(self.0.stdin.take());
        let mut said = String::new();
        let output = self.0.stdout.as_mut().expect("piped");
        output.read_to_string(&mut said).expect("UTF-8");
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
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What came of a client's calls. The output of the test has all of it.
#[derive(Debug)]
struct Rolled {
    calls: u64,
    lost_calls: u64,
    streams: u64,
    lost_streams: u64,
    /// The first error.
    first: String,
}

/// Restarts the servers while a client calls.
fn roll(client: Peer, server: Peer, wire: &str) -> Rolled {
    let sockets =
        [(); SERVERS as usize].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let addresses = sockets
        .each_ref()
        .map(|socket| socket.local_addr().expect("bound"));
    let mut servers = sockets
        .each_ref()
        .map(|socket| Server::start(server, socket, wire));
    let client = Client::start(client, &addresses, wire);
    for (running, socket) in servers.iter_mut().zip(&sockets) {
        sleep(BETWEEN);
        let next = Server::start(server, socket, wire);
        std::mem::replace(running, next).stop();
    }
    sleep(BETWEEN);
    client.end()
}

/// Fails if more was lost than may be.
fn check(rolled: &Rolled, wire: &str, may_lose: &MayLose, said: &str) {
    assert!(rolled.calls > 0, "{said}");
    let can_stream = STREAMING.contains(&wire);
    assert_eq!(rolled.streams > 0, can_stream, "{said}");
    let most = match may_lose {
        OneEachBy(error) if rolled.first.contains(error) => SERVERS * CALLERS,
        OneEach => SERVERS * CALLERS,
        OneEachBy(_) => 0,
        Anything => return,
    };
    assert!(rolled.lost_calls <= most, "{said}");
    assert!(rolled.lost_streams <= most, "{said}");
}

/// All side by side, for they mostly wait.
#[test]
fn servers_restart_under_calls_of_kitex_and_under_ours() {
    if program("peer").is_none() {
        return;
    }
    std::thread::scope(|scope| {
        for (client, server, wire, may_lose) in &CASES {
            scope.spawn(move || {
                let rolled = roll(*client, *server, wire);
                let said = format!("{client:?} -> {server:?}, {wire}: {rolled:?}");
                println!("{said}");
                check(&rolled, wire, may_lose, &said);
            });
        }
    });
}
