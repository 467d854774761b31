//! Servers that cannot be reached.

use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::{Code, Server};
use tokio::task::JoinSet;

use super::network::{Relay, Swallowing, silent};
use crate::rpc_support::{Peer, PeerServer, client, msg, reserved, start};
use crate::wires::{ALL, PATIENT, Wire, server};

#[tokio::test]
async fn ten_calls_at_once_wait_for_one_dial_together() {
    let swallowing = Swallowing::new().await;
    let limit = Duration::from_secs(2);
    let mut calls = JoinSet::new();
    for wire in ALL {
        let builder = wire.builder(&[swallowing.address.to_string()]);
        let client = builder.connect_timeout(limit).build().unwrap();
        for _ in 0..10 {
            let client = client.clone();
            // One after the other they would take ten times the limit, and the last would time out.
            calls.spawn(async move { wire.fails_to_connect_in(&client, limit * 9).await });
        }
    }
    calls.join_all().await;
}

#[tokio::test]
async fn of_two_addresses_one_may_be_dead() {
    let running = start(server()).await;
    let alive = running.address.to_string();
    let swallowing = Swallowing::new().await;
    for wire in ALL {
        for dead in [reserved(), swallowing.address] {
            let client = wire.client(&[dead.to_string(), alive.clone()]);
            for _ in 0..10 {
                wire.call(&client, PATIENT).await.unwrap();
            }
        }
    }
}

/// Their deadlines come long before the connect timeout.
#[tokio::test]
async fn calls_with_little_time_find_the_address_that_is_alive() {
    let running = start(server()).await;
    let (alive, dead) = (running.address.to_string(), Swallowing::new().await);
    let mut wires = JoinSet::new();
    for wire in ALL {
        let builder = wire.builder(&[dead.address.to_string(), alive.clone()]);
        let client = builder.connect_timeout(10 * PATIENT).build().unwrap();
        wires.spawn(async move {
            for _ in 0..4 {
                wire.call(&client, Duration::from_secs(6)).await.unwrap();
            }
        });
    }
    wires.join_all().await;
}

#[tokio::test]
async fn a_deadline_that_passes_during_a_dial_is_a_timeout() {
    let swallowing = Swallowing::new().await;
    let addresses = [
        swallowing.address.to_string(),
        swallowing.address.to_string(),
    ];
    for wire in ALL {
        for addresses in [&addresses[..1], &addresses] {
            let builder = wire.builder(addresses).connect_timeout(10 * PATIENT);
            let client = builder.build().unwrap();
            let error = wire
                .call(&client, Duration::from_millis(50))
                .await
                .unwrap_err();
            assert!(error.is_timeout(), "{wire:?}: {error}");
            assert_eq!(
                error.grpc_code(),
                Some(Code::DEADLINE_EXCEEDED),
                "{wire:?}: {error}"
            );
        }
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_over_grpc_is_as_good_as_dead() {
    let running = start(server()).await;
    let (alive, silent) = (running.address.to_string(), silent().await.to_string());
    for wire in ALL.into_iter().filter(|wire| wire.is_grpc()) {
        let builder = wire.builder(std::slice::from_ref(&silent));
        let client = builder.connect_timeout(Duration::from_millis(100));
        wire.fails_to_connect(&client.build().unwrap()).await;

        let client = wire.client(&[silent.clone(), alive.clone()]);
        for _ in 0..4 {
            wire.call(&client, PATIENT).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_dead_address_is_tried_again_and_used_when_it_is_back() {
    let running = start(server()).await;
    for wire in [Wire::Mux, Wire::GrpcUnary, Wire::Framed] {
        let back = reserved();
        let client = wire.client(&[back.to_string(), running.address.to_string()]);
        for _ in 0..4 {
            wire.call(&client, PATIENT).await.unwrap();
        }
        let relay = Relay::at(back, running.address).await;
        let found = async {
            while relay.accepted() == 0 {
                wire.call(&client, PATIENT).await.unwrap();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENT, found).await.unwrap();
    }
}

#[tokio::test]
async fn a_name_that_is_not_resolved_is_an_address_that_cannot_be_reached() {
    let running = start(server()).await;
    for wire in ALL {
        // Reserved for this (RFC 6761).
        let nowhere = "nowhere.invalid:80".to_owned();
        let builder = wire.builder(std::slice::from_ref(&nowhere));
        let client = builder.connect_timeout(PATIENT).build().unwrap();
        wire.fails_to_connect(&client).await;
        let client = wire.client(&[nowhere, running.address.to_string()]);
        wire.call(&client, PATIENT).await.unwrap();
    }
}

#[tokio::test]
async fn a_handler_that_ends_frees_a_call_of_its_own_that_waits_for_a_dial() {
    let swallowing = Swallowing::new().await;
    for wire in [Wire::Mux, Wire::Long, Wire::Short, Wire::GrpcStream] {
        let builder = wire.builder(&[swallowing.address.to_string()]);
        let peer = Peer {
            downstream: Some(builder.connect_timeout(10 * PATIENT).build().unwrap()),
            ..Peer::default()
        };
        let service = PeerServer::from(Arc::new(peer));
        let server = Server::builder().add_service(service);
        let mut running = start(server.exit_wait(10 * PATIENT)).await;

        let client = client(&running, "");
        let mut stream = client.bidi().metainfo("do", "forward").await.unwrap();
        stream.send(msg("m")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(stream);
        drop(client);
        running.stop.take().unwrap().send(()).unwrap();
        let stopped = tokio::time::timeout(PATIENT, &mut running.serving).await;
        stopped.expect("the handler ends").unwrap().unwrap();
    }
}
