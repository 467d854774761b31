//! The sending direction of any typed stream.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

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
struct SendFuture<'a, M, R: ?Sized> {
    raw: &'a Arc<R>,
    /// `None` once it is queued.
    message: Option<M>,
}

// The message is never pinned.
impl<M, R: ?Sized> Unpin for SendFuture<'_, M, R> {}

impl<M: Message, R: RawStream + ?Sized> Future for SendFuture<'_, M, R> {
    type Output = Result<()>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.raw.poll_send_ready(cx))?;
        let Self { raw, message } = &mut *self;
        // Encoded where it is: a message that is moved is copied.
        let sent = match message {
            Some(message) => raw.send(message),
            None => Ok(()),
        };
        *message = None;
        Poll::Ready(sent)
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
    }
}

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
