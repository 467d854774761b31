//! The sending direction of any typed stream.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::end::{self, ClientEnd, ServerEnd};
use crate::codec::Message;
use crate::error::Result;
use crate::wire::{ClientRaw, RawStream, ServerRaw};

/// Queues messages, held back while the connection has too much to write.
pub(crate) struct Outbound<M, R: ?Sized> {
    raw: Arc<R>,
    message: PhantomData<fn(M)>,
}

/// The sender of a client's messages.
pub(crate) type RequestSender<M> = Outbound<M, dyn ClientRaw>;
/// The sender of a handler's messages.
pub(crate) type ResponseSender<M> = Outbound<M, dyn ServerRaw>;

impl<M> RequestSender<M> {
    /// Half-closes.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.raw.close_send()
    }

    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        end::set_send_timeout::<ClientEnd>(&mut self.raw, timeout);
    }
}

impl<M> ResponseSender<M> {
    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        end::set_send_timeout::<ServerEnd>(&mut self.raw, timeout);
    }
}

impl<M, R: ?Sized> Outbound<M, R> {
    pub(crate) fn new(raw: Arc<R>) -> Self {
        Self {
            raw,
            message: PhantomData,
        }
    }

    pub(super) fn raw(&self) -> &Arc<R> {
        &self.raw
    }
}

/// A `send` under way. Smaller than an `async fn` would be, which keeps its argument twice.
struct SendFuture<'a, M, R: RawStream + ?Sized> {
    raw: &'a Arc<R>,
    /// `None` once it is queued.
    message: Option<M>,
    /// Whether it waits for room.
    waits: bool,
}

// The message is never pinned.
impl<M, R: RawStream + ?Sized> Unpin for SendFuture<'_, M, R> {}

impl<M: Message, R: RawStream + ?Sized> Future for SendFuture<'_, M, R> {
    type Output = Result<()>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let ready = self.raw.poll_send_ready(cx);
        self.waits = ready.is_pending();
        ready!(ready)?;
        let Self { raw, message, .. } = &mut *self;
        // Encoded where it is: a message that is moved is copied.
        let sent = match message {
            Some(message) => raw.send(message),
            None => Ok(()),
        };
        *message = None;
        Poll::Ready(sent)
    }
}

impl<M, R: RawStream + ?Sized> Drop for SendFuture<'_, M, R> {
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.raw.send_given_up();
        }
    }
}

/// Waits for room, then queues `message`. Cancel safe: a dropped future has sent nothing. The one
/// sender of the stream calls this.
#[inline]
pub(super) fn send<M: Message, R: RawStream + ?Sized>(
    raw: &Arc<R>,
    message: M,
) -> impl Future<Output = Result<()>> + Send {
    SendFuture {
        raw,
        message: Some(message),
        waits: false,
    }
}

/// `set_send_timeout` of a stream that sends; `$set` sets it.
macro_rules! send_timeout_method {
    (|$this:ident, $timeout:ident| $set:expr) => {
        /// How long each `send` may wait for room from the next one on, whatever was said before.
        /// Then the stream ends. Zero: no limit.
        pub fn set_send_timeout(&mut self, $timeout: std::time::Duration) {
            let $this = self;
            $set;
        }
    };
}

pub(super) use send_timeout_method;

/// `set_message_compression` of a stream that sends; `$raw` is where its `RawStream` is.
macro_rules! compression_method {
    (|$this:ident| $raw:expr) => {
        /// Whether messages are compressed from the next one on, if the stream has an encoding
        /// (gRPC). They are, unless told otherwise: turn it off for what does not get smaller.
        pub fn set_message_compression(&mut self, on: bool) {
            let $this = self;
            $raw.set_message_compression(on);
        }
    };
}

pub(super) use compression_method;

impl<M: Message, R: RawStream + ?Sized> Outbound<M, R> {
    /// Waits for room, then queues `message`. Cancel safe: a dropped future has sent nothing.
    #[inline]
    pub(crate) fn send(&mut self, message: M) -> impl Future<Output = Result<()>> + Send {
        send(&self.raw, message)
    }
}
