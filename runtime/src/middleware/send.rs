//! Middleware of each sent message.

use std::fmt;
use std::sync::Arc;

use super::{BoxFuture, CallInfo};
use crate::codec::AnyMessage;
use crate::error::Result;
use crate::wire::{RawStream, Room};

/// Runs around each `send` of a stream: Kitex's `StreamSendMiddleware`. The message is there from the
/// beginning. An `async fn` is one, and so is an `async` closure:
///
/// ```
/// use streamgen_runtime::Result;
/// use streamgen_runtime::middleware::{SendNext, Sending};
///
/// async fn log_sent(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
///     let sent = next.run(send).await;
///     let method = send.call().method().to_owned();
///     println!("{method}: {:?}: {sent:?}", send.message());
///     sent
/// }
/// # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
/// builder.send_middleware(log_sent)
/// # }
/// ```
///
/// A middleware that fails without `next` refuses the message: nothing is sent, and the stream goes
/// on. All ways to send run it: `send`, `Sink`, the request of a server-streaming call, and the
/// response of a client-streaming handler.
pub trait SendMiddleware: Send + Sync + 'static {
    /// Sends the message by `next`. If the user drops the `send`, this future is dropped, too: the
    /// message was sent if `next` had returned by then.
    ///
    /// # Errors
    /// Any. The user's `send` fails with it.
    fn send(
        &self,
        send: &mut Sending,
        next: SendNext<'_>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A function that is a [`SendMiddleware`]. The lifetime lets its future borrow the arguments.
#[doc(hidden)]
pub trait SendFn<'a>: Send + Sync {
    type Future: Future<Output = Result<()>> + Send + 'a;

    fn call(&self, send: &'a mut Sending, next: SendNext<'a>) -> Self::Future;
}

impl<'a, F, Fut> SendFn<'a> for F
where
    F: Fn(&'a mut Sending, SendNext<'a>) -> Fut + Send + Sync,
    Fut: Future<Output = Result<()>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, send: &'a mut Sending, next: SendNext<'a>) -> Fut {
        self(send, next)
    }
}

impl<F: for<'a> SendFn<'a> + 'static> SendMiddleware for F {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.call(send, next).await
    }
}

/// A [`SendMiddleware`] whose type is erased, so that a chain can hold it.
pub(crate) trait ErasedSend: Send + Sync {
    fn send<'a>(&'a self, send: &'a mut Sending, next: SendNext<'a>) -> BoxFuture<'a, Result<()>>;
}

impl<M: SendMiddleware> ErasedSend for M {
    fn send<'a>(&'a self, send: &'a mut Sending, next: SendNext<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(SendMiddleware::send(self, send, next))
    }
}

/// The middleware of a stream's `send`s, outermost first.
pub(crate) type SendChain = Arc<[Arc<dyn ErasedSend>]>;

/// The rest of a chain, which a [`SendMiddleware`] runs: the middleware inside of it, and the stream
/// itself at last.
#[derive(Clone, Copy)]
pub struct SendNext<'a> {
    rest: &'a [Arc<dyn ErasedSend>],
}

impl<'a> SendNext<'a> {
    pub(crate) fn all(chain: &'a SendChain) -> Self {
        Self { rest: chain }
    }

    /// Sends the message, as it is now. When this returns, the message is queued. May be run again, to
    /// send once more.
    ///
    /// # Errors
    /// Those of the middleware inside and of the stream.
    pub async fn run(self, send: &mut Sending) -> Result<()> {
        match self.rest.split_first() {
            Some((first, rest)) => first.send(send, SendNext { rest }).await,
            None => send.queue().await,
        }
    }
}

impl fmt::Debug for SendNext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendNext")
            .field("middleware", &self.rest.len())
            .finish()
    }
}

/// One `send` of a stream, as its middleware sees it.
pub struct Sending {
    call: CallInfo,
    message: Box<dyn AnyMessage>,
    raw: Arc<dyn RawStream>,
}

impl Sending {
    pub(crate) fn new(
        call: CallInfo,
        message: Box<dyn AnyMessage>,
        raw: Arc<dyn RawStream>,
    ) -> Self {
        Self { call, message, raw }
    }

    /// The call that the stream belongs to.
    #[must_use]
    pub fn call(&self) -> &CallInfo {
        &self.call
    }

    /// The message.
    pub fn message(&mut self) -> &mut dyn AnyMessage {
        &mut *self.message
    }

    /// The message, if it is a `T`: to look at it, change it or replace it.
    pub fn message_as<T: 'static>(&mut self) -> Option<&mut T> {
        self.message.downcast_mut()
    }

    async fn queue(&mut self) -> Result<()> {
        Room::of(&*self.raw).await?;
        self.raw.send(&*self.message)
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending")
            .field("call", &self.call)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}
