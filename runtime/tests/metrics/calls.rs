//! Calls and their messages, connections and dials.

use std::time::Duration;

use futures_util::SinkExt as _;
use streamgen_runtime::middleware::{SendMiddleware, SendNext, Sending};
use streamgen_runtime::{Result, Server};

use crate::errors_support::{WIRES, Wire};
use crate::grpc_support::RawClient;
use crate::recorder::Recorded;
use crate::rpc_support::{PeerClient, client, msg, reserved};
use crate::serve;

const SIDES: [&str; 2] = ["side=client", "side=server"];

#[tokio::test]
async fn a_call_counts_at_both_sides_of_every_wire() {
    for wire in WIRES.into_iter().filter(|wire| !wire.is_stream()) {
        let (seen, _guard) = Recorded::start();
        let server = serve(Server::builder(), "").await;
        let client = wire.client(server.address);
        for text in ["one", "twice"] {
            client.hello(text.into()).await.unwrap();
        }
        for side in SIDES {
            let labels = [
                side,
                "rpc.service=rpc.Peer",
                "rpc.method=Hello",
                "mode=ping_pong",
            ];
            let ok = [&labels[..], &["result=ok"]].concat();
            seen.reaches("streamgen.calls", &ok, 2.0).await;
            assert_eq!(seen.sum("streamgen.calls.in_flight", &labels), 0.0);
            for direction in ["direction=sent", "direction=received"] {
                let labels = [&labels[..], &[direction]].concat();
                assert_eq!(seen.sum("streamgen.messages", &labels), 2.0, "{wire:?}");
            }
            let name = side.trim_start_matches("side=");
            let requests = format!("rpc.{name}.requests_per_rpc");
            assert_eq!(seen.values(&requests, &labels), [1.0, 1.0]);
            let durations = seen.values(&format!("rpc.{name}.duration"), &ok);
            assert_eq!(durations.len(), 2, "{wire:?}");
            let firsts = seen.values("streamgen.first_response", &labels);
            assert!(firsts.len() == 2 && firsts <= durations, "{firsts:?}");
        }
        // What one side sends is what the other receives.
        for (sender, receiver) in [(SIDES[0], SIDES[1]), (SIDES[1], SIDES[0])] {
            let sent = seen.sum("streamgen.message.bytes", &[sender, "direction=sent"]);
            let received = ["direction=received", receiver];
            assert!(sent > 8.0, "{wire:?}");
            assert_eq!(
                seen.sum("streamgen.message.bytes", &received),
                sent,
                "{wire:?}"
            );
        }
        assert!(seen.values("streamgen.message.gap", &[]).is_empty());
    }
}

#[tokio::test]
async fn each_message_of_a_stream_counts_and_the_gaps_between_them() {
    for wire in [Wire::Streaming, Wire::GrpcStream] {
        let (seen, _guard) = Recorded::start();
        let server = serve(Server::builder(), "").await;
        let client = wire.client(server.address);
        let mut stream = client.bidi().await.unwrap();
        for _ in 0..3 {
            stream.send(msg("m")).await.unwrap();
            stream.recv().await.unwrap().unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for side in SIDES {
            let labels = [side, "rpc.method=Bidi", "mode=bidi_streaming"];
            seen.reaches("streamgen.calls.in_flight", &labels, 1.0)
                .await;
        }
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        for side in SIDES {
            seen.reaches("streamgen.calls", &[side, "result=ok"], 1.0)
                .await;
            assert_eq!(seen.sum("streamgen.calls.in_flight", &[side]), 0.0);
            for direction in ["direction=sent", "direction=received"] {
                let labels = [side, direction];
                assert_eq!(seen.sum("streamgen.messages", &labels), 3.0);
                let gaps = seen.values("streamgen.message.gap", &labels);
                assert_eq!(gaps.len(), 2, "{wire:?} {side} {direction}");
                // Milliseconds: of the pauses, and no unit larger or smaller.
                assert!(
                    gaps.iter().all(|gap| (15.0..30_000.0).contains(gap)),
                    "{gaps:?}"
                );
            }
            assert_eq!(seen.values("streamgen.first_response", &[side]).len(), 1);
            let name = side.trim_start_matches("side=");
            let responses = format!("rpc.{name}.responses_per_rpc");
            assert_eq!(seen.values(&responses, &[]), [3.0]);
        }
        let sent = seen.sum(
            "streamgen.message.bytes",
            &["side=client", "direction=sent"],
        );
        let received = seen.sum(
            "streamgen.message.bytes",
            &["side=server", "direction=received"],
        );
        assert_eq!(sent, received);
    }
}

/// Passes every message on.
struct Passes;

impl SendMiddleware for Passes {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        next.run(send).await
    }
}

