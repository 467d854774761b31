//! The contract between peers, in every direction, over every wire: each scenario of
//! `interop/SCENARIOS.md` that the wire carries, five times over.

mod support;

use support::{Peer, Server, run_client};

/// Scenarios run this often, for what shows only now and then.
const ROUNDS: usize = 5;

fn all_scenarios(client: Peer, server: Peer, wire: &str) {
    let Some(server) = Server::start(server, &[]) else {
        return;
    };
    for _ in 0..ROUNDS {
        if !run_client(
            client,
            &server.address,
            &["-proto", wire, "-scenario", "all"],
        ) {
            return;
        }
    }
}

macro_rules! directions {
    ($($name:ident: $client:ident -> $server:ident, $wire:literal;)*) => {$(
        #[test]
        fn $name() {
            all_scenarios(Peer::$client, Peer::$server, $wire);
        }
    )*};
}

directions! {
    rust_to_rust_over_ttheader_streaming: Rust -> Rust, "ttheader-streaming";
    rust_to_rust_over_ttheader_framed: Rust -> Rust, "ttheader-framed";
    rust_to_rust_over_framed: Rust -> Rust, "framed";
    rust_to_kitex_over_ttheader_streaming: Rust -> Kitex, "ttheader-streaming";
    rust_to_kitex_over_ttheader_framed: Rust -> Kitex, "ttheader-framed";
    rust_to_kitex_over_framed: Rust -> Kitex, "framed";
    kitex_to_rust_over_ttheader_streaming: Kitex -> Rust, "ttheader-streaming";
    kitex_to_rust_over_ttheader_framed: Kitex -> Rust, "ttheader-framed";
    kitex_to_rust_over_framed: Kitex -> Rust, "framed";
}

/// `-conn` is about streams: one connection for all, a kept one for each at a time, a new one each.
#[test]
fn every_connection_mode_both_ways() {
    for (client, server) in [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)] {
        let Some(server) = Server::start(server, &[]) else {
            return;
        };
        for mode in ["long", "short", "mux"] {
            let flags = ["-scenario", "bidi,client,server,many,cancel", "-conn", mode];
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}

#[test]
fn payloads_of_70000_bytes_both_ways() {
    for (client, server) in [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)] {
        let Some(server) = Server::start(server, &[]) else {
            return;
        };
        for wire in ["ttheader-streaming", "ttheader-framed", "framed"] {
            let scenarios = match wire {
                "ttheader-streaming" => "bidi,bidi-pipelined,client,server,echo",
                _ => "echo,many-pp",
            };
            let flags = ["-proto", wire, "-scenario", scenarios, "-size", "70000"];
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}

#[test]
fn messages_of_64_mib_both_ways() {
    for (client, server) in [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)] {
        let Some(server) = Server::start(server, &[]) else {
            return;
        };
        let flags = [
            "-scenario",
            "bidi",
            "-count",
            "1",
            "-size",
            "67108864",
            "-timeout",
            "60s",
        ];
        if !run_client(client, &server.address, &flags) {
            return;
        }
    }
}

#[test]
fn a_thousand_streams_on_one_connection_both_ways() {
    for (client, server) in [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)] {
        let Some(server) = Server::start(server, &[]) else {
            return;
        };
        let flags = [
            "-scenario",
            "many",
            "-parallel",
            "1000",
            "-count",
            "3",
            "-timeout",
            "60s",
        ];
        if !run_client(client, &server.address, &flags) {
            return;
        }
    }
}

/// The server ends its own process in the middle of a call (scenario `exit`).
#[test]
fn a_killed_peer_ends_the_call_with_a_transport_error() {
    for (client, server) in [(Peer::Rust, Peer::Kitex), (Peer::Kitex, Peer::Rust)] {
        for (wire, scenario) in [("ttheader-streaming", "exit"), ("framed", "exit-pp")] {
            let Some(server) = Server::start(server, &[]) else {
                return;
            };
            let flags = ["-proto", wire, "-scenario", scenario];
            if !run_client(client, &server.address, &flags) {
                return;
            }
        }
    }
}
