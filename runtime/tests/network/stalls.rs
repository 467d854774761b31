//! A peer that stops reading holds up no call but its own.

use std::time::Duration;

use streamgen_runtime::testing::Network;
use streamgen_runtime::{ErrorKind, Server};

use crate::hosts::{B, client, ended, large, serve};
use crate::rpc_support::{Peer, PeerServer};
use crate::wires::{ALL, Wire};

const SECOND: Duration = Duration::from_secs(1);

/// So many large messages are more than a connection and the queues above it hold.
const MESSAGES: usize = 200;

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

/// The server reads nothing that a client sends. The client's calls to another server go on.
#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_stops_no_call_to_another() {
    for wire in [Wire::Mux, Wire::Long, Wire::GrpcStream] {
        let network = Network::new(1);
        let _server = serve(&network, Peer::default()).await;
        let other = Server::builder().add_service(PeerServer::new(Peer::default()));
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
