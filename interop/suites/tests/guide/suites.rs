//! kitex-tests' suites of generic calls, re-stated with the programs of the guide. Which case is which, the table in
//! `interop/suites/README.md` says.

use std::process::Command;

use streamgen_dynamic::client::CallError;
use streamgen_runtime::Transport::{Grpc, TtHeaderStreaming};
use streamgen_runtime::UnaryTransport::{Framed, Grpc as GrpcCalls, TtHeader, TtHeaderFramed};
use streamgen_runtime::{Server, Transport, UnaryTransport};

use crate::servers::{self, Peer, spawned, typed};
use crate::{Idl, PROTO, THRIFT, UNKNOWN, bytes, generic, kitex, programs};

/// Kitex's protocols, by the names of its program, and ours that are the same on the wire.
const WIRES: [(&str, (Transport, UnaryTransport)); 5] = [
    ("framed", (TtHeaderStreaming, Framed)),
    ("ttheader-calls", (TtHeaderStreaming, TtHeader)),
    ("grpc", (Grpc, GrpcCalls)),
    ("grpc-streaming", (Grpc, TtHeaderFramed)),
    ("ttheader-streaming", (TtHeaderStreaming, TtHeaderFramed)),
];

/// The wires for an IDL: TTHeader carries Protobuf with Framed inside.
fn transports(
    idl: Idl,
    (stream, unary): (Transport, UnaryTransport),
) -> (Transport, UnaryTransport) {
    match unary {
        TtHeader if idl.language == PROTO.language => (stream, TtHeaderFramed),
        _ => (stream, unary),
    }
}

/// Whether the suites call streams over it: of Protobuf, only over gRPC.
fn has_streams(idl: Idl, wire: &str) -> bool {
    match wire {
        "grpc" | "grpc-streaming" => true,
        "ttheader-streaming" => idl.language == THRIFT.language,
        _ => false,
    }
}

/// What a client is told of calls, and of streams in front of them.
fn expected(idl: Idl, wire: &str) -> String {
    match has_streams(idl, wire) {
        true => idl.expected(1),
        false => "call {\"message\":\"unary request\"}\n".to_owned(),
    }
}

/// Runs Kitex's program: what it prints, or how it fails; `None` without Go.
async fn kitex_told(args: Vec<String>) -> Option<Result<String, String>> {
    let mut command = Command::new(kitex::program("guide")?);
    command.args(args);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output.expect("no panic").expect("the Go program starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Some(match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    })
}

/// Kitex's client of bytes: of `service`, and with calls of `other` if that is given.
async fn kitex_bytes(
    idl: Idl,
    wire: &str,
    address: &str,
    (service, other): (&str, Option<&str>),
    shapes: &str,
) -> Option<Result<String, String>> {
    let args = ["call-bytes", idl.language, address, wire, shapes, service];
    let args = args.into_iter().chain(other);
    kitex_told(args.map(str::to_owned).collect()).await
}

fn shapes(idl: Idl, wire: &str) -> &'static str {
    match has_streams(idl, wire) {
        true => "all",
        false => "calls",
    }
}

/// A server of ours with a handler of unknown services and methods.
async fn unknown() -> String {
    spawned(Server::builder().add_unknown_handler(bytes::Unknown)).await
}

/// The same beside the services of generated code.
async fn both() -> String {
    spawned(typed().add_unknown_handler(bytes::Unknown)).await
}

