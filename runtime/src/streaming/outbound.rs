//! The sending direction of any typed stream.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::end::{self, ClientEnd, End, ServerEnd};
use super::send_hooks::SendHooks;
use crate::codec::Message;
use crate::error::Result;
use crate::middleware::{self, BoxFuture, StreamHooks};
use crate::wire::{RawStream, Room};

/// The sending end of a stream. It queues messages, and waits while the connection has too much to
/// write.
pub(crate) struct Outbound<M, E: End> {
    raw: Arc<E::Raw>,
    /// Boxed, because thousands of idle streams have neither middleware nor tracer.
    hooks: Option<Box<SendHooks>>,
    message: PhantomData<fn(M)>,
}

/// The sender of a client's messages.
pub(crate) type RequestSender<M> = Outbound<M, ClientEnd>;
/// The sender of a handler's messages.
pub(crate) type ResponseSender<M> = Outbound<M, ServerEnd>;

impl<M> RequestSender<M> {
    /// Half-closes the stream, after the messages that its `Sink` was given. If middleware refuses one of them,
    /// the client cancels the stream, because the server would take the other messages for all.
    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Err(refused) = ready!(self.outlet().poll_flush(cx)) {
            self.raw.give_up();
            return Poll::Ready(Err(refused));
        }
        Poll::Ready(self.raw.close_send())
    }

    /// Whether middleware still has a message that a `Sink` was given.
    pub(crate) fn has_unsent(&mut self) -> bool {
        self.hooks.as_mut().is_some_and(|hooks| hooks.is_running())
    }

    /// See [`RequestSender::poll_close`].
    pub(crate) async fn close(&mut self) -> Result<()> {
        std::future::poll_fn(|cx| self.poll_close(cx)).await
    }
}

impl<M, E: End> Outbound<M, E> {
    pub(crate) fn new(raw: Arc<E::Raw>, hooks: Option<&StreamHooks>) -> Self {
        let hooks = hooks.and_then(|hooks| SendHooks::of(E::sink(&raw), hooks));
        Self::with_hooks(raw, hooks)
    }

    pub(super) fn with_hooks(raw: Arc<E::Raw>, hooks: Option<SendHooks>) -> Self {
        Self {
            raw,
            hooks: hooks.map(Box::new),
            message: PhantomData,
        }
    }

    pub(super) fn raw(&self) -> &Arc<E::Raw> {
        &self.raw
    }

    pub(super) fn set_timeout(&mut self, timeout: Duration) {
        set_send_timeout::<E>(&mut self.raw, self.hooks.as_deref_mut(), timeout);
    }

    #[inline]
    pub(super) fn outlet(&mut self) -> Outlet<'_, E::Raw> {
        Outlet::new(&self.raw, self.hooks.as_deref_mut())
    }
}

impl<M: Message, E: End> Outbound<M, E> {
    /// Waits for room, then queues `message`; see [`Outlet::send`].
    #[inline]
    pub(crate) fn send(&mut self, message: M) -> impl Future<Output = Result<()>> + Send {
        self.outlet().send(message)
    }
}

/// Sets how long each send on `raw` may wait for room. The middleware of the stream's messages then
/// sends to `raw` with that limit, too.
pub(super) fn set_send_timeout<E: End>(
    raw: &mut Arc<E::Raw>,
    hooks: Option<&mut SendHooks>,
    timeout: Duration,
) {
    end::set_send_timeout::<E>(raw, timeout);
    if let Some(hooks) = hooks {
        hooks.raw = E::sink(raw);
    }
}

/// The one place through which a stream sends, whichever way its user asks for it.
pub(super) struct Outlet<'a, R: ?Sized> {
    raw: &'a Arc<R>,
    hooks: Option<&'a mut SendHooks>,
}

impl<'a, R: ?Sized> Outlet<'a, R> {
    #[inline]
    pub(super) fn new(raw: &'a Arc<R>, hooks: Option<&'a mut SendHooks>) -> Self {
        let hooks = hooks.filter(|_| middleware::ENABLED);
        Self { raw, hooks }
    }

