//! The halves of a client's bidirectional stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::{cancel_methods, metadata_methods};
use crate::codec::Message;
use crate::error::Result;
use crate::streaming::cancel::CancelOnDrop;
use crate::streaming::inbound::Responses;
use crate::streaming::outbound::{RequestSender, compression_method, send_timeout_method};
use crate::streaming::recv_timeout::recv_timeout_method;
use crate::streaming::traits::{debug_stream, impl_sink, impl_stream};

/// The sending half. Dropping it half-closes the stream, also when a `?` ends its task early, or when
/// `StreamExt::forward` has it and fails; who has not sent everything calls [`cancel`](Self::cancel). Dropping
/// it in a panic, or while middleware still has a message of its `Sink`, cancels the stream, because a
/// half-close would tell the server that all was sent.
pub struct BidiSender<Req> {
    outbound: RequestSender<Req>,
}

impl<Req: Message> BidiSender<Req> {
    pub(super) fn new(outbound: RequestSender<Req>) -> Self {
        Self { outbound }
    }

    /// Sends one message; see [`BidiStreamingClient::send`](super::BidiStreamingClient::send).
    ///
    /// # Errors
    /// What the stream ended with; code 12005 after the server has ended it.
    #[inline]
    pub fn send(&mut self, message: Req) -> impl Future<Output = Result<()>> + Send {
        self.outbound.send(message)
    }

    /// Tells the server that no more messages come; the same as dropping, said aloud, but that it first
    /// sends what the `Sink` was given.
    ///
    /// # Errors
    /// Middleware refuses such a message; the client then cancels the stream. Without such a message, there is
    /// no error on a stream that has ended.
    pub async fn close(mut self) -> Result<()> {
        self.outbound.close().await
    }

    /// Ends the stream at once, if it has not ended: the server's handler is cancelled, and does not take what
    /// was sent for everything.
    pub fn cancel(&mut self) {
        self.outbound.raw().give_up();
    }

    send_timeout_method!(|this, timeout| this.outbound.set_timeout(timeout));
    compression_method!(|this| this.outbound.raw());
}

impl<Req> Drop for BidiSender<Req> {
    fn drop(&mut self) {
        if std::thread::panicking() || self.outbound.has_unsent() {
            return self.outbound.raw().give_up();
        }
        // Fails only on a stream that is gone, and then there is nothing to close.
        let _ = self.outbound.raw().close_send();
    }
}

impl_sink!(
    BidiSender<Req>,
    Req,
    |sender| sender.outbound.outlet(),
    |sender, cx| sender.outbound.poll_close(cx)
);
debug_stream!(BidiSender<Req>);

/// The receiving half. Dropping it before the end was received cancels the stream.
pub struct BidiReceiver<Res> {
    pub(super) inbound: Responses<Res>,
    pub(super) cancel: CancelOnDrop,
}

impl<Res: Message> BidiReceiver<Res> {
    /// The next message; see [`BidiStreamingClient::recv`](super::BidiStreamingClient::recv).
    ///
    /// # Errors
    /// A message that does not decode, a Recv timeout, or what the stream ended with.
    #[inline]
    pub fn recv(&mut self) -> impl Future<Output = Result<Option<Res>>> + Send {
        self.inbound.recv()
    }

    recv_timeout_method!(|this| this.inbound);
    cancel_methods!();
    metadata_methods!();
}

impl_stream!(BidiReceiver<Res>, Res);
debug_stream!(BidiReceiver<Res>);