/// Our client of bytes.
async fn assert_ours(
    idl: Idl,
    wire: (&str, (Transport, UnaryTransport)),
    address: &str,
    service: &'static str,
) {
    let channel = bytes::channel(address, transports(idl, wire.1));
    let client = bytes::client(idl, &channel, service);
    let mut told = String::new();
    if has_streams(idl, wire.0) {
        let streams = bytes::told_of_streams(idl, &client).await;
        told += &streams.unwrap_or_else(|error| panic!("{}, {}: {error}", idl.language, wire.0));
    }
    let calls = bytes::told_of_calls(idl, &client).await;
    told += &calls.unwrap_or_else(|error| panic!("{}, {}: {error}", idl.language, wire.0));
    assert_eq!(told, expected(idl, wire.0), "{}, {}", idl.language, wire.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_kitex_to_generated_code_and_to_a_handler_of_bytes() {
    for address in [servers::ours().await, unknown().await] {
        for idl in [THRIFT, PROTO] {
            for (wire, _) in WIRES {
                let names = (idl.service, None);
                let told = kitex_bytes(idl, wire, &address, names, shapes(idl, wire)).await;
                let Some(told) = told else { return };
                assert_eq!(told, Ok(expected(idl, wire)), "{}, {wire}", idl.language);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_of_ours_to_generated_code_of_kitex_and_to_its_handler_of_bytes() {
    for kind in ["serve", "serve-unknown"] {
        for idl in [THRIFT, PROTO] {
            let Some(server) = Peer::of_kitex(&[kind, idl.language]) else {
                return;
            };
            for wire in WIRES {
                assert_ours(idl, wire, &server.address, idl.service).await;
            }
        }
    }
}

/// A service that the server does not know, but that of the call is another one. Framed names none.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_of_bytes_of_kitex_calls_another_service() {
    let address = unknown().await;
    for idl in [THRIFT, PROTO] {
        for (wire, _) in WIRES.into_iter().filter(|(wire, _)| *wire != "framed") {
            let shapes = shapes(idl, wire);
            let missing = ("ClientSideIDLService", None);
            let Some(told) = kitex_bytes(idl, wire, &address, missing, shapes).await else {
                return;
            };
            assert!(told.is_err(), "{}, {wire}: {told:?}", idl.language);
            let other = ("ClientSideIDLService", Some(idl.service));
            let told = kitex_bytes(idl, wire, &address, other, shapes).await;
            assert_eq!(
                told,
                Some(Ok(expected(idl, wire))),
                "{}, {wire}",
                idl.language
            );
        }
    }
}

/// Ours has a client for each service, over the same connections.
#[tokio::test(flavor = "multi_thread")]
async fn clients_of_bytes_of_ours_call_other_services_over_the_same_connections() {
    for idl in [THRIFT, PROTO] {
        let Some(server) = Peer::of_kitex(&["serve-unknown", idl.language]) else {
            return;
        };
        for (wire, ours) in WIRES.into_iter().filter(|(wire, _)| *wire != "framed") {
            let channel = bytes::channel(&server.address, transports(idl, ours));
            let missing = bytes::client(idl, &channel, "ClientSideIDLService");
            let error = bytes::told_of_calls(idl, &missing).await;
            assert!(error.is_err(), "{}, {wire}: {error:?}", idl.language);
            if has_streams(idl, wire) {
                let error = bytes::told_of_streams(idl, &missing).await;
                assert!(error.is_err(), "{}, {wire}: {error:?}", idl.language);
            }
            let client = bytes::client(idl, &channel, idl.service);
            let told = bytes::told_of_calls(idl, &client).await;
            assert!(told.is_ok(), "{}, {wire}: {told:?}", idl.language);
        }
    }
}

/// Methods that no IDL has: of a service that nobody has, and of one that generated code serves beside.
#[tokio::test(flavor = "multi_thread")]
async fn unknown_methods_of_kitex_and_known_ones_beside() {
    let address = both().await;
    for (wire, _) in WIRES
        .into_iter()
        .filter(|(wire, _)| *wire != "ttheader-streaming")
    {
        for service in ["UnknownService", THRIFT.service] {
            let unknown = if has_streams(THRIFT, wire) {
                "unknown"
            } else {
                "unknown-calls"
            };
            let told = kitex_bytes(THRIFT, wire, &address, (service, None), unknown).await;
            let Some(told) = told else { return };
            assert_eq!(told, Ok(expected(UNKNOWN, wire)), "{service}, {wire}");
        }
        let known = (THRIFT.service, None);
        let told = kitex_bytes(THRIFT, wire, &address, known, shapes(THRIFT, wire)).await;
        assert_eq!(told, Some(Ok(expected(THRIFT, wire))), "{wire}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_methods_of_ours_at_kitex_and_known_ones_beside() {
    let Some(server) = Peer::of_kitex(&["serve-both", THRIFT.language]) else {
        return;
    };
    for wire in WIRES {
        for service in ["UnknownService", THRIFT.service] {
            assert_ours(UNKNOWN, wire, &server.address, service).await;
        }
        assert_ours(THRIFT, wire, &server.address, THRIFT.service).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_of_kitex_to_our_handler_over_every_protocol() {
    let address = generic::ours().await;
    for idl in [THRIFT, PROTO] {
        for (wire, _) in WIRES {
            // Kitex's client streams over its default wire where the protocol has none. JSON of Protobuf goes
            // over gRPC only.
            if idl.language == PROTO.language && !has_streams(idl, wire) {
                continue;
            }
            let path = idl.path().display().to_string();
            let args = ["call", idl.language, &path, &address, wire];
            let Some(told) = kitex_told(args.map(str::to_owned).to_vec()).await else {
                return;
            };
            let calls = if wire == "grpc" && idl.unary.is_some() {
                2
            } else {
                1
            };
            assert_eq!(told, Ok(idl.expected(calls)), "{}, {wire}", idl.language);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn json_of_ours_to_a_handler_of_kitex() -> Result<(), CallError> {
    for (idl, wire) in crate::WIRES {
        let path = idl.path().display().to_string();
        let Some(server) = Peer::of_kitex(&["serve-json", idl.language, &path]) else {
            return Ok(());
        };
        crate::assert_ours(idl, wire, &server.address).await;
        // Framed carries no business error.
        let calls = if wire == Grpc { GrpcCalls } else { TtHeader };
        let channel = bytes::channel(&server.address, (wire, calls));
        let client = programs::client_over(idl, channel);
        let error = client.call(idl.call, r#"{"message":"biz_error"}"#).await;
        let Err(CallError::Call(error)) = error else {
            panic!("{}, {wire:?}: {error:?}", idl.language);
        };
        let status = error.biz_status();
        let status = status.map(|status| (status.code(), status.message().to_owned()));
        assert_eq!(
            status,
            Some((404, "not found".to_owned())),
            "{}, {wire:?}",
            idl.language
        );
    }
    Ok(())
}

/// A client of Kitex that has the methods of all services names none of them.
#[tokio::test(flavor = "multi_thread")]
async fn combined_services_of_kitex_to_ours() {
    for address in [servers::ours().await, generic::ours().await] {
        for wire in ["framed", "ttheader-calls"] {
            let path = THRIFT.path().display().to_string();
            let args = ["call-combined", THRIFT.language, &path, &address, wire];
            let Some(told) = kitex_told(args.map(str::to_owned).to_vec()).await else {
                return;
            };
            assert_eq!(told, Ok(THRIFT.expected(1)), "{wire}");
        }
    }
}
