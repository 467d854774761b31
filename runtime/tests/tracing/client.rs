//! Which servers a client reaches.

use streamgen_runtime::Server;

use crate::capture::Capture;
use crate::errors_support::{WIRES, Wire};
use crate::rpc_support::{Peer, PeerClient, PeerServer, reserved};
use crate::serve;

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_told_once_and_so_is_its_return() {
    for wire in WIRES {
        let seen = Capture::start();
        let address = reserved();
        let client = wire.client(address);
        for _ in 0..5 {
            wire.refused(&client, None).await;
        }
        let warned = seen.events("WARN streamgen::client: server cannot be reached");
        assert_eq!(warned.len(), 1, "{wire:?}");
        assert_eq!(warned[0].fields.get("peer"), Some(&*address.to_string()));
        assert!(warned[0].line.contains("refused"), "{:?}", warned[0]);
        // Each attempt is there for who wants to know.
        assert_eq!(seen.events("DEBUG streamgen::client: dial failed").len(), 5);

        let server = Server::builder().add_service(PeerServer::new(Peer::default()));
        let serving = server.bind(address).await.unwrap();
        let serving = tokio::spawn(serving.serve());
        wire.ask(&client, "m".into(), None).await.unwrap();
        wire.ask(&client, "m".into(), None).await.unwrap();
        let back = seen.events("INFO streamgen::client: server reached again");
        assert_eq!(back.len(), 1, "{wire:?}");
        assert!(!seen.events("DEBUG streamgen::client: connected").is_empty());
        serving.abort();
    }
}

#[tokio::test]
async fn an_address_that_is_avoided_is_told() {
    let seen = Capture::start();
    let (server, dead) = (serve(Server::builder(), "").await, reserved());
    let builder = PeerClient::builder("peer").address(dead.to_string());
    let client = Wire::Framed
        .builder(builder, server.address)
        .build()
        .unwrap();
    for _ in 0..4 {
        client.sum(1, vec![]).await.unwrap();
    }
    let told = seen.events("INFO streamgen::client: address avoided");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].fields.get("peer"), Some(&*dead.to_string()));
    assert!(told[0].fields.get("time").is_some());
}
