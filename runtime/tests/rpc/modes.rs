//! Each mode of the IDL from a client's method to a handler and back, over loopback.

use crate::rpc_support;

use rpc_support::stream_gen::rpc::peer::{EchoError, NothingError};
use rpc_support::{Msg, Peer, PeerClient, client, msg, start_peer};
use streamgen_runtime::{ErrorKind, UnaryTransport};

const BOTH: [UnaryTransport; 2] = [UnaryTransport::Framed, UnaryTransport::TtHeaderFramed];

fn peer() -> Peer {
    Peer {
        prefix: "echo:",
        ..Peer::default()
    }
}

#[tokio::test]
async fn ping_pong_returns_values_of_any_shape() {
    let (server, _) = start_peer(peer()).await;
    for transport in BOTH {
        let builder = PeerClient::builder("peer").address(server.address.to_string());
        let client = builder.unary_transport(transport).build().unwrap();
        assert_eq!(client.echo(msg("m")).await.unwrap().text, "echo:m");
        assert_eq!(client.sum(40, vec![1, 1]).await.unwrap(), 42);
        assert_eq!(client.hello("base".into()).await.unwrap(), "hello, base");
        client.nothing("".into()).await.unwrap();
    }
}

#[tokio::test]
async fn declared_exceptions_arrive_as_themselves() {
    let (server, _) = start_peer(peer()).await;
    let client = client(&server, "");
    match client.echo(msg("refuse")).await {
        Err(EchoError::Refused(refused)) => assert_eq!(refused.code, 77),
        other => panic!("{other:?}"),
    }
    match client.nothing("refuse".into()).await {
        Err(NothingError::Refused(refused)) => assert_eq!(refused.why, "refuse"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_handlers_error_and_its_panic_are_answers() {
    let (server, _) = start_peer(peer()).await;
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    let client = builder
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .build()
        .unwrap();

    let error = client
        .hello("x".into())
        .metainfo("do", "err")
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.kitex_code()),
        (ErrorKind::Application, Some(6))
    );
    assert_eq!(
        error.to_string(),
        "remote or network error[remote]: biz error: peer plain error"
    );

    let error = client
        .hello("x".into())
        .metainfo("do", "panic")
        .await
        .unwrap_err();
    assert_eq!(error.kitex_code(), Some(6));
    assert_eq!(
        error.message(),
        "panic: [happened in biz handler, method=Peer.Hello, \
         please check the panic at the server side] peer panic"
    );

    let error = client
        .hello("x".into())
        .metainfo("do", "biz")
        .await
        .unwrap_err();
    let biz = error.biz_status().unwrap();
    assert_eq!((biz.code(), biz.message()), (10_001, "peer biz"));
    assert_eq!(biz.extras().unwrap()["k"], "v");
}

#[tokio::test]
async fn a_oneway_call_runs_and_answers_nothing() {
    let (server, mut ended) = start_peer(peer()).await;
    for transport in BOTH {
        let builder = PeerClient::builder("peer").address(server.address.to_string());
        let client = builder.unary_transport(transport).build().unwrap();
        client.fire(msg("fired")).await.unwrap();
        assert_eq!(ended.recv().await.unwrap().message(), "fired");
        assert_eq!(client.sum(1, vec![]).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn bidirectional_messages_go_back_and_forth() {
    let (server, _) = start_peer(peer()).await;
    let mut stream = client(&server, "").bidi().await.unwrap();
    for seq in 0..10 {
        stream.send(Msg { seq, ..msg("m") }).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!((answer.text.as_str(), answer.seq), ("echo:m", seq));
    }
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
    assert_eq!(stream.recv().await.unwrap(), None, "the end stays");

    let error = stream.send(msg("late")).await.unwrap_err();
    assert_eq!(error.kitex_code(), Some(12_005));
    stream.close_send().await.unwrap();
}

#[tokio::test]
async fn a_bidirectional_stream_can_be_split_between_tasks() {
    let (server, _) = start_peer(peer()).await;
    let (mut sender, mut receiver) = client(&server, "").bidi().await.unwrap().split();
    let sending = tokio::spawn(async move {
        for seq in 0..1000 {
            sender.send(Msg { seq, ..msg("m") }).await?;
        }
        sender.close().await
    });
    let mut expected = 0;
    while let Some(answer) = receiver.recv().await.unwrap() {
        assert_eq!(answer.seq, expected);
        expected += 1;
    }
    assert_eq!(expected, 1000);
    sending.await.unwrap().unwrap();
}

#[tokio::test]
async fn client_streaming_ends_with_one_response() {
    let (server, _) = start_peer(peer()).await;
    let client = client(&server, "");
    let mut stream = client.collect().await.unwrap();
    for text in ["a", "b", "c"] {
        stream.send(msg(text)).await.unwrap();
    }
    let answer = stream.close_and_recv().await.unwrap();
    assert_eq!((answer.text.as_str(), answer.seq), ("echo:c", 3));

    // CloseSend and Recv, the other way that Kitex allows, keeps header and trailer in reach.
    let mut rest = client.collect().await.unwrap().close_send().await.unwrap();
    assert_eq!(rest.recv().await.unwrap().unwrap().text, "echo:");
    assert_eq!(rest.recv().await.unwrap(), None);
    assert_eq!(rest.header().await.unwrap().get("mode"), Some("client"));
    assert!(rest.trailer().await.unwrap().is_empty());
}

#[tokio::test]
async fn server_streaming_sends_until_the_handler_returns() {
    let (server, _) = start_peer(peer()).await;
    let request = Msg { seq: 3, ..msg("m") };
    let mut stream = client(&server, "").count(request).await.unwrap();
    for expected in 0..3 {
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!((answer.text.as_str(), answer.seq), ("echo:m", expected));
    }
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_thousand_streams_share_a_connection() {
    let (server, _) = start_peer(peer()).await;
    let client = client(&server, "");
    let mut streams = Vec::new();
    for _ in 0..1000 {
        streams.push(client.bidi().await.unwrap());
    }
    for (seq, stream) in (0..).zip(&mut streams) {
        stream.send(Msg { seq, ..msg("m") }).await.unwrap();
    }
    for (seq, stream) in (0..).zip(&mut streams) {
        assert_eq!(stream.recv().await.unwrap().unwrap().seq, seq);
    }
}
