//! Middleware of each received message.

use std::any::Any;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{BoxFuture, CallInfo};
use crate::codec::{AnyMessage, Message};
use crate::error::{BizStatusError, Error, Result};

/// Runs around each `recv` of a stream: Kitex's `StreamRecvMiddleware`.
///
/// The message is there after `next`. An `async fn` is one, and so is an `async` closure:
///
/// ```
/// use streamgen_runtime::Result;
/// use streamgen_runtime::middleware::{Receiving, RecvNext};
///
/// async fn log_received(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
///     next.run(recv).await?;
///     let method = recv.call().method().to_owned();
///     match recv.message() {
///         Some(message) => println!("{method}: {message:?}"),
///         None => println!("{method}: the end"),
///     }
///     Ok(())
/// }
/// # fn set<C>(builder: streamgen_runtime::ClientBuilder<C>) -> streamgen_runtime::ClientBuilder<C> {
/// builder.recv_middleware(log_received)
/// # }
/// ```
///
/// A type with settings of its own implements the trait:
///
/// ```
/// use streamgen_runtime::{Error, Result};
/// use streamgen_runtime::middleware::{Receiving, RecvMiddleware, RecvNext};
///
/// struct AtMost { bytes: usize }
///
/// impl RecvMiddleware for AtMost {
///     async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
///         next.run(recv).await?;
///         match recv.message() {
///             Some(message) if message.encoded_len() > self.bytes => {
///                 Err(Error::application("the message is too long for us"))
///             }
///             _ => Ok(()),
///         }
///     }
/// }
/// ```
///
/// If the middleware fails, the user's `recv` fails with that error, and the stream goes on. A handler
/// that returns the error ends the call with it.
pub trait RecvMiddleware: Send + Sync + 'static {
    /// Receives one message by `next`, which may be run several times, to leave messages out, or not
    /// at all.
    ///
    /// The future outlives a `recv` of the user that is dropped: the next `recv` goes on with it, so
    /// that no message is lost.
    ///
    /// # Errors
    /// Any. The user's `recv` fails with it.
    fn recv(
        &self,
        recv: &mut Receiving,
        next: RecvNext<'_>,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// A function that is a [`RecvMiddleware`]. The lifetime lets its future borrow the arguments.
#[doc(hidden)]
pub trait RecvFn<'a>: Send + Sync {
    type Future: Future<Output = Result<()>> + Send + 'a;

    fn call(&self, recv: &'a mut Receiving, next: RecvNext<'a>) -> Self::Future;
}

impl<'a, F, Fut> RecvFn<'a> for F
where
    F: Fn(&'a mut Receiving, RecvNext<'a>) -> Fut + Send + Sync,
    Fut: Future<Output = Result<()>> + Send + 'a,
{
    type Future = Fut;

    fn call(&self, recv: &'a mut Receiving, next: RecvNext<'a>) -> Fut {
        self(recv, next)
    }
}

impl<F: for<'a> RecvFn<'a> + 'static> RecvMiddleware for F {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        self.call(recv, next).await
    }
}

/// A [`RecvMiddleware`] whose type is erased, so that a chain can hold it.
pub(crate) trait ErasedRecv: Send + Sync {
    fn recv<'a>(&'a self, recv: &'a mut Receiving, next: RecvNext<'a>)
    -> BoxFuture<'a, Result<()>>;
}

impl<M: RecvMiddleware> ErasedRecv for M {
    fn recv<'a>(
        &'a self,
        recv: &'a mut Receiving,
        next: RecvNext<'a>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(RecvMiddleware::recv(self, recv, next))
    }
}

/// The middleware of a stream's `recv`s, outermost first.
pub(crate) type RecvChain = Arc<[Arc<dyn ErasedRecv>]>;

/// The rest of a chain, which a [`RecvMiddleware`] runs: the middleware inside of it, and the stream
/// itself at last.
#[derive(Clone, Copy)]
pub struct RecvNext<'a> {
    rest: &'a [Arc<dyn ErasedRecv>],
}

