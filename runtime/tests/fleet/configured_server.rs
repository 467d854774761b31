//! What a configuration changes while a server serves.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::Server;
use streamgen_runtime::config::Category;
use streamgen_runtime::server::CallLimit;
use streamgen_runtime::testing::Network;
use tokio::time::sleep;

use crate::center::Center;
use crate::configured::echo;
use crate::hosts::{address, answering};
use crate::rpc_support::{Peer, PeerClient, PeerServer};
use crate::wires::Wire;

/// Which of twenty calls in a row a server takes.
async fn taken(client: &PeerClient) -> usize {
    let mut taken = 0;
    for _ in 0..20 {
        match echo(client).await {
            Ok(()) => taken += 1,
            Err(error) => assert!(error.contains("request too frequent"), "{error}"),
        }
    }
    taken
}

#[tokio::test(start_paused = true)]
async fn a_server_takes_as_many_calls_in_a_second_as_its_configuration_says() {
    let center = Center::new(Category::Limit);
    center.write(Some(r#"{"qps_limit": 7}"#)).await;
    let network = Network::new(1);
    let server = Server::builder().add_service(PeerServer::from(Arc::new(Peer::default())));
    let server = server.call_limit(CallLimit::new().per_second(5));
    let server = server.config("peer", center.clone());
    let _server = network.serve(&address(0), server).await.unwrap();
    let client = Wire::TtHeader
        .builder(&[address(0)])
        .dial(network.host("a"));
    let client = client.build().unwrap();
    assert_eq!(taken(&client).await, 7, "from the first call on");
    center.write(Some(r#"{"qps_limit": 12}"#)).await;
    assert_eq!(taken(&client).await, 12);
    center.write(Some(r#"{"qps_limit": -1}"#)).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(taken(&client).await, 12);
    center.write(None).await;
    assert_eq!(taken(&client).await, 5, "the program's own");
}

#[tokio::test(start_paused = true)]
async fn a_server_has_as_many_connections_as_its_configuration_says() {
    let center = Center::new(Category::Limit);
    let network = Network::new(1);
    let peer = Peer {
        prefix: "0:",
        ..Peer::default()
    };
    let server = Server::builder().add_service(PeerServer::from(Arc::new(peer)));
    let server = server.config("peer", center.clone());
    let _server = network.serve(&address(0), server).await.unwrap();
    let connected = async || {
        let builder = Wire::Mux.builder(&[address(0)]);
        let client = builder.dial(network.host("a")).build().unwrap();
        let answered = answering(&client).await.is_ok();
        (client, answered)
    };
    let (_first, answered) = connected().await;
    assert!(answered);
    center.write(Some(r#"{"connection_limit": 1}"#)).await;
    assert!(!connected().await.1, "there is one already");
    center.write(None).await;
    assert!(connected().await.1);
}
