//! Connections of gRPC.

use std::time::Duration;

use streamgen_runtime::{GrpcLimits, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::capture::Capture;
use crate::errors_support::{SOON, Wire};
use crate::grpc_support::RawClient;
use crate::grpc_support::wire::{self, DATA, GOAWAY, PING, PREFACE};
use crate::{by_hand, limits, serve};

const ENDED: &str = "streamgen::grpc: connection ended";

#[tokio::test]
async fn a_connection_without_calls_ends_quietly_on_both_sides() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let client = Wire::GrpcUnary.client(server.address);
    client.sum(1, vec![]).await.unwrap();
    drop(client);
    for side in ["Client", "Server"] {
        seen.event(&format!("DEBUG {ENDED} side={side} reason=closed"))
            .await;
    }
    assert_eq!(seen.events("INFO streamgen::grpc").len(), 0);
    let span = seen.span("DEBUG streamgen::grpc: connection").await;
    assert_eq!(span.within, [""; 0]);
}

#[tokio::test]
async fn a_client_that_does_not_begin_http2_is_told() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.handshake_timeout = SOON);
    let server = serve(Server::builder().grpc_limits(limits), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket
        .write_all(b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n")
        .await
        .unwrap();
    let failed = "INFO streamgen::grpc: HTTP/2 handshake failed reason=";
    seen.event(&format!(
        "{failed}connection error detected: unspecific protocol error detected"
    ))
    .await;
    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(&PREFACE[..20]).await.unwrap();
    seen.event(&format!("{failed}timeout")).await;
    // The preface alone, without SETTINGS.
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    silent.write_all(PREFACE).await.unwrap();
    let reason = "the peer did not begin HTTP/2 in time";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn a_rule_that_a_client_breaks_is_told_with_its_number() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let mut client = wire::Wire::connect(server.address).await;
    // DATA on stream 0.
    client.send(DATA, 0, 0, b"MY SECRET").await;
    assert_eq!(client.expect_goaway().await, 1);
    let reason = "connection error detected: unspecific protocol error detected";
    seen.event(&format!("INFO {ENDED} side=Server code=1 reason={reason}"))
        .await;
}

#[tokio::test]
async fn a_goaway_is_told_with_its_number_and_what_the_server_says() {
    let seen = Capture::start();
    let (listener, client) = by_hand(GrpcLimits::default()).await;
    let (mut server, mut stream) = wire::Wire::meet(&listener, &[], client.bidi()).await;
    let payload = [&[0; 4][..], &11_u32.to_be_bytes(), b"too_many_pings"].concat();
    server.send(GOAWAY, 0, 0, &payload).await;
    stream.recv().await.unwrap_err();
    let reason = "connection error received: detected excessive load generating behavior (b\"too_many_pings\")";
    seen.event(&format!("INFO {ENDED} side=Client code=11 reason={reason}"))
        .await;
}

#[tokio::test]
async fn half_a_frame_is_told() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.frame_timeout = SOON);
    let server = serve(Server::builder().grpc_limits(limits), "").await;
    let mut client = wire::Wire::connect(server.address).await;
    client.0.write_all(&[0, 0, 8, PING, 0]).await.unwrap();
    let reason = "nothing follows the first part of a frame";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn a_frame_that_arrives_too_slowly_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder().min_rate(crate::soon()), "").await;
    let mut client = wire::Wire::connect(server.address).await;
    client.0.write_all(&[0, 0, 8, PING, 0]).await.unwrap();
    let reason = "a frame arrives more slowly than the minimum rate";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn messages_that_arrive_too_slowly_are_told_once_aloud() {
    let seen = Capture::start();
    let server = serve(Server::builder().min_rate(crate::soon()), "").await;
    let client = RawClient::connect(server.address).await;
    let reason = "a message arrives more slowly than the minimum rate";
    let event = format!("call ended: a message of it is late reason={reason}");
    for level in ["INFO", "DEBUG"] {
        let (_response, mut send) = client.call("/rpc.Peer/Hello").await;
        // The prefix of a message of 100 bytes.
        send.send_data(vec![0, 0, 0, 0, 100].into(), false).unwrap();
        seen.event(&format!("{level} streamgen::grpc: {event}"))
            .await;
    }
}

