//! Each mode over gRPC, from a client's method to a handler and back, over loopback. The handlers
//! are those of the other wires, without a changed line.

use crate::rpc_support;

use rpc_support::stream_gen::rpc::peer::EchoError;
use rpc_support::{Msg, Peer, PeerClient, Running, msg, start_peer};
use streamgen_runtime::Transport;

async fn peer() -> (Running, PeerClient) {
    let peer = Peer {
        prefix: "echo:",
        ..Peer::default()
    };
    let (server, _) = start_peer(peer).await;
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    let client = builder.transport(Transport::Grpc).build().unwrap();
    (server, client)
}

#[tokio::test]
async fn unary_calls_return_values_of_any_shape() {
    let (_server, client) = peer().await;
    assert_eq!(client.echo(msg("m")).await.unwrap().text, "echo:m");
    assert_eq!(client.sum(40, vec![1, 1]).await.unwrap(), 42);
    assert_eq!(client.hello("base".into()).await.unwrap(), "hello, base");
    client.nothing("".into()).await.unwrap();
}

#[tokio::test]
async fn g24_a_declared_exception_is_a_reply_with_status_0() {
    let (_server, client) = peer().await;
    match client.echo(msg("refuse")).await {
        Err(EchoError::Refused(refused)) => assert_eq!(refused.code, 77),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn bidi_streams_carry_messages_both_ways_at_once() {
    let (_server, client) = peer().await;
    let mut stream = client.bidi().await.unwrap();
    for text in ["one", "two"] {
        stream.send(msg(text)).await.unwrap();
        let answer = stream.recv().await.unwrap().unwrap();
        assert_eq!(answer.text, format!("echo:{text}"));
    }
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_client_stream_has_one_response() {
    let (_server, client) = peer().await;
    let mut stream = client.collect().await.unwrap();
    for _ in 0..10 {
        stream.send(msg("m")).await.unwrap();
    }
    let answer = stream.close_and_recv().await.unwrap();
    assert_eq!((answer.text.as_str(), answer.seq), ("echo:m", 10));
}

#[tokio::test]
async fn a_server_stream_ends_behind_its_last_message() {
    let (_server, client) = peer().await;
    let request = Msg {
        seq: 1000,
        text: "m".into(),
    };
    let mut stream = client.count(request).await.unwrap();
    for seq in 0..1000 {
        assert_eq!(stream.recv().await.unwrap().unwrap().seq, seq);
    }
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_message_longer_than_every_window_arrives_whole() {
    let (_server, client) = peer().await;
    let text = "x".repeat(20 * 1024 * 1024);
    let mut stream = client.bidi().await.unwrap();
    let message = Msg {
        text: text.clone().into(),
        seq: 0,
    };
    stream.send(message.clone()).await.unwrap();
    let answer = stream.recv().await.unwrap().unwrap();
    assert_eq!(answer.text.len(), text.len() + "echo:".len());
    assert_eq!(client.echo(message).await.unwrap().text, answer.text);
}
