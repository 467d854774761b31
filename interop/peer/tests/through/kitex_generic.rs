//! Kitex's generic clients, of JSON and of bytes, call services that have no generated code.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use streamgen_runtime::{ServerBuilder, Transport, UnaryTransport};

use super::{proxy, relay, serve};
use crate::support::{Peer, Server, program};

/// What Kitex's generic clients are told by `server` behind something in the middle.
fn answers(server: Peer, middle: impl FnOnce(&Server) -> ServerBuilder) -> Option<Vec<Value>> {
    let program = program("generic")?;
    let server = Server::start(server, &["-proto", "thrift"])?;
    let address = serve(middle(&server)).to_string();
    let idl = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/peer.thrift");
    let mut command = Command::new(program);
    let output = command.arg("client").arg(address).arg(idl).output();
    let output = output.expect("the client runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8(output.stdout).expect("UTF-8");
    let lines = lines.lines().map(serde_json::from_str);
    Some(lines.map(|line| line.expect("a JSON line")).collect())
}

/// What a server of `interop/SCENARIOS.md` answers.
fn expected() -> Vec<Value> {
    let mut lines = Vec::new();
    for wire in ["Framed", "TTHeader|Framed", "GRPC"] {
        for form in ["json", "binary"] {
            lines.push(json!([wire, form, "call", ["pong:a"]]));
            lines.push(json!([wire, form, "client", ["got:b"]]));
            lines.push(json!([wire, form, "server", ["m#0", "m#1"]]));
            lines.push(json!([wire, form, "bidi", ["echo:a", "echo:b"]]));
        }
    }
    lines
}

#[test]
fn kitex_generic_to_a_handler_of_bytes() {
    for server in [Peer::Rust, Peer::Kitex] {
        if let Some(answers) = answers(server, proxy) {
            assert_eq!(answers, expected(), "{server:?}");
        }
    }
}

#[test]
fn kitex_generic_to_a_handler_of_json() {
    let wires = (Transport::TtHeaderStreaming, UnaryTransport::TtHeaderFramed);
    let middle = |server: &Server| relay::relay(server, "peer.thrift", ["Peer", "Other"], wires);
    if let Some(answers) = answers(Peer::Rust, middle) {
        assert_eq!(answers, expected());
    }
}
