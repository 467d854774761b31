//! `streamgen call` against servers that we did not write, and side by side with kitexcall: see README.md here.
//!
//! After a wanted change: `STREAMGEN_BLESS=1 cargo test --features call --test call_peers`, and review the diff.

#[path = "../../tests/alone/mod.rs"]
mod alone;
#[path = "../../tests/call_sessions/mod.rs"]
mod call_sessions;
#[path = "../grpc/tests/suite/support/grpcio.rs"]
mod grpcio;
#[path = "../peer/tests/support/kitex.rs"]
mod kitex;
mod kitexcall;
#[path = "../../tests/mock_server/mod.rs"]
mod mock_server;
#[path = "../../tests/search_path/mod.rs"]
mod search_path;
mod server;
#[path = "../grpc/tests/suite/support/skip.rs"]
mod skip;

use std::iter;
use std::path::Path;
use std::process::Command;

use call_sessions::{Places, replay_all};
use mock_server::MockServer;
use server::Server;

fn agree(folder: &str, places: &Places) {
    let failures = replay_all(Path::new(folder), 1, places);
    assert!(
        failures.is_empty(),
        "{failures}after a wanted change: STREAMGEN_BLESS=1"
    );
}

#[test]
fn sessions_against_kitex() {
    let (Some(peer), Some(echo)) = (
        kitex::program("peer"),
        kitex::program("streamx-echo-server"),
    ) else {
        return;
    };
    let mut peer = Command::new(peer);
    let peer = Server::start(peer.args(["server", "-addr", "127.0.0.1:0"]));
    let mut echo = Command::new(echo);
    let echo = Server::start(echo.args(["-addr", "127.0.0.1:0"]));
    let places = vec![
        ("[PEER]", peer.address.clone()),
        ("[ECHO]", echo.address.clone()),
    ];
    agree("interop/call/kitex", &places);
}

#[test]
fn sessions_against_grpcio() {
    let Some(mut script) = grpcio::script("interop.py") else {
        return;
    };
    let server = Server::start(script.args(["server", "--port", "0"]));
    agree(
        "interop/call/grpcio",
        &vec![("[GRPCIO]", server.address.clone())],
    );
}

/// A mock of one of the guide's IDLs, with rules of a file in `interop/call/mock`.
fn mock_of_the_guide(idl: &str, rules: &str) -> MockServer {
    let (idl, rules) = (
        format!("interop/idl/guide/{idl}"),
        format!("interop/call/mock/{rules}"),
    );
    mock_server::start(&idl, &["-rules", &rules])
}

#[test]
fn clients_of_kitex_at_a_mock() {
    let Some(guide) = kitex::program("guide") else {
        return;
    };
    let [thrift, business] =
        ["thrift.toml", "business.toml"].map(|rules| mock_of_the_guide("echo.thrift", rules));
    let proto = mock_of_the_guide("streaming.proto", "proto.toml");
    let places = vec![
        ("[GUIDE]", guide.display().to_string()),
        ("[THRIFT]", thrift.address.clone()),
        ("[PROTO]", proto.address.clone()),
        ("[BUSINESS]", business.address.clone()),
    ];
    agree("interop/call/mock/kitex", &places);
}

#[test]
fn clients_of_grpcio_at_a_mock() {
    let Some(guide) = grpcio::script("guide.py") else {
        return;
    };
    let words = iter::once(guide.get_program()).chain(guide.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let proto = mock_of_the_guide("streaming.proto", "proto.toml");
    let places = vec![
        ("[GRPCIO]", words.join(" ")),
        ("[PROTO]", proto.address.clone()),
    ];
    agree("interop/call/mock/grpcio", &places);
}

#[test]
fn what_users_of_kitexcall_see() {
    let Some(echo) = kitex::program("streamx-echo-server") else {
        return;
    };
    let mut echo = Command::new(echo);
    let echo = Server::start(echo.args(["-addr", "127.0.0.1:0"]));
    let shop = ["-rules", "tests/mock/rules.toml"];
    let shop = mock_server::start("tests/mock/shop.thrift", &shop);
    let places = vec![
        ("[ECHO]", echo.address.clone()),
        ("[SHOP]", shop.address.clone()),
        ("[NOWHERE]", "127.0.0.1:1".to_owned()),
    ];
    kitexcall::compare(Path::new("interop/call/kitexcall.txt"), &places);
    assert_eq!(shop.interrupted(), Some(0));
}
