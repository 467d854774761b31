//! Byte streams that hold what they are given until they are flushed. A TLS session does so when its
//! socket is full. The clock is simulated, and no socket takes part.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use streamgen_runtime::client::{ByteStream, Dial, Dialling, Endpoint};
use streamgen_runtime::server::Accepted;
use streamgen_runtime::{ErrorKind, ServerBuilder};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::incoming::{Connect, in_memory};
use super::memory::{LONG, ROOM, Side, all, ask, client, connect, serve};
use crate::rpc_support::PeerClient;
use crate::wires::{PATIENT, Wire, server};

/// What a flush takes that takes a while.
const WHILE: Duration = Duration::from_millis(5);
/// What a flush that stops lets through before: connections begin with less.
const FIRST: usize = 1024;
/// The default of every wire.
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// A client's preface and SETTINGS, and DATA for a stream that was never opened.
const BAD_FRAMES: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\
    \0\0\0\x04\0\0\0\0\0\
    \0\0\0\0\0\0\0\0\x05";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flush {
    AtOnce,
    /// Each takes a while.
    Late,
    /// None ends behind the first bytes.
    Stops,
    /// All end, but the stream cannot be closed.
    NoClose,
}

struct Buffered {
    io: DuplexStream,
    held: BytesMut,
    flush: Flush,
    late: Option<Pin<Box<Sleep>>>,
    /// Bytes that were let through.
    passed: usize,
    /// Tells by being dropped that this is.
    _open: oneshot::Sender<()>,
}

impl Buffered {
    /// Also gives what is told when the stream is dropped.
    fn new(io: DuplexStream, flush: Flush) -> (Self, oneshot::Receiver<()>) {
        let (open, dropped) = oneshot::channel();
        let stream = Self {
            io,
            held: BytesMut::new(),
            flush,
            late: None,
            passed: 0,
            _open: open,
        };
        (stream, dropped)
    }
}

impl AsyncRead for Buffered {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl AsyncWrite for Buffered {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.held.extend_from_slice(buf);
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.flush == Flush::Late && !this.held.is_empty() {
            let late = this.late.get_or_insert_with(|| Box::pin(sleep(WHILE)));
            ready!(late.as_mut().poll(cx));
            this.late = None;
        }
        while !this.held.is_empty() {
            if this.flush == Flush::Stops && this.passed + this.held.len() > FIRST {
                return Poll::Pending;
            }
            let n = ready!(Pin::new(&mut this.io).poll_write(cx, &this.held))?;
            this.held.advance(n);
            this.passed += n;
        }
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        if self.flush == Flush::NoClose {
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// Connects by streams that both sides flush in the same way.
struct Both(Connect, Flush);

impl Dial for Both {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async {
            let (near, far) = duplex(ROOM);
            let (near, _) = Buffered::new(near, self.1);
            let (far, _) = Buffered::new(far, self.1);
            self.0.give(Ok(Accepted::new(far)))?;
            Ok(ByteStream::new(near))
        })
    }
}

/// A client and its server, one of which has a buffer. The receiver is told when that side drops its
/// end of the connection.
fn connected(
    server: ServerBuilder,
    (side, flush): (Side, Flush),
    wire: (Wire, bool),
) -> (PeerClient, oneshot::Receiver<()>) {
    let (near, far) = duplex(ROOM);
    let (near, accepted, dropped) = match side {
        Side::Client => {
            let (near, dropped) = Buffered::new(near, flush);
            (ByteStream::new(near), far.into(), dropped)
        }
        Side::Server => {
            let (far, dropped) = Buffered::new(far, flush);
            (near.into(), Accepted::new(far), dropped)
        }
    };
    (connect(server, accepted, near, wire), dropped)
}

#[tokio::test(start_paused = true)]
async fn calls_and_streams_get_their_ends_through_buffers() {
    for flush in [Flush::AtOnce, Flush::Late] {
        for (wire, mux) in all() {
            let (connect, incoming) = in_memory();
            let serving = tokio::spawn(server().serve_with_incoming(incoming));
            let client = client(wire, mux, Both(connect, flush));
            // Conversations too, whose frames their senders write by themselves.
            for _ in 0..5 {
                let called = wire.call(&client, PATIENT).await;
                called.unwrap_or_else(|error| panic!("{wire:?} mux {mux} {flush:?}: {error}"));
            }
            serving.abort();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_buffer_that_is_never_flushed_closes_its_connection() {
    for side in [Side::Client, Side::Server] {
        for (wire, mux) in all() {
            let case = format!("{side:?} {wire:?} mux {mux}");
            let (client, dropped) = connected(server(), (side, Flush::Stops), (wire, mux));
            let began = Instant::now();
            let error = ask(wire, &client, 2 * FIRST).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{case}: {error}");
            let took = began.elapsed();
            assert!((SEND_TIMEOUT..LONG).contains(&took), "{case}: {took:?}");
            let over = timeout(LONG, dropped).await;
            assert!(over.is_ok(), "{case}: it stays open");
        }
    }
}

/// The answer says that the request is too large; the server closes the connection behind it.
#[tokio::test(start_paused = true)]
async fn a_refusal_does_not_wait_for_ever_for_its_connection_to_close() {
    for wire in [Wire::Framed, Wire::TtHeader] {
        let server = server().max_message(16 * 1024);
        let (client, dropped) = connected(server, (Side::Server, Flush::NoClose), (wire, false));
        let error = ask(wire, &client, 32 * 1024).await.unwrap_err();
        let kind = error.kind();
        assert_eq!(kind, ErrorKind::ResourceExhausted, "{wire:?}: {error}");
        let over = timeout(LONG, dropped).await;
        assert!(over.is_ok(), "{wire:?}: it stays open");
    }
}

/// What the peer sends is no HTTP/2, and is answered by a GOAWAY and the end of the connection.
#[tokio::test(start_paused = true)]
async fn a_grpc_connection_does_not_wait_for_ever_to_close() {
    let (mut near, far) = duplex(ROOM);
    let (far, dropped) = Buffered::new(far, Flush::NoClose);
    serve(server(), Accepted::new(far));
    near.write_all(BAD_FRAMES).await.unwrap();
    let over = timeout(LONG, dropped).await;
    assert!(over.is_ok(), "it stays open");
}
