//! How a stream's end reaches its client: header and trailer, business status, error, panic.

use crate::rpc_support;

use rpc_support::{Msg, Peer, client, msg, start_peer};
use streamgen_runtime::ErrorKind;

#[tokio::test]
async fn s34_s36_header_and_trailer_arrive_and_can_be_asked_for_again() {
    let (server, _) = start_peer(Peer::default()).await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "header")
        .await
        .unwrap();
    for _ in 0..2 {
        let header = stream.header().await.unwrap();
        assert_eq!(
            (header.get("set"), header.get("sent")),
            (Some("h1"), Some("h2"))
        );
    }
    stream.close_send().await.unwrap();
    for _ in 0..2 {
        assert_eq!(stream.trailer().await.unwrap().get("trailer"), Some("t1"));
    }
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn s52_s57_a_business_status_comes_behind_all_messages_and_with_the_trailer() {
    let (server, _) = start_peer(Peer::default()).await;
    let mut stream = client(&server, "")
        .bidi()
        .metainfo("do", "late biz")
        .await
        .unwrap();
    stream.send(msg("m")).await.unwrap();
    stream.close_send().await.unwrap();

    let trailer = stream.trailer().await.unwrap();
    assert_eq!(trailer.get("trailer"), Some("t1"));
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
    for _ in 0..2 {
        let error = stream.recv().await.unwrap_err();
        assert_eq!(error.biz_status().unwrap().code(), 10_002);
    }
}

#[tokio::test]
async fn a_business_status_ends_every_mode() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = client(&server, "");

    let mut stream = client.bidi().metainfo("do", "biz").await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.biz_status().unwrap().extras().unwrap()["k"], "v");

    let stream = client.collect().metainfo("do", "biz").await.unwrap();
    let error = stream.close_and_recv().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BizStatus);

    let request = Msg { seq: 2, ..msg("m") };
    let mut stream = client.count(request).metainfo("do", "biz").await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().seq, 0);
    assert_eq!(stream.recv().await.unwrap().unwrap().seq, 1);
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.biz_status().unwrap().code(), 10_001);
}

#[tokio::test]
async fn s51_s58_errors_and_panics_arrive_as_12001() {
    let (server, _) = start_peer(Peer::default()).await;
    let client = client(&server, "");

    let mut stream = client.bidi().metainfo("do", "err").await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "[ttstream error, code=12001] [client-side stream] biz error: peer plain error"
    );

    let mut stream = client.bidi().metainfo("do", "panic").await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.kitex_code()),
        (ErrorKind::Application, Some(12_001))
    );
    assert_eq!(
        error.message(),
        "panic: [happened in biz handler, method=Peer.Bidi, \
         please check the panic at the server side] peer panic"
    );

    // The connection has survived both.
    let mut stream = client.bidi().await.unwrap();
    stream.send(msg("m")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
}
