//! The contract between peers, in every direction, over every wire: each scenario of
//! `interop/SCENARIOS.md` that the wire carries, five times over.

#[path = "../../../tests/alone/mod.rs"]
mod alone;
#[path = "../../registries/tests/etcd/server.rs"]
#[expect(dead_code, reason = "no test here kills etcd or writes to it")]
mod etcd;
mod generic;
mod limits;
mod rolling;
#[path = "../../grpc/tests/suite/support/skip.rs"]
mod skip;
mod support;
mod through;

use std::fmt::Debug;
use std::net::TcpListener;
use std::thread::Builder;

use support::{Peer, Server, events, run_client};

/// Scenarios run this often, for what shows only now and then.
const ROUNDS: usize = 5;

/// The flags of a server that speaks `wire`.
fn serving(wire: &str) -> &'static [&'static str] {
    match wire {
        "grpc-pb" | "kitexpb" => &["-proto", "pb"],
        _ => &["-proto", "thrift"],
    }
}

/// Runs these side by side: a scenario mostly waits, and no client may disturb another.
fn side_by_side<T: Sync + Debug>(these: &[T], run: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        for this in these {
            // What fails is told with the name of its thread.
            let thread = Builder::new().name(format!("{this:?}"));
            let started = thread.spawn_scoped(scope, || run(this));
            started.expect("there is room for a thread");
        }
    });
}

fn in_rounds(client: Peer, address: &str, flags: &[&str], rounds: usize) {
    side_by_side(&vec![(); rounds], |()| {
        run_client(client, address, flags);
    });
}

fn all_scenarios(client: Peer, server: Peer, wire: &str, rounds: usize) {
    let flags = [&["-proto", wire, "-scenario", "all"], server.answers()].concat();
    let Some(server) = Server::start(server, serving(wire)) else {
        return;
    };
    in_rounds(client, &server.address, &flags, rounds);
}

/// Every direction in which one side is ours.
const DIRECTIONS: [(Peer, Peer); 3] = [
    (Peer::Rust, Peer::Rust),
    (Peer::Rust, Peer::Kitex),
    (Peer::Kitex, Peer::Rust),
];

/// All scenarios over a wire in every direction, [`ROUNDS`] times.
fn in_every_direction(wire: &str) {
    side_by_side(&DIRECTIONS, |(client, server)| {
        all_scenarios(*client, *server, wire, ROUNDS);
    });
}

macro_rules! in_every_direction {
    ($($name:ident: $wire:literal;)*) => {$(
        #[test]
        fn $name() {
            in_every_direction($wire);
        }
    )*};
}

in_every_direction! {
    in_every_direction_over_ttheader_streaming: "ttheader-streaming";
    in_every_direction_over_ttheader_framed: "ttheader-framed";
    in_every_direction_over_ttheader: "ttheader";
    in_every_direction_over_framed: "framed";
    in_every_direction_over_buffered: "buffered";
    in_every_direction_over_grpc_thrift: "grpc-thrift";
    in_every_direction_over_grpc_protobuf: "grpc-pb";
    in_every_direction_over_kitex_protobuf: "kitexpb";
}

/// Runs ping-pong calls over TTHeader with `flag` given to both client and server.
fn calls_with(client: Peer, server: Peer, flag: &str) {
    // Our server needs no flag: it accepts each of these forms.
    let flags = match server {
        Peer::Kitex => &[flag][..],
        Peer::Rust => &[],
    };
    let Some(server) = Server::start(server, flags) else {
        return;
    };
    for wire in ["ttheader-framed", "ttheader"] {
        let all = ["-proto", wire, "-scenario", "all", flag];
        in_rounds(client, &server.address, &all, ROUNDS);
        let load = ["-parallel", "200", "-size", "5000", flag];
        let many = [&["-proto", wire, "-scenario", "many-pp"][..], &load].concat();
        run_client(client, &server.address, &many);
    }
}

macro_rules! calls_with {
    ($($name:ident: $client:ident -> $server:ident, $flag:literal;)*) => {$(
        #[test]
        fn $name() {
            calls_with(Peer::$client, Peer::$server, $flag);
        }
    )*};
}

calls_with! {
    rust_to_rust_with_multiplexed_calls: Rust -> Rust, "-mux-calls";
    rust_to_kitex_with_multiplexed_calls: Rust -> Kitex, "-mux-calls";
    kitex_to_rust_with_multiplexed_calls: Kitex -> Rust, "-mux-calls";
    kitex_to_kitex_with_multiplexed_calls: Kitex -> Kitex, "-mux-calls";
    rust_to_rust_with_checksums: Rust -> Rust, "-checksum";
    rust_to_kitex_with_checksums: Rust -> Kitex, "-checksum";
    kitex_to_rust_with_checksums: Kitex -> Rust, "-checksum";
}

/// A Kitex server without `WithMuxTransport` serves the multiplexed calls of a connection one after
/// the other.
#[test]
fn multiplexed_calls_to_a_kitex_server_that_serves_one_at_a_time() {
    let Some(server) = Server::start(Peer::Kitex, &[]) else {
        return;
    };
    let flags = [
        "-proto",
        "ttheader-framed",
        "-scenario",
        "echo,many-pp,biz-pp",
    ];
    run_client(
        Peer::Rust,
        &server.address,
        &[&flags[..], &["-mux-calls"]].concat(),
    );
}

