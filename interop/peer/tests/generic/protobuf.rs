//! The same by `interop/idl/peer.proto`: a path of gRPC has the package, which Kitex's generic client left out
//! before v0.13.1, so that servers of other languages did not know its methods.

use std::path::Path;

use serde_json::{Value, json};
use streamgen_dynamic::Provider;
use streamgen_dynamic::client::JsonClient;
use streamgen_runtime::UnaryTransport;
use streamgen_runtime::client::Channel;

use super::{call, streams};
use crate::support::{CONNECTED, Peer, Server};

/// A client of PeerPb. Streams are over gRPC, as with every Protobuf service.
fn client(server: &Server, unary: Option<UnaryTransport>) -> JsonClient {
    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/peer.proto");
    let schema = Provider::file(idl).load().expect("the IDL is right");
    let channel = Channel::builder("peer").address(server.address.clone());
    let channel = channel.connect_timeout(CONNECTED);
    let channel = match unary {
        Some(wire) => channel.unary_transport(wire),
        None => channel,
    };
    let service = schema.service("peerpb.PeerPb").expect("it is there");
    let channel = channel.build().expect("it has an address");
    JsonClient::new(&service, channel).expect("there are few services")
}

/// Integers of 64 bits are strings, and zero is left out.
fn message(text: &str, seq: u32) -> Value {
    let mut message =
        json!({"text": text, "payload": "AAEC", "attrs": {"k": "v"}, "color": "BLUE"});
    if seq > 0 {
        message["seq"] = seq.to_string().into();
    }
    message
}

/// One field of each type, with values at their limits.
fn everything() -> Value {
    json!({
        "flag": true, "i32": -2_147_483_648_i64, "i64": "-9223372036854775808", "u32": 4_294_967_295_u32,
        "u64": "18446744073709551615", "s32": -1, "s64": "-2", "f32": 3, "f64": "4", "sf32": -5, "sf64": "-6",
        "real32": 0.1, "real64": 1e300, "text": "<é>", "blob": "AP+A", "color": "NEG", "longs": ["1", "-2"],
        "longsUnpacked": ["3"], "tags": ["x", ""], "counts": {"k": "1"}, "names": {"-1": "minus"},
        "inners": [{"id": 1, "next": {"label": "a"}}, {}], "groups": {"g": {"id": 2}}, "one": {},
        "maybeInt": 0, "word": "w", "flags": {"true": "AA=="}, "colors": ["RED", "BLUE", 99],
        "reals": [0.5, "-Infinity"], "far": 1,
    })
}

async fn all(server: Peer) {
    let Some(server) = Server::start(server, &["-proto", "pb"]) else {
        return;
    };
    let grpc = client(&server, None);
    let made = streams(&grpc, message).await;
    made.unwrap_or_else(|error| panic!("{error}"));
    let framed = client(&server, Some(UnaryTransport::Framed));
    let ttheader = client(&server, Some(UnaryTransport::TtHeaderFramed));
    for client in [&grpc, &framed, &ttheader] {
        let reply = call(client, "Echo", message("a", 7)).await;
        assert_eq!(reply.ok(), Some(message("pong:a", 7)));
        let reply = call(client, "EchoEverything", everything()).await;
        assert_eq!(reply.ok(), Some(everything()));
    }
}

#[tokio::test]
async fn protobuf_json_to_rust() {
    all(Peer::Rust).await;
}

#[tokio::test]
async fn protobuf_json_to_kitex() {
    all(Peer::Kitex).await;
}