impl<'a> RecvNext<'a> {
    pub(crate) fn all(chain: &'a RecvChain) -> Self {
        Self { rest: chain }
    }

    /// Receives the next message. Afterwards [`Receiving::message`] returns it, or `None` at the end
    /// of the stream. May be run again, for the message after that.
    ///
    /// # Errors
    /// Those of the middleware inside and of the stream: a message that does not decode, or what the
    /// stream ended with, if it is no business status.
    pub async fn run(self, recv: &mut Receiving) -> Result<()> {
        recv.clear();
        match self.rest.split_first() {
            Some((first, rest)) => first.recv(recv, RecvNext { rest }).await,
            None => recv.receive().await,
        }
    }
}

impl fmt::Debug for RecvNext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvNext")
            .field("middleware", &self.rest.len())
            .finish()
    }
}

/// A stream and its last message, by an interface that does not show the message's type.
pub(crate) trait RecvSlot: Any + Send {
    /// Receives a message into the slot. It stays empty at the end of the stream.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>>;

    fn message(&mut self) -> Option<&mut dyn AnyMessage>;

    /// The message, as the `Option<T>` that the slot has.
    fn place(&mut self) -> &mut dyn Any;

    fn clear(&mut self);
}

/// One `recv` of a stream, as its middleware sees it.
pub struct Receiving {
    call: CallInfo,
    slot: Box<dyn RecvSlot>,
    /// The business status that the peer ended the stream with.
    biz: Option<Error>,
}

impl Receiving {
    pub(crate) fn new(call: CallInfo, slot: Box<dyn RecvSlot>) -> Self {
        let biz = None;
        Self { call, slot, biz }
    }

    /// The call that the stream belongs to.
    #[must_use]
    pub fn call(&self) -> &CallInfo {
        &self.call
    }

    /// The message that [`RecvNext::run`] has received. `None` before that, and at the end of the
    /// stream.
    pub fn message(&mut self) -> Option<&mut dyn AnyMessage> {
        self.slot.message()
    }

    /// The message that was received, if it is a `T`: to look at it, change it or replace it.
    pub fn message_as<T: 'static>(&mut self) -> Option<&mut T> {
        self.slot.place().downcast_mut::<Option<T>>()?.as_mut()
    }

    /// Makes `message` the one that the `recv` returns, in place of the one that was received.
    ///
    /// # Errors
    /// The stream has messages of another type.
    pub fn set_message<T: Message>(&mut self, message: T) -> Result<()> {
        let Some(place) = self.slot.place().downcast_mut::<Option<T>>() else {
            let (name, call) = (T::name(), &self.call);
            let text = format!("method {} receives no {name}", call.method());
            return Err(Error::invalid_argument(text));
        };
        *place = Some(message);
        Ok(())
    }

    /// The business status that the server ended the stream with. It is no error to middleware, as in
    /// Kitex: [`RecvNext::run`] succeeds without a message. The user's `recv` fails with it.
    #[must_use]
    pub fn biz_status(&self) -> Option<&BizStatusError> {
        self.biz.as_ref().and_then(Error::biz_status)
    }

    fn clear(&mut self) {
        self.slot.clear();
        self.biz = None;
    }

    async fn receive(&mut self) -> Result<()> {
        let received = poll_fn(|cx| self.slot.poll_receive(cx)).await;
        match received {
            Err(error) if error.biz_status().is_some() => {
                self.biz = Some(error);
                Ok(())
            }
            received => received,
        }
    }

    /// Returns the slot, and takes the business status.
    pub(crate) fn finish(&mut self) -> (&mut dyn RecvSlot, Option<Error>) {
        (&mut *self.slot, self.biz.take())
    }
}

impl fmt::Debug for Receiving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving")
            .field("call", &self.call)
            .field("biz_status", &self.biz_status())
            .finish_non_exhaustive()
    }
}