/// The close fails, because the connection is lost; that is no cancel.
#[tokio::test]
async fn a_close_of_a_stream_that_has_ended_counts_as_its_end() {
    for wire in [Wire::Streaming, Wire::GrpcStream] {
        let (seen, _guard) = Recorded::start();
        let server = serve(Server::builder(), "").await;
        let builder = wire.builder(PeerClient::builder("peer"), server.address);
        let client = builder.send_middleware(Passes).build().unwrap();
        let (mut sender, mut receiver) = client.bidi().await.unwrap().split();
        let mut other = client.bidi().await.unwrap();
        sender.feed(msg("left")).await.unwrap();
        drop(server);
        other.recv().await.unwrap_err();
        let _ = sender.close().await;
        let error = receiver.recv().await.unwrap_err();
        let result = format!("result={:?}", error.kind());
        let count = |result| seen.sum("streamgen.calls", &["side=client", result]);
        assert_eq!(count("result=Canceled"), 0.0, "{wire:?}: {error}");
        assert_eq!(count(&result), 2.0, "{wire:?}: {error}");
    }
}

#[tokio::test]
async fn calls_that_fail_count_by_the_class_of_their_error() {
    for wire in WIRES {
        for (wish, result) in [
            ("err", "result=Application"),
            ("biz", "result=BizStatus"),
            ("panic", "result=Application"),
        ] {
            if wire == Wire::Framed && wish == "biz" {
                continue; // It has no place for a business status.
            }
            let (seen, _guard) = Recorded::start();
            let server = serve(Server::builder(), wish).await;
            wire.refused(&wire.client(server.address), None).await;
            for side in SIDES {
                seen.reaches("streamgen.calls", &[side, result], 1.0).await;
                seen.reaches("streamgen.calls.in_flight", &[side], 0.0)
                    .await;
            }
        }
    }
}

#[tokio::test]
async fn a_stream_that_is_dropped_counts_as_cancelled() {
    let (seen, _guard) = Recorded::start();
    let server = serve(Server::builder(), "hold").await;
    let stream = client(&server, "").bidi().await.unwrap();
    seen.reaches("streamgen.calls.in_flight", &["side=server"], 1.0)
        .await;
    drop(stream);
    for side in SIDES {
        seen.reaches("streamgen.calls", &[side, "result=Canceled"], 1.0)
            .await;
        assert_eq!(seen.sum("streamgen.calls.in_flight", &[side]), 0.0);
    }
}

#[tokio::test]
async fn a_name_that_a_peer_chooses_is_in_no_label() {
    let (seen, _guard) = Recorded::start();
    let server = serve(Server::builder(), "").await;
    let client = RawClient::connect(server.address).await;
    let _unknown = client.call("/rpc.Peer/Invented").await;
    let _strange = client.call("/invented.Nobody/Invented").await;
    seen.reaches("streamgen.calls.refused", &[], 2.0).await;
    assert!(seen.values("streamgen.calls", &["side=server"]).is_empty());
}

#[tokio::test]
async fn connections_and_dials_count_until_they_are_closed() {
    for (wire, protocol) in [
        (Wire::Streaming, "protocol=TTHeader Streaming"),
        (Wire::GrpcUnary, "protocol=gRPC"),
        (Wire::Framed, "protocol=ping-pong"),
    ] {
        let (seen, _guard) = Recorded::start();
        let server = serve(Server::builder(), "").await;
        let client = wire.client(server.address);
        wire.ask(&client, "m".into(), None).await.unwrap();
        for side in SIDES {
            let labels = [side, protocol];
            assert_eq!(seen.sum("streamgen.connections", &labels), 1.0, "{wire:?}");
        }
        assert_eq!(seen.sum("streamgen.dials", &["result=ok"]), 1.0);
        assert_eq!(seen.values("streamgen.dial.duration", &[]).len(), 1);
        drop(client);
        for side in SIDES {
            let labels = [side, protocol];
            seen.reaches("streamgen.connections", &labels, 0.0).await;
            assert_eq!(seen.sum("streamgen.connections.opened", &labels), 1.0);
        }
    }
}

#[tokio::test]
async fn a_dial_that_fails_counts() {
    let (seen, _guard) = Recorded::start();
    let address = reserved().to_string();
    let client = PeerClient::builder("peer")
        .address(address)
        .build()
        .unwrap();
    client.hello("m".into()).await.unwrap_err();
    assert!(seen.sum("streamgen.dials", &["result=failed"]) >= 1.0);
    seen.reaches(
        "streamgen.calls",
        &["side=client", "result=Connection"],
        1.0,
    )
    .await;
}