/// One server with both IDLs serves the eight rows of the table in grpc-and-pingpong.md on one
/// port.
#[test]
fn g88_every_wire_reaches_its_handler_on_one_port() {
    let Some(server) = Server::start(Peer::Rust, &["-proto", "both"]) else {
        return;
    };
    let streams = ["ttheader-streaming", "grpc-thrift", "grpc-pb"];
    let calls = [
        "ttheader-framed",
        "ttheader",
        "framed",
        "buffered",
        "kitexpb",
    ];
    let all = streams.map(|wire| (wire, "bidi,echo")).into_iter();
    for (wire, scenarios) in all.chain(calls.map(|wire| (wire, "echo"))) {
        for client in [Peer::Rust, Peer::Kitex] {
            let flags = ["-proto", wire, "-scenario", scenarios];
            run_client(client, &server.address, &flags);
        }
    }
}

/// The control: what Kitex does not do with itself says nothing of ours.
#[test]
fn kitex_to_kitex() {
    for wire in ["grpc-thrift", "grpc-pb", "kitexpb"] {
        all_scenarios(Peer::Kitex, Peer::Kitex, wire, 1);
    }
}

/// Wires that carry streams.
const STREAMING: [&str; 3] = ["ttheader-streaming", "grpc-thrift", "grpc-pb"];

/// Rust → Kitex, and Kitex → Rust.
const BOTH_WAYS: [(Peer, Peer); 2] = [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)];

/// Runs the client with these flags against a server of its own, both ways over each of these wires. `more` are flags
/// of the server.
fn both_ways_over(wires: &[&str], more: &[&str], flags: &[&str]) {
    for wire in wires {
        for (client, server) in BOTH_WAYS {
            let of_server = [serving(wire), more].concat();
            let Some(server) = Server::start(server, &of_server) else {
                return;
            };
            let flags = [&["-proto", wire], flags].concat();
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}

/// `-conn` is about streams: one connection for all, a kept one for each at a time, a new one each.
#[test]
fn every_connection_mode_both_ways() {
    for mode in ["long", "short", "mux"] {
        let scenarios = "bidi,client,server,many,cancel";
        both_ways_over(&STREAMING, &[], &["-scenario", scenarios, "-conn", mode]);
    }
}

#[test]
fn payloads_of_70000_bytes_both_ways() {
    let scenarios = "bidi,bidi-pipelined,client,server,echo";
    both_ways_over(&STREAMING, &[], &["-scenario", scenarios, "-size", "70000"]);
    for (client, server) in BOTH_WAYS {
        let Some(server) = Server::start(server, &[]) else {
            return;
        };
        for wire in ["ttheader-framed", "ttheader", "framed", "buffered"] {
            let scenarios = "echo,many-pp";
            let flags = ["-proto", wire, "-scenario", scenarios, "-size", "70000"];
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}

#[test]
fn messages_of_64_mib_both_ways() {
    for (client, server) in BOTH_WAYS {
        // gRPC counts the fields around the payload too.
        for (wire, size) in [("ttheader-streaming", "67108864"), ("grpc-pb", "67108000")] {
            let Some(server) = Server::start(server, serving(wire)) else {
                return;
            };
            let scenario = ["-proto", wire, "-scenario", "bidi", "-count", "1"];
            let flags = [&scenario[..], &["-size", size]].concat();
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}

#[test]
fn a_thousand_streams_on_one_connection_both_ways() {
    let load = ["-parallel", "1000", "-count", "3"];
    both_ways_over(
        &STREAMING,
        &[],
        &[&["-scenario", "many"][..], &load].concat(),
    );
}

/// The server ends its own process in the middle of a call (scenario `exit`).
#[test]
fn a_killed_peer_ends_the_call_with_a_transport_error() {
    let exits = [
        ("ttheader-streaming", "exit"),
        ("framed", "exit-pp"),
        ("grpc-pb", "exit"),
        ("grpc-pb", "exit-pp"),
    ];
    side_by_side(&exits, |(wire, scenario)| {
        both_ways_over(&[*wire], &[], &["-scenario", *scenario]);
    });
}

/// If the server hangs, the client waits for one scenario only, and then fails.
#[test]
fn a_scenario_that_does_not_end_is_the_last() {
    // The operating system accepts the client's connections, and no process reads from them.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("bound").to_string();
    for client in [Peer::Rust, Peer::Kitex] {
        let flags = [
            "-proto",
            "framed",
            "-scenario",
            "echo,many-pp",
            "-timeout",
            "1s",
        ];
        let Some(said) = events(client, &address, &flags) else {
            return;
        };
        let of = |event: &str| {
            said.iter()
                .filter(|it| it["ev"] == event)
                .collect::<Vec<_>>()
        };
        let [result] = of("result")[..] else {
            panic!("{client:?}: {said:?}");
        };
        assert_eq!(result["~why"], "no end within 1s", "{client:?}");
        let summary = of("summary")[0];
        assert_eq!(
            (&summary["ok"], &summary["ran"]),
            (&false.into(), &1.into())
        );
    }
}

/// A server that stops serves the streams it has, and ends them when its time is over (scenario
/// `drain`).
#[test]
fn a_stopping_server_serves_its_streams_until_its_time_is_over_both_ways() {
    // Time enough for the client to come, on a busy machine too.
    let stopping = ["-stop-after", "4s", "-exit-wait", "1s"];
    side_by_side(&STREAMING, |wire| {
        both_ways_over(&[*wire], &stopping, &["-scenario", "drain"]);
    });
}
