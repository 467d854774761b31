//! The interface by which the typed streams use a stream of any wire.

use std::collections::VecDeque;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result};
use crate::metadata::Metadata;

/// One open stream on either side: the operations that both sides have. Its messages are undecoded
/// payloads.
///
/// All methods take `&self`, so that a sender and a receiver on two tasks can share one stream.
/// At most one task may poll each direction at a time: a second poller replaces the first one's
/// waker (ttheader-streaming.md 7.3 forbids concurrent Sends and concurrent Recvs alike).
///
/// Of a stream around another one, the functions that are not its own are `handed_on!`.
pub trait RawStream: Send + Sync + 'static {
    /// Ready when the connection's out buffer is below its high-water mark (back-pressure), or
    /// when sending would fail at once.
    fn poll_send_ready(&self, cx: &mut TaskContext<'_>) -> Poll<Result<()>>;

    /// Queues one message. Never waits: call [`RawStream::poll_send_ready`] first.
    ///
    /// # Errors
    /// The error that the stream has ended with. For a message after a half-close, the error of the
    /// wire.
    fn send(&self, message: &dyn Encode) -> Result<()>;

    /// Sets whether the following messages are compressed, if the stream has an encoding. By
    /// default they are. Wires without compression ignore this.
    fn set_message_compression(&self, _on: bool) {}

    /// Moves messages that have arrived into `batch`, many at a time. `Ready(Ok(true))`: at least
    /// one message was added. `Ready(Ok(false))`: the stream has ended without an error. Once the
    /// stream has ended, every call returns the same end or error, after all messages that arrived
    /// before it. A caller that stops polling loses nothing.
    fn poll_recv(
        &self,
        cx: &mut TaskContext<'_>,
        batch: &mut VecDeque<Bytes>,
    ) -> Poll<Result<bool>>;

    /// Ends the stream from this side at once. At a client, the server learns the reason on wires
    /// that can transmit it (TTHeader Streaming: RST, statement 63). At a server, the client gets
    /// an error, and the handler's context is cancelled. Does nothing if the stream has ended.
    fn cancel(&self, reason: CancelReason);

    /// The error of a single `recv` that took longer than `timeout` on a stream that goes on. Each
    /// wire has its own number and text for it.
    fn recv_timed_out(&self, timeout: Duration) -> Error;

    /// Sets how long each send may wait for room from now on; `None`: without limit. Returns
    /// whether this stream keeps to it. Only `SendTimed` does.
    fn set_send_timeout(&self, _timeout: Option<Duration>) -> bool {
        false
    }

    /// Tells that a send which waited for room was given up: the next one waits anew.
    fn send_given_up(&self) {}
}

/// The end of a stream on the side that opened it.
pub trait ClientRaw: RawStream {
    /// Half-closes the stream. Further calls do nothing and succeed.
    ///
    /// # Errors
    /// Never fails once the stream is half-closed or has ended.
    fn close_send(&self) -> Result<()>;

    /// The server's header: waits for it, or for the end of the stream.
    fn poll_header(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// The server's trailer: waits for the end of the stream.
    fn poll_trailer(&self, cx: &mut TaskContext<'_>) -> Poll<Result<Metadata>>;

    /// Lets the stream run to its end without its user: from now on, dropping it does not cancel
    /// it. A client-streaming call uses this after it has received its response (statement 49).
    fn detach(&self);

    /// The user ends the call before the stream has ended, and drops the stream next. For whoever
    /// observes the call; wires have nothing to do.
    fn finish(&self) {}

    /// The user does not send all that the server waits for: cancels the stream, if that has not ended.
    /// Whoever observes the call hears from the receiver how it ended, which may be for another reason.
    fn give_up(&self) {
        self.cancel(CancelReason::User);
    }

    /// The user drops the stream before it has ended; see [`ClientRaw::finish`].
    fn dropped(&self) {}
}

/// The end of a stream on the side that runs its handler. The stream ends when the handler returns.
pub trait ServerRaw: RawStream {
    /// Merges `header` into the header, which has not been sent yet.
    ///
    /// # Errors
    /// `stream header already sent`.
    fn set_header(&self, header: Metadata) -> Result<()>;

    /// Merges `header` into the header and sends the header now.
    ///
    /// # Errors
    /// `stream header already sent`.
    fn send_header(&self, header: Metadata) -> Result<()>;

    /// Merges `trailer` into the trailer.
    ///
    /// # Errors
    /// `stream trailer already sent`; a key that begins with `biz-`, which Kitex reserves.
    fn set_trailer(&self, trailer: Metadata) -> Result<()>;
}

/// The functions of a stream around another one, its field `raw`, to which it adds nothing: it hands the call on.
/// A default of the traits above is for streams of wires, and belongs on this list, too.
macro_rules! handed_on {
    ($(fn $name:ident(&self $(, $arg:ident: $type:ty)*) $(-> $result:ty)?;)+) => {$(
        fn $name(&self $(, $arg: $type)*) $(-> $result)? {
            self.raw.$name($($arg),*)
        }
    )+};
}
pub(crate) use handed_on;
