//! What a stream of a wire is to the typed streams above it.

use std::collections::VecDeque;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result};
use crate::metadata::Metadata;

/// One open stream of either side, with messages as undecoded payloads: what both sides can do with it.
///
/// All methods take `&self`, so that a sender and a receiver on two tasks can share one stream.
/// At most one task may poll each direction at a time: a second poller replaces the first one's
/// waker (ttheader-streaming.md 7.3 forbids concurrent Sends and concurrent Recvs alike).
pub trait RawStream: Send + Sync + 'static {
    /// Ready when the connection's out buffer is below its high-water mark (back-pressure), or
    /// when sending would fail at once.
    fn poll_send_ready(&self, cx: &mut TaskContext<'_>) -> Poll<Result<()>>;

    /// Queues one message. Never waits: call [`RawStream::poll_send_ready`] first.
    ///
    /// # Errors
    /// The stream's end error once it has ended; the wire's error for a message behind a half-close.
    fn send(&self, message: &dyn Encode) -> Result<()>;

    /// Whether messages that are sent from here on are compressed, if the stream has an encoding.
    /// They are, unless told otherwise. Wires without compression ignore it.
    fn set_message_compression(&self, _on: bool) {}

    /// Moves messages that have arrived into `batch`, many at a time. `Ready(Ok(true))`: at least
    /// one message was added. `Ready(Ok(false))`: clean end of stream. Errors and end are sticky, and come
    /// only after all messages that arrived before them. Nothing is lost when the caller stops
    /// polling.
    fn poll_recv(
        &self,
        cx: &mut TaskContext<'_>,
        batch: &mut VecDeque<Bytes>,
    ) -> Poll<Result<bool>>;
}

/// The end of a stream at the side that opened it.
pub trait ClientRaw: RawStream {
    /// Half-closes. Later calls do nothing and succeed.
    ///
    /// # Errors
    /// None once the stream is half-closed or ended.
    fn close_send(&self) -> Result<()>;

    /// The server's header: waits for it, or for the end of the stream.
    fn poll_header(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// The server's trailer: waits for the end of the stream.
    fn poll_trailer(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// Ends the stream from this side at once; the server learns the reason where the wire can tell
    /// it (TTHeader Streaming: RST, statement 63). Does nothing on a stream that has ended.
    fn cancel(&self, reason: CancelReason);

    /// The error of a single `recv` that took longer than `timeout`, while the stream goes on: its
    /// number and its text are the wire's own.
    fn recv_timed_out(&self, timeout: Duration) -> Error;

    /// Leaves the stream to run to its end without its user: dropping it no longer cancels it.
    /// For a client-streaming call whose response has been received (statement 49).
    fn detach(&self);
}

/// The end of a stream at the side that runs its handler. The handler ends it by returning.
pub trait ServerRaw: RawStream {
    /// Merges into the header that has not been sent yet.
    ///
    /// # Errors
    /// `stream header already sent`.
    fn set_header(&self, header: Metadata) -> Result<()>;

    /// Merges and sends the header now.
    ///
    /// # Errors
    /// `stream header already sent`.
    fn send_header(&self, header: Metadata) -> Result<()>;

    /// Merges into the trailer.
    ///
    /// # Errors
    /// `stream trailer already sent`; a key that begins with `biz-`, which Kitex reserves.
    fn set_trailer(&self, trailer: Metadata) -> Result<()>;
}
