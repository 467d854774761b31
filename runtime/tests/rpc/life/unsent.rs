//! A pooled connection that breaks at the moment it is used again.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use streamgen_runtime::unstable::Outgoing;
use streamgen_runtime::unstable::client::{Reply, UnaryWire};
use streamgen_runtime::unstable::io::{ByteStream, Dial, Dialling, Endpoint};
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig};
use streamgen_runtime::{
    ErrorKind, MethodInfo, Mode, PayloadCodec, Result, ServiceInfo, Transport,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::rpc_support::{msg, start};
use crate::wires::server;

static PEER: ServiceInfo = ServiceInfo::new(
    "Peer",
    "rpc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::new("Hello", Mode::PingPong)],
);

/// A connection that takes so many more bytes of what is written, and then fails.
struct Fragile {
    socket: TcpStream,
    room: Arc<AtomicUsize>,
}

impl AsyncRead for Fragile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Fragile {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let room = self.room.load(Ordering::Relaxed).min(buf.len());
        if room == 0 {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let written = Pin::new(&mut self.socket).poll_write(cx, &buf[..room]);
        if let Poll::Ready(Ok(n)) = written {
            self.room.fetch_sub(n, Ordering::Relaxed);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

/// Dials the server, and breaks the first connection when it is told to.
#[derive(Clone)]
struct Network {
    server: SocketAddr,
    dials: Arc<AtomicUsize>,
    /// What the first connection takes.
    room: Arc<AtomicUsize>,
}

impl Dial for Network {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async move {
            let socket = TcpStream::connect(self.server).await?;
            let first = self.dials.fetch_add(1, Ordering::Relaxed) == 0;
            let room = match first {
                true => Arc::clone(&self.room),
                false => Arc::new(AtomicUsize::new(usize::MAX)),
            };
            Ok(ByteStream::Other(Box::new(Fragile { socket, room })))
        })
    }
}

/// A pool whose only connection takes no more than `room` bytes of the next request.
async fn pool(transport: Framing, room: usize) -> (PingPongPool, Network) {
    let running = start(server()).await;
    let network = Network {
        server: running.address,
        dials: Arc::default(),
        room: Arc::new(AtomicUsize::new(usize::MAX)),
    };
    // The server stays until the test's runtime ends.
    std::mem::forget(running);
    let config = PoolConfig {
        dial: Arc::new(network.clone()),
        ..PoolConfig::default()
    };
    let pool = PingPongPool::new(transport, config);
    hello(&pool).await.unwrap();
    network.room.store(room, Ordering::Relaxed);
    (pool, network)
}

async fn hello(pool: &PingPongPool) -> Result<Reply> {
    let endpoint = Endpoint::parse("peer:80").unwrap();
    let call = Outgoing::new(&PEER, &PEER.methods[0]);
    pool.unary((&endpoint).into(), &call, &msg("x")).await
}

const BOTH: [Framing; 2] = [Framing::Framed, Framing::TtHeaderFramed];

#[tokio::test]
async fn a_request_of_which_no_byte_left_goes_over_a_fresh_connection() {
    for transport in BOTH {
        let (pool, network) = pool(transport, 0).await;
        let reply = hello(&pool).await.unwrap();
        assert!(!reply.message.is_empty());
        assert_eq!(network.dials.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn a_request_of_which_a_byte_left_is_not_repeated() {
    for transport in BOTH {
        let (pool, network) = pool(transport, 1).await;
        let error = hello(&pool).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(!error.is_retryable());
        assert_eq!(network.dials.load(Ordering::Relaxed), 1);
    }
}
