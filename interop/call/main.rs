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

use std::path::Path;
use std::process::Command;

use call_sessions::{Places, replay_all};
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
