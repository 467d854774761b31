//! Header and trailer of gRPC calls, and the rules of Kitex's stream interfaces about
//! them.

use crate::rpc_support;

use rpc_support::{Peer, PeerClient, Running, msg, start_peer};
use streamgen_runtime::{Code, ErrorKind, Metadata, Transport};

async fn peer() -> (Running, PeerClient) {
    let (server, _) = start_peer(Peer::default()).await;
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    let client = builder.transport(Transport::Grpc).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn a_unary_call_carries_a_header_there_and_header_and_trailer_back() {
    let (_server, client) = peer().await;
    let call = client.hello("m".into()).metainfo("do", "answer");
    let (_, header, trailer) = call.header([("key", "v")]).with_metadata().await.unwrap();
    assert_eq!(header.get("key"), Some("v"));
    assert_eq!(trailer.get("trailer"), Some("t1"));
}

#[tokio::test]
async fn g19_g20_keys_travel_in_lower_case_and_binary_values_whole() {
    let (_server, client) = peer().await;
    let mut header = Metadata::new();
    header.insert("Some-Key", "v");
    header.insert_bin("key-bin", [0, 0xff, 1]);
    let call = client.bidi().metainfo("do", "answer").header(header);
    let mut stream = call.await.unwrap();
    stream.close_send().await.unwrap();
    let header = stream.header().await.unwrap();
    assert_eq!(header.get("some-key"), Some("v"));
    assert_eq!(
        header.get_bin("key-bin").as_deref(),
        Some(&[0, 0xff, 1][..])
    );
}

#[tokio::test]
async fn a_header_that_cannot_travel_fails_its_call() {
    let (_server, client) = peer().await;
    let error = client.bidi().header([("no key", "v")]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
}

#[tokio::test]
async fn header_waits_until_it_arrives_and_is_merged_until_then() {
    let (_server, client) = peer().await;
    let mut stream = client.bidi().metainfo("do", "header").await.unwrap();
    let header = stream.header().await.unwrap();
    assert_eq!(
        (header.get("set"), header.get("sent")),
        (Some("h1"), Some("h2"))
    );
    stream.close_send().await.unwrap();
    assert_eq!(stream.trailer().await.unwrap().get("trailer"), Some("t1"));
}

#[tokio::test]
async fn g43_a_biz_status_arrives_as_itself_behind_messages_and_with_a_trailer() {
    let (_server, client) = peer().await;
    let mut stream = client.bidi().metainfo("do", "late biz").await.unwrap();
    stream.send(msg("m")).await.unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.biz_status().unwrap().code(), 10_002);
    assert_eq!(stream.trailer().await.unwrap().get("trailer"), Some("t1"));

    let error = client
        .hello("m".into())
        .metainfo("do", "biz")
        .await
        .unwrap_err();
    let biz = error.biz_status().unwrap();
    assert_eq!((biz.code(), biz.message()), (10_001, "peer biz"));
    assert_eq!(biz.extras().unwrap()["k"], "v");
}

#[tokio::test]
async fn g47_metainfo_arrives_in_upper_case_with_caller_and_deadline() {
    let (_server, client) = peer().await;
    let call = client.hello("m".into()).metainfo("do", "about");
    let about = call
        .persistent_metainfo("P", "1")
        .timeout(std::time::Duration::from_secs(5))
        .await
        .unwrap();
    assert!(about.starts_with("Peer.Hello by"), "{about}");
    assert!(about.contains("over GRPC"), "{about}");
    assert!(about.ends_with("deadline=true"), "{about}");
}

#[tokio::test]
async fn a_panic_is_13_and_spares_the_connection() {
    let (_server, client) = peer().await;
    for _ in 0..2 {
        let error = client.hello("m".into()).metainfo("do", "panic").await;
        let error = error.unwrap_err();
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
        assert!(error.message().contains("peer panic"), "{error}");
        let mut stream = client.bidi().metainfo("do", "panic").await.unwrap();
        assert_eq!(
            stream.recv().await.unwrap_err().grpc_code(),
            Some(Code::INTERNAL)
        );
    }
}
