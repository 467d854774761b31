//! Peers that take nothing of what is written to them. The clock is simulated, and no socket takes part.

use crate::errors_support;
use crate::rpc_support;

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use errors_support::{LONG, SOON, WIRES, Wire};
use futures_core::Stream;
use rpc_support::{Peer, PeerClient, PeerServer};
use streamgen_runtime::client::{Dial, Dialling, Endpoint};
use streamgen_runtime::server::Accepted;
use streamgen_runtime::{FastStr, PoolMode, Server};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::io::{copy, duplex, split};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

/// Bytes that a connection holds in each direction.
const ROOM: usize = 16 * 1024;

/// A limit that a peer can keep which takes a little at a time.
const SEND_TIMEOUT: Duration = Duration::from_millis(500);

/// How a proxy passes on what the server writes, behind the first kilobyte.
#[derive(Debug, Clone, Copy)]
enum Answers {
    Never,
    Slowly,
}

/// Connects through a proxy to a server in memory.
struct Proxy {
    to: UnboundedSender<io::Result<Accepted>>,
    answers: Answers,
    /// Told when the server lets go of a connection.
    closed: UnboundedSender<oneshot::Receiver<()>>,
}

impl Dial for Proxy {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        let (client, near) = duplex(ROOM);
        let (far, server) = duplex(ROOM);
        let (open, closed) = oneshot::channel();
        self.closed.send(closed).unwrap();
        self.to
            .send(Ok(Accepted::new(Watched(server, open))))
            .unwrap();
        tokio::spawn(pass_on(near, far, self.answers));
        Box::pin(async { Ok(client.into()) })
    }
}

async fn pass_on(client: DuplexStream, server: DuplexStream, answers: Answers) {
    let (mut requests, mut to_client) = split(client);
    let (mut from_server, mut to_server) = split(server);
    tokio::spawn(async move {
        let _ = copy(&mut requests, &mut to_server).await;
        // Both halves are kept: the client is still there.
        std::future::pending::<()>().await;
    });
    let mut first = (&mut from_server).take(1024);
    let _ = copy(&mut first, &mut to_client).await;
    if matches!(answers, Answers::Never) {
        std::future::pending::<()>().await;
    }
    let mut buf = vec![0; ROOM];
    while let Ok(n @ 1..) = from_server.read(&mut buf).await {
        sleep(SOON).await;
        if to_client.write_all(&buf[..n]).await.is_err() {
            return;
        }
    }
}

/// The server's end of a connection, which tells by its `Sender` when it is dropped.
struct Watched(DuplexStream, #[expect(dead_code)] oneshot::Sender<()>);

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

struct Incoming(UnboundedReceiver<io::Result<Accepted>>);

impl Stream for Incoming {
    type Item = io::Result<Accepted>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(cx)
    }
}

/// A client behind a proxy to a server of its own, and what is told of its connections.
fn client(
    wire: Wire,
    answers: Answers,
    mux: bool,
) -> (PeerClient, UnboundedReceiver<oneshot::Receiver<()>>) {
    let (to, incoming) = unbounded_channel();
    let (closed, told) = unbounded_channel();
    let service = PeerServer::from(Arc::new(Peer::default()));
    let server = Server::builder()
        .add_service(service)
        .send_timeout(SEND_TIMEOUT);
    tokio::spawn(server.serve_with_incoming(Incoming(incoming)));
    let nowhere = "127.0.0.1:1".parse().unwrap();
    let mut builder = wire.builder(PeerClient::builder("peer"), nowhere);
    if mux {
        builder = builder.unary_pool(PoolMode::Mux { slots: 1 });
    }
    let proxy = Proxy {
        to,
        answers,
        closed,
    };
    (builder.dial(proxy).build().unwrap(), told)
}

/// The wires, and ping-pong calls that share a connection.
fn all() -> impl Iterator<Item = (Wire, bool)> {
    let each = WIRES.map(|wire| (wire, false));
    each.into_iter().chain([(Wire::TtHeader, true)])
}

fn large() -> FastStr {
    "x".repeat(8 * ROOM).into()
}

#[tokio::test(start_paused = true)]
async fn a_connection_whose_client_takes_nothing_is_closed() {
    for (wire, mux) in all() {
        let (client, mut told) = client(wire, Answers::Never, mux);
        let began = Instant::now();
        let call = tokio::spawn(async move { wire.ask(&client, large(), Some(LONG)).await });
        let closed = told.recv().await.unwrap();
        let over = timeout(LONG, closed).await;
        assert!(over.is_ok(), "{} mux {mux}: it stays open", wire.name());
        assert!(began.elapsed() >= SEND_TIMEOUT, "{} mux {mux}", wire.name());
        call.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_a_little_at_a_time_gets_its_answer() {
    for (wire, mux) in all() {
        let (client, _told) = client(wire, Answers::Slowly, mux);
        let began = Instant::now();
        let answer = wire.ask(&client, large(), Some(LONG)).await;
        let answer = answer.unwrap_or_else(|error| panic!("{} mux {mux}: {error}", wire.name()));
        assert!(answer.len() >= 8 * ROOM, "{} mux {mux}", wire.name());
        assert!(began.elapsed() >= 7 * SOON, "{} mux {mux}", wire.name());
    }
}
