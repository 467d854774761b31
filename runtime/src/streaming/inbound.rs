//! The receiving direction of any typed stream.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::end::{ClientEnd, End, ServerEnd};
use super::hooked::Hooked;
use super::outbound::{self, Outbound, Outlet};
use super::recv_timeout::{RecvTimeout, RecvTimer};
use super::source::Source;
use crate::codec::Message;
use crate::error::Result;
use crate::middleware::{self, StreamHooks};
use crate::wire::ClientRaw;

/// Takes messages off a stream in batches: one lock for all that have arrived, none for a message
/// that is already here.
///
/// One pointer, because futures that hold a stream hold it several times over.
pub(crate) struct Inbound<T, E: End> {
    state: Box<State<E>>,
    message: PhantomData<fn() -> T>,
}

/// The messages that a client receives.
pub(crate) type Responses<T> = Inbound<T, ClientEnd>;
/// The messages that a handler receives.
pub(crate) type Requests<T> = Inbound<T, ServerEnd>;

struct State<E: End> {
    /// Without middleware, this source receives the messages. With it, [`Hooked`] has a source of its
    /// own, and this one only measures the running `recv`. With tracers alone, [`Hooked`] keeps what this source
    /// has received: a `recv` takes what is in here without a look at its hooks.
    source: Source<E>,
    call: E::Call,
    /// Boxed, because thousands of idle streams have neither middleware nor tracer.
    hooked: Option<Box<Hooked>>,
}

/// A `recv` under way. Cancel safe: the messages stay in the stream.
struct RecvFuture<'a, T, E: End>(&'a mut Inbound<T, E>);

impl<T: Message, E: End> Future for RecvFuture<'_, T, E> {
    type Output = Result<Option<T>>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_recv(cx)
    }
}

impl<T: Message> Responses<T> {
    pub(super) fn with_timeout(
        raw: Arc<dyn ClientRaw>,
        timeout: Option<RecvTimeout>,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        let mut inbound = Self::new(raw, (), hooks);
        inbound.state.source.timer = timeout.and_then(RecvTimer::new);
        inbound
    }
}

impl<T: Message, E: End> Inbound<T, E> {
    pub(crate) fn new(raw: Arc<E::Raw>, call: E::Call, hooks: Option<&StreamHooks>) -> Self {
        let hooked = hooks.and_then(|hooks| Hooked::receiving::<T, E>(&raw, hooks));
        let state = State {
            source: Source::new(raw, hooks.and_then(|hooks| hooks.traced.clone())),
            call,
            hooked: hooked.map(Box::new),
        };
        Self {
            state: Box::new(state),
            message: PhantomData,
        }
    }

    /// Makes the inbound direction of a stream that also sends, by [`Inbound::outlet`].
    pub(super) fn both_ways(raw: Arc<E::Raw>, call: E::Call, hooks: Option<&StreamHooks>) -> Self {
        let mut inbound = Self::new(raw, call, hooks);
        if let Some(hooks) = hooks {
            let State { source, hooked, .. } = &mut *inbound.state;
            Hooked::add_sending(hooked, E::sink(&source.raw), hooks);
        }
        inbound
    }

    pub(super) fn raw(&self) -> &Arc<E::Raw> {
        &self.state.source.raw
    }

    pub(crate) fn set_timeout(&mut self, timeout: RecvTimeout) {
        self.state.source.timer = RecvTimer::new(timeout);
    }

    /// For a stream that sends by [`Inbound::outlet`].
    pub(super) fn set_send_timeout(&mut self, timeout: Duration) {
        let State { source, hooked, .. } = &mut *self.state;
        let hooks = hooked.as_mut().and_then(|hooked| hooked.sending());
        outbound::set_send_timeout::<E>(&mut source.raw, hooks, timeout);
    }

    pub(super) fn call(&self) -> &E::Call {
        &self.state.call
    }

    /// Where this stream sends.
    #[inline]
    pub(super) fn outlet(&mut self) -> Outlet<'_, E::Raw> {
        let State { source, hooked, .. } = &mut *self.state;
        let hooks = hooked.as_mut().and_then(|hooked| hooked.sending());
        Outlet::new(&source.raw, hooks)
    }

    /// Parts what sends from what receives.
    pub(super) fn take_outbound<M>(&mut self) -> Outbound<M, E> {
        let State { source, hooked, .. } = &mut *self.state;
        let hooks = hooked.as_mut().and_then(|hooked| hooked.take_sending());
        Outbound::with_hooks(Arc::clone(&source.raw), hooks)
    }

    /// The next message; `None` at the clean end of the stream. Each call's timeout starts anew.
    #[inline]
    pub(crate) fn recv(&mut self) -> impl Future<Output = Result<Option<T>>> + Send {
        RecvTimer::restart(&mut self.state.source.timer);
        RecvFuture(self)
    }

    /// Ready with the next message. Always inlined, as `recv` is: LLVM would make it a function of its own
    /// and copy each message through memory, which costs a tenth of a message of 16 bytes
    /// (`benches/README.md`).
    #[inline(always)]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            let source = &mut self.state.source;
            // Whatever is here has no middleware and no tracer: theirs is not in this source.
            if let Some(payload) = source.take() {
                return Poll::Ready(Source::<E>::decode(payload));
            }
            // A message that comes by way of the middleware has a place of its own. If it came in the place
            // of the result, that place would be memory for all messages, and each would be copied once more.
            let mut message = None;
            if !ready!(self.poll_more(cx, &mut message))? {
                return Poll::Ready(Ok(message));
            }
        }
    }

    /// Waits for messages, or puts one into `message` by way of the middleware. Ready with `true` if
    /// messages are in the source. Out of line, so that taking a message that is there is short enough to
    /// become a part of its caller.
    #[inline(never)]
    fn poll_more(&mut self, cx: &mut Context<'_>, message: &mut Option<T>) -> Poll<Result<bool>> {
        let State { source, hooked, .. } = &mut *self.state;
        match hooked {
            None => source.poll_refill(cx),
            Some(_) if !middleware::ENABLED => source.poll_refill(cx),
            Some(hooked) => {
                *message = ready!(hooked.poll_message(source, cx))?;
                Poll::Ready(Ok(false))
            }
        }
    }

    /// As [`Inbound::poll_recv`], but the error that ended the stream comes once and then the
    /// end: whoever collects a `Stream` would otherwise collect that error for ever.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        if self.state.source.failed {
            return Poll::Ready(None);
        }
        self.poll_recv(cx).map(Result::transpose)
    }
}
