//! A real etcd lists three servers. They restart one after the other, each at its own address, while clients follow
//! the list and call them, as in production. Our servers lose no call, except through two gaps of Kitex's clients,
//! which no server can close ([`CLOSED`], [`GOAWAY`]).

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::MayLose::{self, Anything, Nothing, OneEach, OneEachBy};
use super::client::{Client, Rolled};
use super::server::Server;
use super::{
    FRAMED, GOAWAY, GRPC, GRPC_PROTOBUF, MULTIPLEXED, SERVERS, STREAMS, TTHEADER, Wire, check,
};
use crate::etcd::EtcdServer;
use crate::support::{Peer, program};

/// How many callers of a client make calls, and how many make streams.
const CALLERS: u64 = 2;
/// How long a Kitex server waits for its streams. It always takes as long as this.
const KITEX_EXIT_WAIT: &str = "2s";
/// Kitex's client closes a multiplexed connection when its server leaves the list, with the calls that wait for
/// answers on it (`MuxPool.Clean` in `mux_pool.go`), whoever the server is. The control shows it, too.
const CLOSED: MayLose = OneEachBy("conn closed");
/// How long it may take until etcd lists a server on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// How fast clients learn that a server has left the list, and how long a server waits for them to learn it.
struct Pace {
    /// How often Kitex's clients ask etcd; `0s` for Kitex's own interval.
    refresh: &'static str,
    /// How long our servers serve on. Longer than a client takes to hear of a change on a busy machine, and
    /// than a stream takes that began before.
    drain_delay: &'static str,
    /// Before each restart.
    between: Duration,
}

/// So that the test is short.
const QUICK: Pace = Pace {
    refresh: "300ms",
    drain_delay: "5s",
    between: Duration::from_millis(600),
};

/// What the documents advise for Kitex's clients as they are, which ask every 5 s.
const ADVISED: Pace = Pace {
    refresh: "0s",
    drain_delay: "6s",
    between: Duration::from_secs(5),
};

/// Servers of one service, and the wires of the clients that call them. A server of ours speaks all wires on
/// its port; one of Kitex's needs another port for each IDL and for multiplexed calls.
struct Group {
    servers: Peer,
    /// What etcd knows the service by.
    name: &'static str,
    flags: &'static [&'static str],
    wires: &'static [Wire],
}

const GROUPS: [Group; 4] = [
    Group {
        servers: Peer::Rust,
        name: "ours",
        flags: &["-proto", "both"],
        wires: &[STREAMS, GRPC, GRPC_PROTOBUF, FRAMED, TTHEADER, MULTIPLEXED],
    },
    Group {
        servers: Peer::Kitex,
        name: "kitex-thrift",
        flags: &["-proto", "thrift", "-exit-wait", KITEX_EXIT_WAIT],
        wires: &[STREAMS, GRPC, FRAMED, TTHEADER],
    },
    Group {
        servers: Peer::Kitex,
        name: "kitex-protobuf",
        flags: &["-proto", "pb", "-exit-wait", KITEX_EXIT_WAIT],
        wires: &[GRPC_PROTOBUF],
    },
    Group {
        servers: Peer::Kitex,
        name: "kitex-multiplexed",
        flags: &["-mux-calls", "-exit-wait", KITEX_EXIT_WAIT],
        wires: &[MULTIPLEXED],
    },
];

impl Group {
    fn start(&self, etcd: &EtcdServer, pace: &Pace, address: &str) -> Server {
        let registry = etcd.address();
        let place = ["-addr", address, "-registry", &registry, "-name", self.name];
        let delay: &[&str] = match self.servers {
            Peer::Rust => &["-drain-delay", pace.drain_delay],
            Peer::Kitex => &[],
        };
        Server::listening(self.servers, &[&place, delay, self.flags].concat())
    }

