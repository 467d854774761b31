//! Peers that stop in the middle of a frame or a message.

use crate::errors_support;
use crate::rpc_support;

use std::net::SocketAddr;
use std::sync::Arc;

use errors_support::{LONG, SOON, Wire, small_streams};
use rpc_support::stream_gen::rpc::peer::SERVICE_INFO;
use rpc_support::{Peer, PeerClient, PeerServer, Running, start};
use streamgen_runtime::unstable::Outgoing;
use streamgen_runtime::unstable::client::UnaryWire;
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig};
use streamgen_runtime::{ErrorKind, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// The first bytes of a message of each wire: lengths that nothing follows.
const HALVES: [(&str, [u8; 8]); 3] = [
    ("TTHeader Streaming", [0, 0, 0, 0x2e, 0x10, 0, 0, 0x02]),
    ("TTHeader", [0, 0, 0, 0x2e, 0x10, 0, 0, 0]),
    ("Framed", [0, 0, 0, 0x1c, 0x80, 0x01, 0, 1]),
];

async fn serve() -> Running {
    let service = PeerServer::from(Arc::new(Peer::default()));
    start(Server::builder().add_service(service).stall_timeout(SOON)).await
}

#[tokio::test]
async fn a_server_closes_when_nothing_follows_half_a_message() {
    let server = serve().await;
    for (wire, half) in HALVES {
        let mut peer = TcpStream::connect(server.address).await.unwrap();
        peer.write_all(&half).await.unwrap();
        let closed = timeout(LONG, peer.read(&mut [0])).await;
        assert!(matches!(closed.expect(wire), Ok(0) | Err(_)), "{wire}");
    }
}

#[tokio::test]
async fn a_connection_between_two_messages_is_left_alone() {
    let server = serve().await;
    for wire in [Wire::Streaming, Wire::TtHeader, Wire::Framed] {
        let client = wire.client(server.address);
        if !wire.is_stream() {
            for _ in 0..2 {
                wire.ask(&client, "m".into(), None).await.unwrap();
                tokio::time::sleep(4 * SOON).await;
            }
            continue;
        }
        let mut stream = client.bidi().await.unwrap();
        for _ in 0..2 {
            stream.send(rpc_support::msg("m")).await.unwrap();
            assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
            tokio::time::sleep(4 * SOON).await;
        }
    }
}

/// A server that answers a call with these bytes, and then says nothing.
async fn half_an_answer(half: [u8; 8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut buf = [0; 4096];
        assert_ne!(socket.read(&mut buf).await.unwrap(), 0);
        socket.write_all(&half).await.unwrap();
        while matches!(socket.read(&mut buf).await, Ok(1..)) {}
    });
    address
}

#[tokio::test]
async fn a_client_of_streams_gives_up_half_a_frame() {
    let address = half_an_answer(HALVES[0].1).await;
    let mut limits = small_streams();
    limits.stall_timeout = SOON;
    let builder = Wire::Streaming.builder(PeerClient::builder("peer"), address);
    let client = builder.stream_limits(limits).build().unwrap();
    let error = Wire::Streaming.refused(&client, None).await;
    assert_eq!(
        (error.kind(), error.kitex_code()),
        (ErrorKind::Connection, Some(12_006))
    );
}

#[tokio::test]
async fn a_ping_pong_client_gives_up_half_a_reply() {
    let config = PoolConfig {
        stall_timeout: SOON,
        ..PoolConfig::default()
    };
    let pool = PingPongPool::new(Framing::Framed, config);
    let hello = SERVICE_INFO.method_index("Hello").unwrap();
    let call = Outgoing::new(&SERVICE_INFO, &SERVICE_INFO.methods[hello]);
    for (wire, half) in [HALVES[1], HALVES[2]] {
        let endpoint = Endpoint::from(half_an_answer(half).await);
        let args = rpc_support::msg("m");
        let called = timeout(LONG, pool.unary((&endpoint).into(), &call, &args)).await;
        let error = called.expect(wire).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{wire}: {error}");
    }
}