    /// Runs the middleware of the last message that a `Sink` was given to its end.
    pub(super) fn poll_flush(self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match self.hooks {
            None => Poll::Ready(Ok(())),
            Some(hooks) => hooks.poll_flush(cx),
        }
    }
}

impl<'a, R: RawStream + ?Sized> Outlet<'a, R> {
    /// Waits for room, then queues `message`. Cancel safe without middleware: a dropped future has
    /// sent nothing. With it, a dropped future has sent the message if the middleware had.
    #[inline]
    pub(super) fn send<M: Message>(self, message: M) -> SendFuture<'a, M, R> {
        SendFuture {
            room: Room::of(self.raw),
            message: Some(message),
            hooks: self.hooks,
            chain: None,
        }
    }

    /// `Sink::poll_ready`.
    pub(super) fn poll_ready(self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(hooks) = self.hooks else {
            return self.raw.poll_send_ready(cx);
        };
        ready!(hooks.poll_flush(cx))?;
        let ready = ready!(self.raw.poll_send_ready(cx));
        if ready.is_err() {
            hooks.tell(&ready);
        }
        Poll::Ready(ready)
    }

    /// `Sink::start_send`. Middleware runs when the sink is polled next.
    pub(super) fn start_send(self, message: impl Message) -> Result<()> {
        match self.hooks {
            None => self.raw.send(&message),
            Some(hooks) if hooks.has_chain() => {
                hooks.start(message);
                Ok(())
            }
            Some(hooks) => {
                let sent = self.raw.send(&message);
                hooks.tell(&sent);
                sent
            }
        }
    }
}

/// A `send` under way. Smaller than an `async fn` would be, which keeps its argument twice. Not an enum of a send
/// with middleware and one without: a `send` would look at its hooks when it is made, polled and dropped, where it
/// now looks once (`benches/README.md`).
pub(super) struct SendFuture<'a, M, R: RawStream + ?Sized> {
    room: Room<'a, R>,
    /// `None` once it is queued, or its middleware has it.
    message: Option<M>,
    /// `None` without middleware and tracer.
    hooks: Option<&'a mut SendHooks>,
    /// The middleware of the message, which begins when the future is first polled.
    chain: Option<BoxFuture<'static, Result<()>>>,
}

// The message is never pinned.
impl<M, R: RawStream + ?Sized> Unpin for SendFuture<'_, M, R> {}

impl<M: Message, R: RawStream + ?Sized> Future for SendFuture<'_, M, R> {
    type Output = Result<()>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if middleware::ENABLED && self.hooks.is_some() {
            return self.poll_hooked(cx);
        }
        let Self { room, message, .. } = &mut *self;
        poll_direct(room, message, cx)
    }
}

impl<M: Message, R: RawStream + ?Sized> SendFuture<'_, M, R> {
    /// Sends by way of the middleware, or tells the tracers.
    #[cold]
    #[inline(never)]
    fn poll_hooked(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Self {
            room,
            message,
            hooks,
            chain,
        } = self;
        let Some(hooks) = hooks else {
            return poll_direct(room, message, cx);
        };
        if !hooks.has_chain() {
            let untold = message.is_some();
            let sent = ready!(poll_direct(room, message, cx));
            if untold {
                hooks.tell(&sent);
            }
            return Poll::Ready(sent);
        }
        if let Some(message) = message.take() {
            *chain = Some(hooks.run(message));
        }
        ready!(hooks.poll_flush(cx))?;
        match chain {
            Some(chain) => chain.as_mut().poll(cx),
            None => Poll::Ready(Ok(())),
        }
    }
}

/// Sends without middleware.
#[inline(always)]
fn poll_direct<M: Message, R: RawStream + ?Sized>(
    room: &mut Room<'_, R>,
    message: &mut Option<M>,
    cx: &mut Context<'_>,
) -> Poll<Result<()>> {
    ready!(room.poll_ready(cx))?;
    // Encoded where it is: a message that is moved is copied.
    let sent = match message {
        Some(message) => room.raw.send(message),
        None => Ok(()),
    };
    *message = None;
    Poll::Ready(sent)
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
