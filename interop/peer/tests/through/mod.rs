//! The contract through something in the middle that has no generated code: the proxy of bytes of
//! `examples/proxy`, and a relay that makes JSON of every message. Clients and servers are as without it.

mod kitex_generic;
mod relay;

use std::net::SocketAddr;

use proxy_example::Proxy;
use streamgen_runtime::{Server as Middle, ServerBuilder, Transport, UnaryTransport};

use crate::serving;
use crate::support::{Peer, Server, run_client, scenarios};

/// What is left out. After some scenarios, there is no server any more, and some need one with a limit. And the server sees the name of
/// what is in the middle, not that of the client.
const BYTES: &[&str] = &[
    "exit",
    "exit-pp",
    "drain",
    "rolling",
    "limited",
    "limited-pp",
    "who-pp",
];

/// The same for JSON. A typed handler that returns an error of another service answers with one of its
/// own (type 6), and so does this one.
const JSON: &[&str] = &[
    "exit",
    "exit-pp",
    "drain",
    "rolling",
    "limited",
    "limited-pp",
    "who-pp",
    "trans-pp",
];

/// Serves on a free port until the test ends.
fn serve(builder: ServerBuilder) -> SocketAddr {
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .expect("threads");
        runtime.block_on(async {
            let server = builder.bind("127.0.0.1:0").await.expect("a free port");
            let address = server.local_addr().expect("it is bound");
            tell.send(address).expect("the test waits");
            server.serve().await
        })
    });
    told.recv().expect("it is bound")
}

/// Runs the client's scenarios of `wire` against a server behind `middle`.
fn run(
    client: Peer,
    server: Peer,
    wire: &str,
    left_out: &[&str],
    middle: impl FnOnce(&Server) -> ServerBuilder,
) {
    let answers = server.answers();
    let Some(server) = Server::start(server, serving(wire)) else {
        return;
    };
    let Some(scenarios) = scenarios(client, wire) else {
        return;
    };
    let scenarios = scenarios.into_iter();
    let scenarios = scenarios.filter(|name| !left_out.contains(&&**name));
    let scenarios = scenarios.collect::<Vec<_>>().join(",");
    let address = serve(middle(&server)).to_string();
    let flags = [&["-proto", wire, "-scenario", &scenarios], answers].concat();
    run_client(client, &address, &flags);
}

fn proxy(server: &Server) -> ServerBuilder {
    let proxy = Proxy::new(&server.address).expect("an address");
    Middle::builder().add_unknown_handler(proxy)
}

macro_rules! through {
    ($($name:ident: $client:ident -> $server:ident, $wire:literal;)*) => {$(
        #[test]
        fn $name() {
            run(Peer::$client, Peer::$server, $wire, BYTES, proxy);
        }
    )*};
}

through! {
    kitex_to_kitex_through_bytes_over_ttheader_streaming: Kitex -> Kitex, "ttheader-streaming";
    kitex_to_kitex_through_bytes_over_ttheader_framed: Kitex -> Kitex, "ttheader-framed";
    kitex_to_kitex_through_bytes_over_ttheader: Kitex -> Kitex, "ttheader";
    kitex_to_kitex_through_bytes_over_framed: Kitex -> Kitex, "framed";
    kitex_to_kitex_through_bytes_over_buffered: Kitex -> Kitex, "buffered";
    kitex_to_kitex_through_bytes_over_grpc_thrift: Kitex -> Kitex, "grpc-thrift";
    kitex_to_kitex_through_bytes_over_grpc_protobuf: Kitex -> Kitex, "grpc-pb";
    kitex_to_kitex_through_bytes_over_kitex_protobuf: Kitex -> Kitex, "kitexpb";
}

macro_rules! through_json {
    ($($name:ident: $client:ident -> $server:ident, $wire:literal, $stream:ident, $unary:ident;)*) => {$(
        #[test]
        fn $name() {
            let wires = (Transport::$stream, UnaryTransport::$unary);
            let (idl, names) = match serving($wire) {
                ["-proto", "pb"] => ("peer.proto", ["PeerPb", "OtherPb"]),
                _ => ("peer.thrift", ["Peer", "Other"]),
            };
            run(Peer::$client, Peer::$server, $wire, JSON, |server| {
                relay::relay(server, idl, names, wires)
            });
        }
    )*};
}

through_json! {
    kitex_to_rust_through_json_over_ttheader_streaming: Kitex -> Rust, "ttheader-streaming", TtHeaderStreaming, TtHeaderFramed;
    kitex_to_rust_through_json_over_framed: Kitex -> Rust, "framed", TtHeaderStreaming, Framed;
    kitex_to_rust_through_json_over_grpc_thrift: Kitex -> Rust, "grpc-thrift", Grpc, Grpc;
    kitex_to_rust_through_json_over_grpc_protobuf: Kitex -> Rust, "grpc-pb", Grpc, Grpc;
}
