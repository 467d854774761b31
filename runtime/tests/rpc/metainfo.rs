//! What a handler learns of its call, and what it passes on.

use crate::rpc_support;

use std::time::Duration;

use rpc_support::{Peer, PeerClient, Running, client, start_peer};
use streamgen_runtime::{ClientBuilder, Context, TransientPropagation, UnaryTransport};

fn builder(server: &Running) -> ClientBuilder<PeerClient> {
    PeerClient::builder("peer")
        .address(server.address.to_string())
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .caller("A")
}

#[tokio::test]
async fn s93_s95_metainfo_reaches_the_handler_of_a_stream_and_s74_a_deadline_does_not() {
    let (server, _) = start_peer(Peer::default()).await;
    let call = client(&server, "A").bidi().metainfo("do", "about");
    let call = call
        .metainfo("t", "t 1")
        .persistent_metainfo("p", "p 1")
        .metainfo("gdpr-token", "x");
    let mut stream = call.timeout(Duration::from_secs(5)).await.unwrap();
    assert_eq!(
        stream.recv().await.unwrap().unwrap().text,
        "Peer.Bidi by \"\" over TTHeaderStreaming, t=t 1 p=p 1 up=- token=x deadline=false"
    );
}

#[tokio::test]
async fn metainfo_caller_and_deadline_reach_a_ping_pong_handler() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = builder(&server).build().unwrap();
    let call = client
        .hello("x".into())
        .metainfo("do", "about")
        .metainfo("t", "1");
    let call = call
        .persistent_metainfo("p", "2")
        .timeout(Duration::from_secs(5));
    assert_eq!(
        call.await.unwrap(),
        "Peer.Hello by \"A\" over TTHeader|Framed, t=1 p=2 up=- token=- deadline=true"
    );
}

#[tokio::test]
async fn a_transient_value_lives_for_one_hop_and_a_persistent_one_for_all() {
    let (c, _) = start_peer(Peer::default()).await;
    let downstream = Some(builder(&c).caller("B").build().unwrap());
    let (b, _) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;
    let a = builder(&b).build().unwrap();

    let call = a
        .hello("x".into())
        .metainfo("do", "forward")
        .metainfo("t", "1");
    let seen_by_c = call.persistent_metainfo("p", "2").await.unwrap();
    assert_eq!(
        seen_by_c,
        "Peer.Hello by \"B\" over TTHeader|Framed, t=- p=2 up=- token=- deadline=false"
    );
}

#[tokio::test]
async fn a_deadline_is_inherited() {
    let (c, _) = start_peer(Peer::default()).await;
    let downstream = Some(builder(&c).caller("B").build().unwrap());
    let (b, _) = start_peer(Peer {
        downstream,
        ..Peer::default()
    })
    .await;

    let call = builder(&b)
        .build()
        .unwrap()
        .hello("x".into())
        .metainfo("do", "forward");
    let seen_by_c = call.timeout(Duration::from_secs(5)).await.unwrap();
    assert!(seen_by_c.ends_with("deadline=true"), "{seen_by_c}");
}

#[tokio::test]
async fn streams_send_transient_values_on_only_if_told_to() {
    let (c, _) = start_peer(Peer::default()).await;
    for (propagation, expected) in [
        (TransientPropagation::SingleHop, "t=- p=2"),
        // Kitex's legacy mode.
        (TransientPropagation::EveryHop, "t=1 p=2"),
    ] {
        let downstream = Some(
            builder(&c)
                .transient_propagation(propagation)
                .build()
                .unwrap(),
        );
        let (b, _) = start_peer(Peer {
            downstream,
            ..Peer::default()
        })
        .await;
        let call = builder(&b)
            .build()
            .unwrap()
            .hello("x".into())
            .metainfo("do", "forward to bidi");
        let seen_by_c = call
            .metainfo("t", "1")
            .persistent_metainfo("p", "2")
            .await
            .unwrap();
        assert!(seen_by_c.contains(expected), "{propagation:?}: {seen_by_c}");
    }
}

#[tokio::test]
async fn a_context_of_its_own_gives_its_values_to_many_calls() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = builder(&server).build().unwrap();
    let cx = Context::new()
        .with_metainfo("t", "1")
        .with_persistent_metainfo("p", "2");
    for _ in 0..2 {
        let call = client
            .hello("x".into())
            .context(&cx)
            .metainfo("do", "about");
        let seen = call.await.unwrap();
        assert!(seen.contains("t=1 p=2"), "{seen}");
    }
}

#[tokio::test]
async fn backward_metainfo_comes_with_the_reply() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = builder(&server).build().unwrap();
    let call = client.hello("x".into()).metainfo("do", "back");
    let (reply, backward) = call.with_backward().await.unwrap();
    assert_eq!(reply, "hello, x");
    assert_eq!(backward.get("back"), Some("b1"));
}

#[tokio::test]
async fn a_timeout_of_a_context_bounds_the_calls_made_with_it() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = builder(&server).build().unwrap();
    let cx = Context::new().with_timeout(Duration::from_millis(50));

    let call = client.hello("x".into()).metainfo("do", "slow").context(&cx);
    assert!(call.await.unwrap_err().is_timeout());

    // Too late for a stream, too: it is not even opened, or ends at once.
    let late = async { client.bidi().context(&cx).await?.recv().await };
    assert_eq!(late.await.unwrap_err().kitex_code(), Some(12_015));
}
