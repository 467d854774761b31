//! The byte stream under a connection.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

use super::gather::Gathered;
use super::opening::Opening;
use super::sync::lock;

/// Bytes that are read before the streams they are for get their turn, when all was read before. With
/// few of them the first answers are on their way while the last requests are being read.
const FIRST_TURN: u64 = 1024;
/// The same when there was more to read each time: it doubles up to here.
const LONGEST_TURN: u64 = 256 * 1024;

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
    /// Reads what the turn allows.
    io: Take<IO>,
    first: BytesMut,
    opening: Opening,
    out: Gathered,
    turn: u64,
    /// Whether the turn has ended before all was read.
    cut: bool,
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
pub(super) fn gather<IO: AsyncRead>(
    first: BytesMut,
    io: IO,
    opening: Opening,
) -> (Gather<IO>, Outlet<IO>) {
    let socket = Socket {
        // Until there is a task that takes turns.
        io: io.take(u64::MAX),
        first,
        opening,
        out: Gathered::default(),
        turn: FIRST_TURN,
        cut: false,
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

impl<IO: AsyncRead + AsyncWrite + Unpin> Outlet<IO> {
    /// Writes what was gathered.
    pub(super) fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut socket = lock(&self.0);
        if socket.out.is_empty() {
            return Poll::Ready(Ok(()));
        }
        ready!(socket.poll_drain(cx))?;
        Pin::new(socket.io.get_mut()).poll_flush(cx)
    }

    /// Lets the other hand read again. `true` if there may be more than it was allowed to before.
    pub(super) fn begin_turn(&self) -> bool {
        let mut socket = lock(&self.0);
        let cut = std::mem::take(&mut socket.cut);
        socket.turn = match cut {
            true => LONGEST_TURN.min(socket.turn * 2),
            false => FIRST_TURN,
        };
        let turn = socket.turn;
        socket.io.set_limit(turn);
        cut
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Socket<IO> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.out.poll_write(self.io.get_mut(), cx)
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
            if socket.io.limit() == 0 {
                socket.cut = true;
                return Poll::Pending;
            }
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

impl<IO: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gather<IO> {
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
        Pin::new(socket.io.get_mut()).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;
    use tokio::io::AsyncWriteExt;

    /// How much is read before the turn ends or nothing more is there.
    fn read<IO: AsyncRead + Unpin>(gather: &mut Gather<IO>) -> usize {
        let cx = &mut Context::from_waker(Waker::noop());
        let mut read = 0;
        loop {
            let mut room = [0; 400];
            let mut buf = ReadBuf::new(&mut room);
            match Pin::new(&mut *gather).poll_read(cx, &mut buf) {
                Poll::Ready(result) => result.unwrap(),
                Poll::Pending => return read,
            }
            read += buf.filled().len();
        }
    }

    #[tokio::test]
    async fn turns_grow_while_there_is_more_to_read() {
        let (near, mut far) = tokio::io::duplex(16 * 1024);
        let (mut gather, outlet) = gather(BytesMut::new(), near, Opening::of_server());
        // The type of SETTINGS, wherever it is looked for.
        far.write_all(&[4; 5000]).await.unwrap();
        assert!(!outlet.begin_turn());
        assert_eq!(read(&mut gather), 1024);
        assert!(outlet.begin_turn());
        assert_eq!(read(&mut gather), 2048);
        assert!(outlet.begin_turn());
        assert_eq!(read(&mut gather), 1928);
        assert!(!outlet.begin_turn());
        far.write_all(&[4; 5000]).await.unwrap();
        assert_eq!(read(&mut gather), 1024);
    }
}
