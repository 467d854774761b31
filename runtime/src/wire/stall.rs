//! Peers that stop halfway.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::timeout;

use super::overdue::overdue;
use crate::call::WaitTimer;
use crate::measure::Limit;

/// How long nothing may follow the first part of a frame or a message. Who writes one has all of it,
/// so that a pause is a lost network or a peer that holds connections open; TCP's own repetitions
/// bridge a few seconds. As long as an HTTP/2 client gets for its preface.
pub(crate) const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a peer may take no byte of what is written to it. A peer that reads at all makes room
/// at once. A slow reader of one stream does not keep its whole connection from reading for so
/// long. nginx uses the same number.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// Limits how long a write, a flush or the close of a byte stream may be pending. `polled` is what the
/// operation returned just now. The caller restarts `stuck` before each new operation.
pub(super) fn taken<T>(
    polled: Poll<io::Result<T>>,
    stuck: &mut WaitTimer,
    cx: &mut Context<'_>,
) -> Poll<io::Result<T>> {
    match polled {
        Poll::Pending => stuck.poll_late(cx).map(|()| Err(not_taken())),
        done => done,
    }
}

/// Writes all of `left`, and flushes whatever buffers it. Afterwards `left` is what `io` did not take.
///
/// # Errors
/// The errors of `io`, or that one write or the flush was pending for the timeout of `stuck`.
pub(super) async fn send<W: AsyncWrite + Unpin>(
    io: &mut W,
    left: &mut &[u8],
    stuck: &mut WaitTimer,
) -> io::Result<()> {
    let mut io = Pin::new(io);
    while !left.is_empty() {
        stuck.restart();
        match poll_fn(|cx| taken(io.as_mut().poll_write(cx, left), stuck, cx)).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            n => *left = &left[n..],
        }
    }
    stuck.restart();
    poll_fn(|cx| taken(io.as_mut().poll_flush(cx), stuck, cx)).await
}

/// Closes the direction that is written to. The peer has as long to take this as any write.
///
/// # Errors
/// The errors of `io`, or that the close was pending for the timeout of `stuck`.
pub(super) async fn close<W: AsyncWrite + Unpin>(
    io: &mut W,
    stuck: &mut WaitTimer,
) -> io::Result<()> {
    stuck.restart();
    poll_fn(|cx| taken(Pin::new(&mut *io).poll_shutdown(cx), stuck, cx)).await
}

/// The error of an operation that took too long.
pub(crate) fn not_taken() -> io::Error {
    let text = "the peer takes nothing of what is written";
    overdue(Limit::SendTimeout, text.to_owned())
}

/// How long a peer whose message was refused may go on sending it.
pub(super) const DISCARD_FOR: Duration = Duration::from_secs(5);

/// Reads and forgets until the peer closes, and no longer than `most`. Closing a socket that holds unread bytes resets it, and the
/// peer would lose the answer that tells why.
pub(super) async fn discard<R: AsyncRead + Unpin>(
    reader: &mut R,
    buf: &mut BytesMut,
    most: Duration,
) {
    let forget = async {
        loop {
            buf.clear();
            if !matches!(reader.read_buf(buf).await, Ok(1..)) {
                return;
            }
        }
    };
    // A peer that takes longer has had its time.
    let _ = timeout(most, forget).await;
}
