//! What a server reports of the calls and streams that it cuts as it stops, and of those that end in time.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::server::Stopped;
use streamgen_runtime::testing::Network;
use streamgen_runtime::{ErrorKind, Server};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::hosts::{LIMIT, address};
use crate::rpc_support::{Peer, PeerServer};
use crate::wires::{ALL, Wire};

const EXIT_WAIT: Duration = Duration::from_secs(2);
const DRAIN_DELAY: Duration = Duration::from_secs(3);

/// Calls longer than anything else here takes.
const HELD: Duration = Duration::from_secs(3600);

/// A server whose handlers hold their calls, if `always` says so.
async fn serve(
    network: &Network,
    always: &'static str,
) -> (oneshot::Sender<()>, JoinHandle<Stopped>) {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    let server = Server::builder()
        .add_service(PeerServer::from(Arc::new(peer)))
        .exit_wait(EXIT_WAIT)
        .drain_delay(DRAIN_DELAY);
    let bound = server.bind(network.listen(&address(0)).unwrap()).await;
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move { drop(stopped.await) };
    let serving = bound.unwrap().serve_until(shutdown);
    (stop, tokio::spawn(async { serving.await.unwrap() }))
}

#[tokio::test(start_paused = true)]
async fn what_is_cut_is_counted_by_wire_and_method() {
    let network = Network::new(1);
    let (stop, serving) = serve(&network, "hold").await;
    let mut held = Vec::new();
    for wire in ALL {
        let client = wire.builder(&[address(0)]).dial(network.host("a"));
        let client = client.build().unwrap();
        held.push(tokio::spawn(async move { wire.call(&client, HELD).await }));
    }
    sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    stop.send(()).unwrap();
    let stopped = serving.await.unwrap();
    let took = began.elapsed();
    assert!(took >= DRAIN_DELAY + EXIT_WAIT, "{took:?}");
    assert!(
        took < DRAIN_DELAY + EXIT_WAIT + Duration::from_millis(500),
        "{took:?}"
    );
    assert_eq!(
        stopped.to_string(),
        "cut: 3 of Peer/Bidi (TTHeader Streaming), 1 of Peer/Bidi (gRPC), 1 of Peer/Hello (gRPC), \
         2 of Peer/Hello (ping-pong)"
    );
    assert_eq!(stopped.calls_cut(), ALL.len());
    for held in held {
        held.await.unwrap().unwrap_err();
    }
}

#[tokio::test(start_paused = true)]
async fn what_ends_in_time_is_not_cut() {
    let network = Network::new(1);
    let (stop, serving) = serve(&network, "slow").await;
    let client = |wire: Wire| {
        let builder = wire.builder(&[address(0)]).dial(network.host("a"));
        builder.build().unwrap()
    };
    let mut calls = Vec::new();
    for wire in ALL {
        let client = client(wire);
        calls.push(tokio::spawn(async move { wire.call(&client, LIMIT).await }));
    }
    sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    // During the delay, the server serves as before; new connections, too.
    for wire in ALL {
        wire.call(&client(wire), LIMIT).await.unwrap();
    }
    assert!(serving.await.unwrap().is_clean());
    for wire in ALL {
        let error = wire.call(&client(wire), LIMIT).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{wire:?}: {error}");
    }
}
