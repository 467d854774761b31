//! Three servers restart one after the other, each next one with the socket of the one before it, while a client
//! calls them: what is lost with Kitex on one side, and with Kitex on both.

mod client;
mod registered;
mod server;

use std::net::{SocketAddr, TcpListener};
use std::thread::sleep;
use std::time::Duration;

use crate::STREAMING;
use crate::support::{Peer, program};
use client::{Client, Rolled};
use server::Server;

const SERVERS: u64 = 3;
/// How many callers make calls, and how many make streams.
const CALLERS: u64 = 4;
/// Before each restart.
const BETWEEN: Duration = Duration::from_millis(300);

/// What a client may lose.
enum MayLose {
    Nothing,
    /// Nothing, but for what ends with this error: at most one of each caller on each server.
    OneEachBy(&'static str),
    /// A server that closes a connection does not learn of a request that is on its way to it. Ping-pong
    /// connections carry one call each. All streams of a client share one, and end with it. A caller has at most one
    /// of either on each server.
    OneEach,
    /// The client cannot be told, and the test can only say how much it loses.
    Anything,
}
use MayLose::{Anything, Nothing, OneEach, OneEachBy};

/// GOAWAY tells clients which streams are not served, before a connection ends. Kitex's client makes
/// those again elsewhere, but not if GOAWAY comes between that and the writing of its HEADERS
/// (`initStream` in `http2_client.go`).
const GOAWAY: MayLose = OneEachBy("the connection is draining");

/// The wire of a client, and its further flags, which a Kitex server needs, too.
type Wire = (&'static str, &'static [&'static str]);
const STREAMS: Wire = ("ttheader-streaming", &[]);
const GRPC: Wire = ("grpc-thrift", &[]);
const GRPC_PROTOBUF: Wire = ("grpc-pb", &[]);
const TTHEADER: Wire = ("ttheader-framed", &[]);
const FRAMED: Wire = ("framed", &[]);
const MULTIPLEXED: Wire = ("ttheader-framed", &["-mux-calls"]);

const CASES: [(Peer, Peer, Wire, MayLose); 18] = [
    (Peer::Kitex, Peer::Rust, GRPC, GOAWAY),
    (Peer::Kitex, Peer::Rust, GRPC_PROTOBUF, GOAWAY),
    (Peer::Kitex, Peer::Rust, TTHEADER, OneEach),
    // Kitex's client panics when it reads the frame that tells it to go elsewhere, whoever the server is
    // (`OnRequest` in `mux_conn.go`), and closes the connection with the calls that wait on it.
    (Peer::Kitex, Peer::Rust, MULTIPLEXED, OneEach),
    (Peer::Kitex, Peer::Rust, FRAMED, OneEach),
    // Kitex's client ignores the frame that tells it to go elsewhere, so that its streams may be refused.
    (Peer::Kitex, Peer::Rust, STREAMS, Anything),
    // Kitex's server now and then misses a connection that is new when it begins to stop: that one gets no GOAWAY,
    // and is cut when the exit wait is over.
    (Peer::Rust, Peer::Kitex, GRPC, OneEach),
    (Peer::Rust, Peer::Kitex, GRPC_PROTOBUF, OneEach),
    (Peer::Rust, Peer::Kitex, TTHEADER, OneEach),
    (Peer::Rust, Peer::Kitex, MULTIPLEXED, OneEach),
    (Peer::Rust, Peer::Kitex, FRAMED, OneEach),
    // Kitex's server does not drain this wire: it cuts the streams that run when its exit wait is over.
    (Peer::Rust, Peer::Kitex, STREAMS, OneEach),
    // The control.
    (Peer::Kitex, Peer::Kitex, GRPC, Anything),
    (Peer::Kitex, Peer::Kitex, GRPC_PROTOBUF, Anything),
    (Peer::Kitex, Peer::Kitex, TTHEADER, Anything),
    (Peer::Kitex, Peer::Kitex, MULTIPLEXED, Anything),
    (Peer::Kitex, Peer::Kitex, FRAMED, Anything),
    (Peer::Kitex, Peer::Kitex, STREAMS, Anything),
];

/// Restarts the servers while a client calls.
fn roll(client: Peer, server: Peer, wire: Wire) -> Rolled {
    let sockets =
        [(); SERVERS as usize].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
    let addresses = sockets
        .each_ref()
        .map(|socket| socket.local_addr().expect("bound"));
    let mut servers = sockets
        .each_ref()
        .map(|socket| Server::start(server, socket, wire));
    let addresses = addresses.each_ref().map(SocketAddr::to_string).join(",");
    let client = Client::start(client, wire, CALLERS, &["-addr", &addresses]);
    for (running, socket) in servers.iter_mut().zip(&sockets) {
        sleep(BETWEEN);
        let next = Server::start(server, socket, wire);
        std::mem::replace(running, next).stop();
    }
    sleep(BETWEEN);
    client.end()
}

/// Fails if more was lost than may be.
fn check(rolled: &Rolled, (wire, _): Wire, may_lose: &MayLose, callers: u64, said: &str) {
    assert!(rolled.calls > 0, "{said}");
    let can_stream = STREAMING.contains(&wire);
    assert_eq!(rolled.streams > 0, can_stream, "{said}");
    let most = match may_lose {
        OneEachBy(error) if rolled.first.contains(error) => SERVERS * callers,
        OneEach => SERVERS * callers,
        OneEachBy(_) | Nothing => 0,
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
                let rolled = roll(*client, *server, *wire);
                let said = format!("{client:?} -> {server:?}, {wire:?}: {rolled:?}");
                println!("{said}");
                check(&rolled, *wire, may_lose, CALLERS, &said);
            });
        }
    });
}
