//! A peer that stops to read stops nobody but itself.

use std::time::Duration;

use streamgen_runtime::testing::Network;
use streamgen_runtime::{ErrorKind, FastStr};

use crate::hosts::{B, client, ended, serve};
use crate::rpc_support::{Msg, Peer};
use crate::wires::{ALL, Wire};

const SECOND: Duration = Duration::from_secs(1);

/// More than a connection holds, and what waits above it.
const MESSAGES: usize = 200;

fn large() -> Msg {
    Msg {
        text: FastStr::from("x".repeat(64 * 1024)),
        seq: 0,
    }
}

/// The streams of one client are stuck, because its host does not read. The server serves the others.
#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_stops_no_other_client() {
    for wire in [Wire::Mux, Wire::Long, Wire::GrpcStream] {
        let network = Network::new(1);
        let _server = serve(&network, Peer::default()).await;
        let stuck = client(&network, wire);
        let mut stream = stuck.bidi().timeout(3600 * SECOND).await.unwrap();
        network.link("a", "b").stall("a");
        let sending = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                stream.send(large()).await?;
            }
            stream.recv().await
        });
        tokio::time::sleep(SECOND).await;
        for other in ALL {
            let builder = other.builder(&[B.to_owned()]);
            let client = builder.dial(network.host("neighbour")).build().unwrap();
            other.call(&client, SECOND).await.unwrap();
        }
        // The server gives the client up when its send timeout is over; that is a minute.
        network.link("a", "b").resume("a");
        let _ = ended("the stuck stream", async { sending.await.unwrap() }).await;
    }
}

/// The server takes nothing of what a client sends. The client's calls elsewhere go on.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_stops_no_call_to_another() {
    for wire in [Wire::Mux, Wire::Long, Wire::GrpcStream] {
        let network = Network::new(1);
        let _server = serve(&network, Peer::default()).await;
        let other = streamgen_runtime::Server::builder();
        let other = other.add_service(crate::rpc_support::PeerServer::new(Peer::default()));
        let _other = network.serve("c:80", other).await.unwrap();
        let client = client(&network, wire);
        wire.call(&client, SECOND).await.unwrap();
        network.link("a", "b").stall("b");
        let mut stuck = client.bidi().timeout(10 * SECOND).await.unwrap();
        let sending = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                stuck.send(large()).await?;
            }
            stuck.recv().await
        });
        tokio::time::sleep(SECOND).await;
        assert!(!sending.is_finished(), "{wire:?}");
        wire.call_at(&client, "c:80").await.unwrap();
        let error = sending.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}: {error}");
    }
}
