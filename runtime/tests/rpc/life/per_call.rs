//! Calls that name their own address.

use streamgen_runtime::ErrorKind;

use super::network::Relay;
use crate::rpc_support::{msg, reserved, start};
use crate::wires::{ALL, PATIENT, Wire, server};

#[tokio::test]
async fn a_call_goes_to_the_address_that_it_names_on_every_wire() {
    let running = start(server()).await;
    for wire in ALL {
        let (usual, other) = (
            Relay::to(running.address).await,
            Relay::to(running.address).await,
        );
        let client = wire.client(&[usual.address.to_string()]);
        for _ in 0..3 {
            let address = other.address.to_string();
            wire.call_at(&client, &address).await.unwrap();
        }
        // It is one more address with connections of its own.
        let calls = if wire == Wire::Short { 3 } else { 1 };
        assert_eq!((usual.accepted(), other.accepted()), (0, calls), "{wire:?}");
        wire.call(&client, PATIENT).await.unwrap();
        assert_eq!((usual.accepted(), other.accepted()), (1, calls), "{wire:?}");
    }
}

#[tokio::test]
async fn every_kind_of_call_has_an_address() {
    let running = start(server()).await;
    let relay = Relay::to(running.address).await;
    let address = relay.address.to_string();
    let dead = reserved().to_string();
    for wire in [Wire::Mux, Wire::GrpcStream] {
        let client = wire.client(std::slice::from_ref(&dead));
        let mut stream = client.collect().address(&address).await.unwrap();
        stream.send(msg("a")).await.unwrap();
        stream.close_and_recv().await.unwrap();
        let mut stream = client.count(msg("m")).address(&address).await.unwrap();
        stream.recv().await.unwrap();
        drop(stream);
        client.fire(msg("m")).address(&address).await.unwrap();
        client.echo(msg("m")).address(&address).await.unwrap();
    }
}

#[tokio::test]
async fn a_call_with_an_address_of_its_own_goes_nowhere_else() {
    let running = start(server()).await;
    let dead = reserved().to_string();
    for wire in ALL {
        let client = wire.client(&[running.address.to_string()]);
        let error = wire.call_at(&client, &dead).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{wire:?}: {error}");
        wire.call(&client, PATIENT).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_the_error_of_its_call() {
    for wire in ALL {
        let client = wire.client(&["127.0.0.1:1".to_owned()]);
        let refused = async |address| {
            let error = wire.call_at(&client, address).await.unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::InvalidArgument,
                "{wire:?}: {error}"
            );
            error.message().to_owned()
        };
        assert!(refused("nowhere").await.contains("host:port"));
        let url = match wire.is_grpc() {
            true => refused("https://127.0.0.1:1").await.contains("no TLS"),
            false => refused("http://127.0.0.1:1")
                .await
                .contains("without the scheme"),
        };
        assert!(url, "{wire:?}");
    }
}
