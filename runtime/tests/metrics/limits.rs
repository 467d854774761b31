//! Limits that are reached.

use std::time::Duration;

use streamgen_runtime::{GrpcLimits, Limits, MinRate, PoolMode, Server, ServerBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::errors_support::{Cause, LONG, SOON, Wire, provoke};
use crate::grpc_support::RawClient;
use crate::recorder::Recorded;
use crate::rpc_support::{PeerClient, Running, msg};
use crate::serve;

/// The first bytes of a frame or a request that is never whole, for each wire.
const HALF_FRAME: &[u8] = &[0, 0, 0, 0x2e, 0x10, 0, 0, 0x02];
const HALF_REQUEST: &[u8] = &[0, 0, 0, 0x1c, 0x80, 1, 0, 1];
const HALF_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

fn streams(set: impl FnOnce(&mut Limits)) -> ServerBuilder {
    let mut limits = Limits::default();
    set(&mut limits);
    Server::builder().stream_limits(limits)
}

fn grpc(set: impl FnOnce(&mut GrpcLimits)) -> ServerBuilder {
    let mut limits = GrpcLimits::default();
    set(&mut limits);
    Server::builder().grpc_limits(limits)
}

fn on_one_connection(server: &Running) -> PeerClient {
    let builder = Wire::Streaming.builder(PeerClient::builder("peer"), server.address);
    builder.pool(PoolMode::Mux { slots: 1 }).build().unwrap()
}

/// Waits for one hit of that limit at a server.
async fn hit(seen: &Recorded, limit: &str, protocol: &str) {
    let labels = [format!("limit={limit}"), format!("protocol={protocol}")];
    let labels = [&labels[0], &labels[1], "side=server"];
    seen.reaches("streamgen.limit.hit", &labels, 1.0).await;
}

#[tokio::test]
async fn a_peer_that_does_not_go_on_counts_by_the_limit_of_its_wire() {
    for (bytes, limit, protocol) in [
        (HALF_FRAME, "stall_timeout", "TTHeader Streaming"),
        (HALF_REQUEST, "stall_timeout", "ping-pong"),
        (HALF_PREFACE, "handshake_timeout", "gRPC"),
        (&HALF_FRAME[..7], "detection_timeout", ""),
        (HALF_FRAME, "min_rate", "TTHeader Streaming"),
        (HALF_REQUEST, "min_rate", "ping-pong"),
    ] {
        let (seen, _guard) = Recorded::start();
        // The server must not reach another limit first, even on a busy machine.
        let soon = |name| if name == limit { SOON } else { LONG };
        let builder = grpc(|limits| limits.handshake_timeout = soon("handshake_timeout"))
            .detection_timeout(soon("detection_timeout"))
            .stall_timeout(soon("stall_timeout"))
            .min_rate(MinRate {
                grace: soon("min_rate"),
                ..MinRate::default()
            });
        let server = serve(builder, "").await;
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        let _ = socket.read(&mut [0; 64]).await;
        hit(seen, limit, protocol).await;
        assert_eq!(seen.sum("streamgen.limit.hit", &[]), 1.0, "{limit}");
    }
}

#[tokio::test]
async fn streams_above_the_maximum_of_a_connection_count() {
    let (seen, _guard) = Recorded::start();
    let server = serve(streams(|limits| limits.max_streams = 1), "").await;
    let client = on_one_connection(&server);
    let mut held = client.bidi().await.unwrap();
    held.send(msg("m")).await.unwrap();
    held.recv().await.unwrap();
    client.bidi().await.unwrap().recv().await.unwrap_err();
    hit(seen, "max_streams", "TTHeader Streaming").await;
}

#[tokio::test]
async fn headers_above_the_maximum_of_a_connection_count() {
    let (seen, _guard) = Recorded::start();
    let server = serve(streams(|limits| limits.connection_headers = 0), "").await;
    let client = on_one_connection(&server);
    client.bidi().await.unwrap().recv().await.unwrap_err();
    hit(seen, "connection_headers", "TTHeader Streaming").await;
}

#[tokio::test]
async fn messages_that_nobody_takes_count_by_the_bound_that_ends_their_stream() {
    for (limit, builder) in [
        (
            "queue.max_bytes",
            streams(|limits| limits.queue.max_bytes = 64),
        ),
        (
            "queue.max_messages",
            streams(|limits| limits.queue.max_messages = 4),
        ),
    ] {
        let (seen, _guard) = Recorded::start();
        let server = serve(builder, "hold").await;
        let mut stream = on_one_connection(&server).bidi().await.unwrap();
        // The server's answer may come before the last of them.
        for _ in 0..100 {
            let _ = stream.send(msg("sixteen bytes ..")).await;
        }
        hit(seen, limit, "TTHeader Streaming").await;
    }
}

#[tokio::test]
async fn messages_above_the_limit_count_on_every_wire() {
    for (wire, limit, protocol) in [
        (Wire::Streaming, "max_frame", "TTHeader Streaming"),
        (Wire::Framed, "max_message", "ping-pong"),
        (Wire::TtHeader, "max_message", "ping-pong"),
        (Wire::GrpcUnary, "max_message", "gRPC"),
        (Wire::GrpcStream, "max_message", "gRPC"),
    ] {
        let (seen, _guard) = Recorded::start();
        provoke(Cause::RequestTooLarge, wire).await.unwrap();
        hit(seen, limit, protocol).await;
    }
}

#[tokio::test]
async fn what_waits_for_readers_counts() {
    let (seen, _guard) = Recorded::start();
    let builder = grpc(|limits| limits.connection_window = 1 << 17);
    let server = serve(builder, "hold").await;
    let client = RawClient::connect(server.address).await;
    let mut calls = Vec::new();
    for _ in 0..2 {
        calls.push(client.call("/rpc.Peer/Bidi").await);
    }
    for (_, send) in &mut calls {
        send.send_data(vec![0; 120_000].into(), false).unwrap();
    }
    hit(seen, "connection_window", "gRPC").await;
}

/// A call of `Hello` whose arguments hold a struct in a struct, and so on, in a field that the IDL does
/// not have.
fn nested(depth: usize) -> Vec<u8> {
    const FIELD: [u8; 3] = [12, 0, 99];
    const STOP: u8 = 0;
    let envelope = b"\x80\x01\0\x01\0\0\0\x05Hello\0\0\0\x01";
    let mut call = envelope.to_vec();
    call.extend(FIELD.repeat(depth));
    call.extend([STOP].repeat(depth + 1));
    let len = u32::try_from(call.len()).unwrap().to_be_bytes();
    [&len[..], &call].concat()
}

#[tokio::test]
async fn messages_that_nest_too_deep_count() {
    for (depth, hits) in [(60, 0.0), (70, 1.0)] {
        let (seen, _guard) = Recorded::start();
        let server = serve(Server::builder(), "").await;
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(&nested(depth)).await.unwrap();
        assert!(
            socket.read(&mut [0; 64]).await.unwrap() > 0,
            "it is answered"
        );
        let labels = ["limit=depth", "side=server"];
        assert_eq!(seen.sum("streamgen.limit.hit", &labels), hits, "{depth}");
    }
}

#[tokio::test]
async fn a_connection_without_requests_counts_when_it_is_closed() {
    let (seen, _guard) = Recorded::start();
    let server = serve(Server::builder().idle_timeout(SOON), "").await;
    let client = Wire::Framed.client(server.address);
    client.sum(1, vec![]).await.unwrap();
    hit(seen, "idle_timeout", "ping-pong").await;
}

#[tokio::test]
async fn connections_above_the_maximum_count() {
    let (seen, _guard) = Recorded::start();
    let server = serve(Server::builder().max_connections(1), "").await;
    let first = Wire::Framed.client(server.address);
    first.sum(1, vec![]).await.unwrap();
    let mut refused = TcpStream::connect(server.address).await.unwrap();
    let _ = refused.read(&mut [0]).await;
    hit(seen, "max_connections", "").await;
}

#[tokio::test]
async fn the_end_of_the_exit_wait_counts() {
    let (seen, _guard) = Recorded::start();
    let mut server = serve(Server::builder().exit_wait(SOON), "hold").await;
    let client = Wire::Framed.client(server.address);
    let asking = tokio::spawn(async move { client.hello("m".into()).await });
    seen.reaches("streamgen.calls.in_flight", &["side=server"], 1.0)
        .await;
    server.stop.take().unwrap().send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(30), &mut server.serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
    asking.await.unwrap().unwrap_err();
    hit(seen, "exit_wait", "").await;
}
