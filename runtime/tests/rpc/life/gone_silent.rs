//! Connections that carry nothing any more, without anybody having closed them.

use std::time::Duration;

use super::network::Relay;
use crate::rpc_support::{msg, start};
use crate::wires::{PATIENT, Wire, server};

/// The wires on which nothing but a call finds out.
const WITHOUT_HEARTBEAT: [Wire; 4] = [Wire::Mux, Wire::Long, Wire::Framed, Wire::TtHeader];

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn later_calls_go_over_a_new_connection() {
    let running = start(server()).await;
    for wire in WITHOUT_HEARTBEAT {
        let relay = Relay::to(running.address).await;
        let client = wire.client(&[relay.address.to_string()]);
        wire.call(&client, PATIENT).await.unwrap();
        assert_eq!(relay.accepted(), 1, "{wire:?}");

        relay.black_hole();
        let error = wire.call(&client, SHORT).await.unwrap_err();
        assert!(error.is_timeout(), "{wire:?}: {error}");
        for _ in 0..12 {
            wire.call(&client, PATIENT).await.unwrap();
        }
        assert_eq!(relay.accepted(), 2, "{wire:?}");
    }
}

/// All connections of a pool are as old as the one that was found dead, or older.
#[tokio::test]
async fn one_call_finds_out_for_all_idle_connections() {
    let running = start(server()).await;
    for wire in [Wire::Long, Wire::Framed, Wire::TtHeader] {
        let relay = Relay::to(running.address).await;
        let client = wire.client(&[relay.address.to_string()]);
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let client = client.clone();
            calls.spawn(async move { wire.call(&client, PATIENT).await });
        }
        calls.join_all().await.into_iter().for_each(Result::unwrap);

        relay.black_hole();
        wire.call(&client, SHORT).await.unwrap_err();
        wire.call(&client, PATIENT).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_only_slow_keeps_its_connection() {
    let running = start(server()).await;
    let relay = Relay::to(running.address).await;
    let client = Wire::Mux.client(&[relay.address.to_string()]);
    let mut busy = client.bidi().await.unwrap();
    busy.send(msg("l")).await.unwrap();
    assert_eq!(busy.recv().await.unwrap().unwrap().text, "l");
    let mut held = client
        .bidi()
        .metainfo("do", "hold")
        // Time enough to hear of the connection, on a busy machine too.
        .timeout(30 * SHORT)
        .await
        .unwrap();
    // The connection is heard of while the other call waits.
    busy.send(msg("m")).await.unwrap();
    assert_eq!(busy.recv().await.unwrap().unwrap().text, "m");
    assert!(held.recv().await.unwrap_err().is_timeout());
    Wire::Mux.call(&client, PATIENT).await.unwrap();
    assert_eq!(relay.accepted(), 1);
    busy.send(msg("n")).await.unwrap();
    assert_eq!(busy.recv().await.unwrap().unwrap().text, "n");
}
