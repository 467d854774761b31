//! The programs of Kitex's guide to streaming generic calls, with Thrift and with Protobuf, in all shapes: each
//! client without generated code against each server, of generated code and without it, and against grpcio, as
//! in the guide's FAQ. The Kitex side is `interop/kitex/cmd/guide`.

#[path = "../../../../tests/alone/mod.rs"]
mod alone;
mod bytes;
#[path = "../../../../dynamic/tests/json/server/echo.rs"]
mod echo;
mod generic;
#[path = "../../../grpc/tests/suite/support/grpcio.rs"]
mod grpcio;
#[path = "../../../peer/tests/support/kitex.rs"]
mod kitex;
mod programs;
mod servers;
#[path = "../../../grpc/tests/suite/support/skip.rs"]
mod skip;
mod suites;

use std::path::{Path, PathBuf};
use std::process::Command;

use streamgen_runtime::Transport;

use programs::{client, told};
use servers::{Peer, ours};

/// One of the guide's IDLs.
#[derive(Clone, Copy)]
pub(crate) struct Idl {
    /// As the Kitex program has it.
    language: &'static str,
    file: &'static str,
    service: &'static str,
    /// Methods by shape: client, server, bidirectional, and calls.
    client: &'static str,
    server: &'static str,
    bidi: &'static str,
    call: &'static str,
    /// The method of `streaming.mode = "unary"`, which goes over gRPC only.
    unary: Option<&'static str>,
}

const THRIFT: Idl = Idl {
    language: "thrift",
    file: "echo.thrift",
    service: "TestService",
    client: "EchoClient",
    server: "EchoServer",
    bidi: "Echo",
    call: "EchoPingPong",
    unary: Some("EchoUnary"),
};

const PROTO: Idl = Idl {
    language: "proto",
    file: "streaming.proto",
    service: "StreamingService",
    client: "StreamRequestEcho",
    server: "StreamResponseEcho",
    bidi: "BidirectionalEcho",
    call: "UnaryEcho",
    unary: None,
};

/// Methods that no IDL has, of messages as in that of Thrift.
const UNKNOWN: Idl = Idl {
    language: "thrift",
    file: "",
    service: "UnknownService",
    client: "UnknownClient",
    server: "UnknownServer",
    bidi: "UnknownBidi",
    call: "UnknownCall",
    unary: None,
};

impl Idl {
    fn path(self) -> PathBuf {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../idl/guide");
        folder.join(self.file)
    }

    /// What each client prints, with as many calls as it makes.
    fn expected(self, calls: usize) -> String {
        let server = r#"server {"message":"grpc server streaming generic request"}"#;
        let bidi = |number| {
            format!(
                r#"bidi {{"message":"grpc bidirectional streaming generic {number}th request"}}"#
            )
        };
        let mut lines =
            vec![r#"client {"message":"grpc client streaming generic 2th request"}"#.to_owned()];
        lines.extend([server, server, server, "server end"].map(str::to_owned));
        lines.extend((0..3).map(bidi));
        lines.push("bidi end".to_owned());
        lines.extend(vec![
            r#"call {"message":"unary request"}"#.to_owned();
            calls
        ]);
        lines.join("\n") + "\n"
    }

    fn calls(self, wire: Transport) -> usize {
        match wire {
            Transport::Grpc => 1 + usize::from(self.unary.is_some()),
            _ => 1,
        }
    }
}

/// Our client without generated code, at a server.
async fn assert_ours(idl: Idl, wire: Transport, address: &str) {
    let client = client(idl, wire, address);
    let told = told(idl, wire, &client).await;
    let told = told.unwrap_or_else(|error| panic!("{}, {wire:?}: {error}", idl.language));
    assert_eq!(
        told,
        idl.expected(idl.calls(wire)),
        "{}, {wire:?}",
        idl.language
    );
}

/// Kitex's client without generated code, at a server; nothing without Go.
async fn assert_kitex(idl: Idl, wire: Transport, address: String) {
    let Some(program) = kitex::program("guide") else {
        return;
    };
    let name = if wire == Transport::Grpc {
        "grpc"
    } else {
        "ttheader"
    };
    let mut command = Command::new(program);
    command.args(["call", idl.language]).arg(idl.path());
    command.args([&address, name]);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.expect("no panic").expect("the Go program starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}, {name}: {errors}",
        idl.language
    );
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        told,
        idl.expected(idl.calls(wire)),
        "{}, {name}",
        idl.language
    );
}

const WIRES: [(Idl, Transport); 3] = [
    (THRIFT, Transport::TtHeaderStreaming),
    (THRIFT, Transport::Grpc),
    (PROTO, Transport::Grpc),
];

#[tokio::test(flavor = "multi_thread")]
async fn ours_to_our_generated_code() {
    let address = ours().await;
    for (idl, wire) in WIRES {
        assert_ours(idl, wire, &address).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ours_to_generated_code_of_kitex() {
    for (idl, wire) in WIRES {
        let Some(server) = Peer::kitex(idl.language) else {
            return;
        };
        assert_ours(idl, wire, &server.address).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kitex_to_our_generated_code() {
    let address = ours().await;
    for (idl, wire) in WIRES {
        assert_kitex(idl, wire, address.clone()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ours_to_our_handler_of_json() {
    let address = generic::ours().await;
    for (idl, wire) in WIRES {
        assert_ours(idl, wire, &address).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kitex_to_our_handler_of_json() {
    let address = generic::ours().await;
    for (idl, wire) in WIRES {
        assert_kitex(idl, wire, address.clone()).await;
    }
}

/// What is written in Go is what Kitex does.
#[tokio::test(flavor = "multi_thread")]
async fn kitex_to_generated_code_of_kitex() {
    for (idl, wire) in WIRES {
        let Some(server) = Peer::kitex(idl.language) else {
            return;
        };
        assert_kitex(idl, wire, server.address.clone()).await;
    }
}

/// The question of the FAQ: a path without the package of the IDL, which grpcio does not find.
#[tokio::test(flavor = "multi_thread")]
async fn ours_and_kitex_to_grpcio() {
    let Some(server) = Peer::grpcio() else {
        return;
    };
    assert_ours(PROTO, Transport::Grpc, &server.address).await;
    assert_kitex(PROTO, Transport::Grpc, server.address.clone()).await;
}
