//! A short conversation, cut at each of its bytes: whichever it is, the call ends, with an error that
//! docs/errors.md has for it.

use std::time::Duration;

use streamgen_runtime::ErrorKind;
use streamgen_runtime::testing::{Cut, Network, What};
use tokio::time::sleep;

use crate::hosts::{client, ended, serve, settle, tasks};
use crate::rpc_support::Peer;
use crate::wires::Wire;

const MILLI: Duration = Duration::from_millis(1);
const LIMIT: Duration = Duration::from_secs(5);

/// Bytes that a conversation sends to each of the hosts.
async fn bytes(wire: Wire) -> [(&'static str, u64); 2] {
    let network = Network::new(1);
    let _server = serve(&network, Peer::default()).await;
    let client = client(&network, wire);
    wire.call(&client, LIMIT).await.unwrap();
    sleep(MILLI).await;
    ["a", "b"].map(|to| {
        let events = network.trace();
        let written = events.iter().filter(|event| event.to == to);
        let written = written.map(|event| match event.what {
            What::Wrote(bytes) => bytes as u64,
            _ => 0,
        });
        (to, written.sum())
    })
}

/// The conversation on a connection that is cut; then another one, on a new connection.
async fn cut(wire: Wire, to: &'static str, after: u64, how: Cut) {
    let what = format!("{wire:?}, {after} bytes to {to}, then {how:?}");
    let network = Network::new(1);
    let server = serve(&network, Peer::default()).await;
    network.link("a", "b").cut_next(to, after, how);
    let client = client(&network, wire);
    if let Err(error) = ended(&what, wire.call(&client, LIMIT)).await {
        let expected = match how {
            // Over gRPC, the dial waits for the server's SETTINGS, within the connect timeout.
            Cut::BlackHole if wire.is_grpc() => {
                matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Connection)
            }
            Cut::BlackHole => error.kind() == ErrorKind::Timeout,
            _ => error.kind() == ErrorKind::Connection,
        };
        assert!(expected, "{what}: {:?}: {error}", error.kind());
    }
    if how != Cut::BlackHole {
        // The client notices that its connection is gone.
        sleep(MILLI).await;
        let again = ended(&what, wire.call(&client, LIMIT)).await;
        again.unwrap_or_else(|error| panic!("{what}, and a call after that: {error}"));
    }
    drop(client);
    server.stop().await.unwrap();
    settle().await;
    assert_eq!((network.connections(), tasks()), (0, 0), "{what}");
}

async fn at_each_byte(wire: Wire) {
    for (to, bytes) in bytes(wire).await {
        assert!(bytes > 20, "{wire:?}: {bytes}");
        for after in 0..=bytes {
            for how in [Cut::Close, Cut::Reset, Cut::BlackHole] {
                cut(wire, to, after, how).await;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn streams_that_share_a_connection() {
    at_each_byte(Wire::Mux).await;
}

#[tokio::test(start_paused = true)]
async fn streams_with_a_connection_each() {
    at_each_byte(Wire::Long).await;
    at_each_byte(Wire::Short).await;
}

#[tokio::test(start_paused = true)]
async fn grpc() {
    at_each_byte(Wire::GrpcStream).await;
    at_each_byte(Wire::GrpcUnary).await;
}

#[tokio::test(start_paused = true)]
async fn ping_pong() {
    at_each_byte(Wire::Framed).await;
    at_each_byte(Wire::TtHeader).await;
}
