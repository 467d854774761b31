//! Peers that stop halfway.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

/// How long nothing may follow the first part of a frame or a message. Who writes one has all of it,
/// so that a pause is a lost network or a peer that holds connections open; TCP's own repetitions
/// bridge a few seconds. As long as an HTTP/2 client gets for its preface.
pub(crate) const STALL_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a peer may take no byte of what is written to it. A peer that reads at all makes room
/// at once. A slow reader of one stream does not keep its whole connection from reading for so
/// long. nginx uses the same number.
pub(crate) const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// The error of a write that took too long.
pub(crate) fn not_taken() -> io::Error {
    let text = "the peer takes nothing of what is written";
    io::Error::new(io::ErrorKind::TimedOut, text)
}

/// How long a peer whose message was refused may go on sending it.
const DRAIN: Duration = Duration::from_secs(5);

/// Reads and forgets until the peer closes. Closing a socket that holds unread bytes resets it, and the
/// peer would lose the answer that tells why.
pub(super) async fn drain<R: AsyncRead + Unpin>(reader: &mut R, buf: &mut BytesMut) {
    let forget = async {
        loop {
            buf.clear();
            if !matches!(reader.read_buf(buf).await, Ok(1..)) {
                return;
            }
        }
    };
    // A peer that takes longer has had its time.
    let _ = timeout(DRAIN, forget).await;
}