#[tokio::test]
async fn a_server_that_answers_no_ping_is_suspected_and_then_given_up() {
    let seen = Capture::start();
    let limits = limits(|limits| {
        limits.keepalive = Some(SOON);
        limits.keepalive_timeout = Duration::from_millis(1200);
    });
    let (listener, client) = by_hand(limits).await;
    let (mut server, _stream) = wire::Wire::meet(&listener, &[], client.bidi()).await;
    let reading = async { while server.next().await.is_some() {} };
    let telling = async {
        seen.event("WARN streamgen::grpc: no new call on a connection whose ping is not answered")
            .await;
        seen.event(&format!(
            "INFO {ENDED} side=Client reason=no answer to a ping"
        ))
        .await;
    };
    tokio::join!(reading, telling);
}

#[tokio::test]
async fn a_connection_that_is_reset_is_told() {
    let seen = Capture::start();
    let (listener, client) = by_hand(GrpcLimits::default()).await;
    let (server, mut stream) = wire::Wire::meet(&listener, &[], client.bidi()).await;
    // Nothing of it is left unread, so that the client is told by its reader.
    tokio::time::sleep(SOON).await;
    server.0.set_zero_linger().unwrap();
    drop(server);
    stream.recv().await.unwrap_err();
    let told = seen.events(&format!("INFO {ENDED} side=Client"));
    assert_eq!(told.len(), 1, "{:?}", seen.all());
}

#[tokio::test]
async fn a_stream_that_is_refused_unseen_is_told_once_aloud() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.connection_window = 1 << 17);
    let server = serve(Server::builder().grpc_limits(limits), "hold").await;
    let client = RawClient::connect(server.address).await;
    let (_first, mut send) = client.call("/rpc.Peer/Bidi").await;
    tokio::time::sleep(SOON).await;
    // It waits for its reader, who does not come; each frame counts as 256 bytes.
    for _ in 0..300 {
        send.send_data(vec![0].into(), false).unwrap();
    }
    let mut refused = 0;
    while refused < 3 {
        let (response, _send) = client.call("/rpc.Peer/Bidi").await;
        // The first may come ahead of those frames.
        if let Ok(Err(_)) = timeout(SOON, response).await {
            refused += 1;
        }
    }
    let text = "streamgen::grpc: stream refused reason=too much waits for its readers";
    assert_eq!(seen.events(&format!("INFO {text}")).len(), 1);
    assert!(seen.events(&format!("DEBUG {text}")).len() >= 2);
}

#[tokio::test]
async fn a_stream_for_which_too_much_has_arrived_is_told_once_aloud() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.connection_window = 1 << 17);
    let server = serve(Server::builder().grpc_limits(limits), "hold").await;
    let client = RawClient::connect(server.address).await;
    let mut calls = Vec::new();
    for _ in 0..3 {
        calls.push(client.call("/rpc.Peer/Bidi").await);
    }
    for (_, send) in &mut calls {
        send.send_data(vec![0; 120_000].into(), false).unwrap();
    }
    let text = "streamgen::grpc: stream ended by a limit of its connection side=Server \
                reason=it holds most of what waits for readers";
    seen.event(&format!("INFO {text}")).await;
    seen.event(&format!("DEBUG {text}")).await;
}

#[tokio::test]
async fn a_request_that_is_no_call_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let client = RawClient::connect(server.address).await;
    let (response, _send) = client
        .call_with("/rpc.Peer/Bidi", &[("content-type", "text/html")])
        .await;
    let _ = response.await;
    let told = seen.events("DEBUG streamgen::grpc: request refused path=/rpc.Peer/Bidi");
    assert_eq!(told.len(), 1, "{:?}", seen.all());
}

/// What a server's first frames cannot be is an error of the dial.
#[tokio::test]
async fn a_server_that_speaks_something_else_is_told_as_one_that_cannot_be_reached() {
    let seen = Capture::start();
    let (listener, client) = by_hand(GrpcLimits::default()).await;
    let answering = async {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 256]).await;
        socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        socket
    };
    let (_socket, called) = tokio::join!(answering, client.sum(1, vec![]).into_future());
    called.unwrap_err();
    let told = seen.events("WARN streamgen::client: server cannot be reached");
    assert_eq!(told.len(), 1);
    assert!(told[0].line.contains("is not SETTINGS"), "{told:?}");
}
