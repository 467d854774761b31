//! The byte stream under a connection.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::gather::Gathered;
use super::opening::Opening;
use super::sync::lock;

/// The hand in which h2 holds a byte stream. h2 writes every frame of 256 bytes and more by itself;
/// here they are gathered, until the connection's task has nothing more to do and calls
/// [`Outlet::poll_flush`].
///
/// The first bytes that are read may have been read before, to find out the protocol.
pub(super) struct Gather<IO> {
    socket: Arc<Mutex<Socket<IO>>>,
    heard: Heard,
}

/// The hand in which the connection's task holds the same byte stream.
pub(super) struct Outlet<IO>(Arc<Mutex<Socket<IO>>>);

/// Only the connection's task comes here, so the lock around it is always free.
struct Socket<IO> {
    io: IO,
    first: BytesMut,
    opening: Opening,
    out: Gathered,
}

/// Set by every read; the keepalive takes it back.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<AtomicBool>);

impl Heard {
    /// Whether the peer was heard of since the last time this was asked.
    pub(super) fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// Both hands of a byte stream.
pub(super) fn gather<IO>(first: BytesMut, io: IO, opening: Opening) -> (Gather<IO>, Outlet<IO>) {
    let socket = Socket {
        io,
        first,
        opening,
        out: Gathered::default(),
    };
    let socket = Arc::new(Mutex::new(socket));
    let gather = Gather {
        socket: Arc::clone(&socket),
        heard: Heard::default(),
    };
    (gather, Outlet(socket))
}

impl<IO> Gather<IO> {
    pub(super) fn heard(&self) -> Heard {
        self.heard.clone()
    }
}

impl<IO: AsyncWrite + Unpin> Outlet<IO> {
    /// Writes what was gathered.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.0);
        if socket.out.is_empty() {
            return Poll::Ready(Ok(()));
        }
        ready!(socket.poll_drain(cx))?;
        Pin::new(&mut socket.io).poll_flush(cx)
    }
}

impl<IO: AsyncWrite + Unpin> Socket<IO> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.out.poll_write(&mut self.io, cx)
    }

    fn poll_gather(
        &mut self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.out.is_full() {
            ready!(self.poll_drain(cx))?;
        }
        Poll::Ready(Ok(self.out.add(bufs)))
    }
}

impl<IO: AsyncRead + Unpin> AsyncRead for Gather<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.socket);
        let before = buf.filled().len();
        if socket.first.is_empty() {
            ready!(Pin::new(&mut socket.io).poll_read(cx, buf))?;
        } else {
            let len = socket.first.len().min(buf.remaining());
            buf.put_slice(&socket.first[..len]);
            socket.first.advance(len);
        }
        socket.opening.check(&buf.filled()[before..])?;
        self.heard.0.store(true, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<IO: AsyncWrite + Unpin> AsyncWrite for Gather<IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.socket).poll_gather(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        lock(&self.socket).poll_gather(cx, bufs)
    }

    /// Else h2 would copy payloads into a buffer of its own first.
    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Not yet: see [`Gather`].
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.socket);
        ready!(socket.poll_drain(cx))?;
        Pin::new(&mut socket.io).poll_shutdown(cx)
    }
}