    /// Waits until etcd lists all servers. Kitex's register themselves after a second.
    fn until_listed(&self, etcd: &EtcdServer) {
        let begun = Instant::now();
        let prefix = format!("kitex/registry-etcd/{}/", self.name);
        while etcd.values(&prefix).len() < SERVERS as usize {
            assert!(begun.elapsed() < PATIENCE, "{} is not listed", self.name);
            sleep(Duration::from_millis(20));
        }
    }

    /// Starts a client of ours and one of Kitex's for each wire. Over TTHeader Streaming, Kitex's servers get no
    /// client of Kitex's: a server of Kitex's refuses connections before clients know that it has left the list, and
    /// a client of Kitex's whose connection was refused once waits for ever with its streams to that address.
    fn clients(&self, etcd: &EtcdServer, pace: &Pace) -> Vec<(Peer, Wire, Client)> {
        let registry = etcd.address();
        let start = |peer: Peer, wire: Wire| {
            let place = ["-registry", &registry, "-name", self.name];
            let refresh: &[&str] = match peer {
                Peer::Kitex => &["-refresh", pace.refresh],
                Peer::Rust => &[],
            };
            Client::start(peer, wire, CALLERS, &[&place, refresh].concat())
        };
        let wires = self.wires.iter();
        let of_both = wires.flat_map(|wire| [(Peer::Kitex, *wire), (Peer::Rust, *wire)]);
        let can_end = |(client, wire): &(Peer, Wire)| {
            *wire != STREAMS || *client != Peer::Kitex || self.servers != Peer::Kitex
        };
        let started = |(client, wire)| (client, wire, start(client, wire));
        of_both.filter(can_end).map(started).collect()
    }

    /// Restarts the servers while the clients call.
    fn roll(&self, etcd: &EtcdServer, pace: &Pace) {
        let servers = [(); SERVERS as usize].map(|()| self.start(etcd, pace, "127.0.0.1:0"));
        self.until_listed(etcd);
        let clients = self.clients(etcd, pace);
        let mut next = Vec::new();
        for server in servers {
            sleep(pace.between);
            let address = server.address.clone();
            server.stop();
            next.push(self.start(etcd, pace, &address));
            self.until_listed(etcd);
        }
        sleep(pace.between);
        for (client, wire, calls) in clients {
            self.check(client, wire, &calls.end());
        }
    }

    /// Fails if more was lost than may be.
    fn check(&self, client: Peer, wire: Wire, rolled: &Rolled) {
        let said = format!("{client:?} -> {}, {wire:?}: {rolled:?}", self.name);
        println!("{said}");
        let may_lose = match (client, self.servers) {
            (Peer::Kitex, Peer::Rust) if wire == MULTIPLEXED => CLOSED,
            (Peer::Kitex, Peer::Rust) if wire == GRPC || wire == GRPC_PROTOBUF => GOAWAY,
            (_, Peer::Rust) => Nothing,
            // Kitex's server begins to stop as soon as it is off the list, and closes what is idle 100 ms later:
            // a client that hears of it on a busy machine is late.
            (Peer::Rust, Peer::Kitex) => OneEach,
            // The control.
            (Peer::Kitex, Peer::Kitex) => Anything,
        };
        check(rolled, wire, &may_lose, CALLERS, &said);
    }
}

/// All side by side, for they mostly wait.
fn roll(pace: &Pace) {
    if program("peer").is_none() {
        return;
    }
    let Some(etcd) = EtcdServer::start() else {
        return;
    };
    std::thread::scope(|scope| {
        for group in &GROUPS {
            scope.spawn(|| group.roll(&etcd, pace));
        }
    });
}

#[test]
fn nobody_notices_restarts_of_servers_that_a_registry_lists() {
    roll(&QUICK);
}

#[test]
#[ignore = "it takes 45 s, because each of three servers serves on for the drain delay that is advised; docs/restarts.md has its figures"]
fn nobody_notices_restarts_at_the_pace_that_is_advised() {
    roll(&ADVISED);
}
