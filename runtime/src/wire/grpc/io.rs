//! The byte stream below an HTTP/2 connection: limits what h2 reads at once, and gathers what h2
//! writes.

mod inflow;

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

use super::frames::Frames;
use super::gather::Gathered;
use super::progress::Seen;
use crate::sync::lock;

use inflow::Inflow;
pub(super) use inflow::Observers;

/// How many bytes h2 may read before the connection's task serves the streams, if the last turn had
/// read everything. The limit is small, so that the first answers leave while the last requests are
/// being read.
const FIRST_TURN: u64 = 1024;
/// The largest limit of a turn: it doubles each time that a turn ends with bytes left to read.
const LONGEST_TURN: u64 = 256 * 1024;
/// How many frames end a turn, however short they are. Before more is read, the task takes the
/// streams that these frames open from h2, and writes the answers that they ask for.
const FRAMES_OF_TURN: usize = 1024;
/// How many bytes of header blocks end a turn: h2 keeps up to 200 times as much for the requests that
/// they begin, until the task takes these.
const HEADERS_OF_TURN: usize = 16 * 1024;
/// How many frames may be read while nothing can be written. For each frame that needs an answer,
/// h2 keeps that answer, some 600 bytes, until the peer reads. grpc-go and Kitex stop reading at 50
/// answers; this number also counts frames that need no answer.
const UNANSWERED: usize = 8 * 1024;

/// The byte stream that h2 reads and writes. h2 writes every frame of 256 bytes and more
/// separately. This type gathers these frames until the connection's task has nothing more to do
/// and calls [`FlushHandle::poll_flush`].
///
/// The bytes that were read to find out the protocol come first.
pub(super) struct Gather<IO>(Arc<Mutex<Socket<IO>>>);

/// The handle by which the connection's task writes the bytes that [`Gather`] has gathered.
pub(super) struct FlushHandle<IO>(Arc<Mutex<Socket<IO>>>);

/// Only the connection's task takes the lock around this, so the lock is always free.
struct Socket<IO> {
    /// Reads at most the bytes that the turn allows.
    io: Take<IO>,
    first: BytesMut,
    inflow: Inflow,
    out: Gathered,
    /// How many bytes were written so far.
    written: u64,
    /// Whether some of these bytes may still be in a buffer of `io`. A TLS session has such a
    /// buffer.
    unflushed: bool,
    /// Whether `io` is to be closed, and the end has not left it.
    closing: bool,
    turn: u64,
    /// Whether the turn ended although there were bytes left to read.
    cut: bool,
}

/// Splits a byte stream between h2 and the connection's task. `frames` knows how the peer's bytes
/// begin; `observers` learn of what arrives and what waits.
pub(super) fn gather<IO: AsyncRead>(
    first: BytesMut,
    io: IO,
    frames: Frames,
    observers: Observers,
) -> (Gather<IO>, FlushHandle<IO>) {
    let socket = Socket {
        // Reading is not limited until there is a task that begins turns.
        io: io.take(u64::MAX),
        first,
        inflow: Inflow::new(frames, observers),
        out: Gathered::default(),
        written: 0,
        unflushed: false,
        closing: false,
        turn: FIRST_TURN,
        cut: false,
    };
    let socket = Arc::new(Mutex::new(socket));
    (Gather(Arc::clone(&socket)), FlushHandle(socket))
}

impl<IO: AsyncRead + AsyncWrite + Unpin> FlushHandle<IO> {
    /// Writes what [`Gather`] has gathered, and flushes whatever buffers it.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.0);
        if socket.is_flushed() {
            return Poll::Ready(Ok(()));
        }
        ready!(socket.poll_drain(cx))?;
        ready!(Pin::new(socket.io.get_mut()).poll_flush(cx))?;
        socket.unflushed = false;
        Poll::Ready(Ok(()))
    }

    /// Lets h2 read again. Returns whether the last turn may have left bytes unread.
    pub(super) fn begin_turn(&self) -> bool {
        let mut socket = lock(&self.0);
        if socket.is_flushed() {
            socket.inflow.unanswered = 0;
        }
        // Reading goes on when something has been written.
        if socket.inflow.unanswered >= UNANSWERED {
            return false;
        }
        (socket.inflow.in_turn, socket.inflow.headers) = (0, 0);
        let cut = std::mem::take(&mut socket.cut);
        socket.turn = match cut {
            true => LONGEST_TURN.min(socket.turn * 2),
            false => FIRST_TURN,
        };
        let turn = socket.turn;
        socket.io.set_limit(turn);
        cut
    }

    /// The state of the bytes that were read and written so far.
    pub(super) fn seen(&self) -> Seen {
        let socket = lock(&self.0);
        Seen {
            unsent: socket.closing || !socket.is_flushed(),
            written: socket.written,
            ..socket.inflow.seen()
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Socket<IO> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let before = self.out.len();
        let drained = self.out.poll_write(self.io.get_mut(), cx);
        let written = before - self.out.len();
        self.written += written as u64;
        if written > 0 {
            self.unflushed = true;
            self.inflow.unanswered = 0;
        }
        drained
    }

    fn poll_gather(
        &mut self,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.out.is_full() {
            let drained = self.poll_drain(cx);
            self.inflow.note_backed_up(drained.is_pending());
            ready!(drained)?;
        } else {
            self.inflow.note_backed_up(false);
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
        let mut socket = lock(&self.0);
        let before = buf.filled().len();
        if socket.first.is_empty() {
            if socket.turn_is_over() {
                socket.cut = true;
                socket.inflow.dry = false;
                return Poll::Pending;
            }
            let read = Pin::new(&mut socket.io).poll_read(cx, buf);
            socket.inflow.dry = read.is_pending();
            ready!(read)?;
        } else {
            let len = socket.first.len().min(buf.remaining());
            buf.put_slice(&socket.first[..len]);
            socket.first.advance(len);
        }
        Poll::Ready(socket.inflow.read(&buf.filled()[before..]))
    }
}

impl<IO: AsyncRead> Socket<IO> {
    fn is_flushed(&self) -> bool {
        self.out.is_empty() && !self.unflushed
    }

    fn turn_is_over(&self) -> bool {
        let inflow = &self.inflow;
        self.io.limit() == 0
            || inflow.in_turn >= FRAMES_OF_TURN
            || inflow.headers >= HEADERS_OF_TURN
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gather<IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).poll_gather(cx, &[IoSlice::new(buf)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        lock(&self.0).poll_gather(cx, bufs)
    }

    /// True, because h2 would otherwise copy payloads into a buffer of its own first.
    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Does nothing: the connection's task writes later; see [`Gather`].
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.0);
        ready!(socket.poll_drain(cx))?;
        let closed = Pin::new(socket.io.get_mut()).poll_shutdown(cx);
        socket.closing = closed.is_pending();
        closed
    }
}

#[cfg(test)]
mod tests;
