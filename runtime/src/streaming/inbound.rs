//! The receiving direction of any typed stream.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::task::coop;

use super::end::{self, ClientEnd, End, ServerEnd};
use super::recv_timeout::{RecvTimeout, RecvTimer};
use crate::codec::Message;
use crate::decoding::decode;
use crate::error::{Error, Result};
use crate::wire::{ClientRaw, RawStream};

/// Messages that an idle stream keeps room for. What a burst needed beyond is given back; the
/// transport's queue and the batch take turns, so this goes for both.
const KEPT_CAPACITY: usize = 128;

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
    raw: Arc<E::Raw>,
    batch: VecDeque<Bytes>,
    /// Measures the running `recv`.
    timer: Option<Box<RecvTimer>>,
    call: E::Call,
    /// The stream has ended with an error, and the error was given out.
    failed: bool,
}

/// A `recv` under way. Cancel safe: the messages stay in the stream.
struct RecvFuture<'a, T, E: End>(&'a mut Inbound<T, E>);

impl<T: Message, E: End> Future for RecvFuture<'_, T, E> {
    type Output = Result<Option<T>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_recv(cx)
    }
}

impl<T: Message> Responses<T> {
    pub(super) fn with_timeout(raw: Arc<dyn ClientRaw>, timeout: Option<RecvTimeout>) -> Self {
        let mut inbound = Self::new(raw, ());
        inbound.state.timer = timeout.and_then(RecvTimer::new);
        inbound
    }
}

impl<T: Message, E: End> Inbound<T, E> {
    pub(crate) fn new(raw: Arc<E::Raw>, call: E::Call) -> Self {
        let state = State {
            raw,
            batch: VecDeque::new(),
            timer: None,
            call,
            failed: false,
        };
        Self {
            state: Box::new(state),
            message: PhantomData,
        }
    }

    pub(super) fn raw(&self) -> &Arc<E::Raw> {
        &self.state.raw
    }

    pub(crate) fn set_timeout(&mut self, timeout: RecvTimeout) {
        self.state.timer = RecvTimer::new(timeout);
    }

    /// For a stream that sends by what its receiving direction holds.
    pub(super) fn set_send_timeout(&mut self, timeout: Duration) {
        end::set_send_timeout::<E>(&mut self.state.raw, timeout);
    }

    pub(super) fn call(&self) -> &E::Call {
        &self.state.call
    }

    /// The next message; `None` at the clean end of the stream. Each call's timeout starts anew.
    #[inline]
    pub(crate) fn recv(&mut self) -> impl Future<Output = Result<Option<T>>> + Send {
        RecvTimer::restart(&mut self.state.timer);
        RecvFuture(self)
    }

    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            if let Some(payload) = self.state.batch.pop_front() {
                RecvTimer::restart(&mut self.state.timer);
                // A payload that does not decode fails this call and no other (statement 30).
                return Poll::Ready(decode::<T>(payload, E::SIDE).map(Some).map_err(Error::from));
            }
            if !ready!(self.state.poll_refill(cx))? {
                return Poll::Ready(Ok(None));
            }
        }
    }

    /// As [`Inbound::poll_recv`], but the error that ended the stream comes once and then the
    /// end: whoever collects a `Stream` would otherwise collect that error for ever.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        if self.state.failed {
            return Poll::Ready(None);
        }
        self.poll_recv(cx).map(Result::transpose)
    }
}

impl<E: End> State<E> {
    /// Waits for messages. Yields now and then to other tasks even if there always are some.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        let budget = ready!(coop::poll_proceed(cx));
        let mut refilled = self.raw.poll_recv(cx, &mut self.batch);
        if refilled.is_pending() {
            if self.batch.capacity() > KEPT_CAPACITY {
                self.batch = VecDeque::new();
            }
            ready!(RecvTimer::poll_expired(&mut self.timer, &*self.raw, cx))?;
            refilled = self.raw.poll_recv(cx, &mut self.batch);
        }
        if let Poll::Ready(result) = &refilled {
            self.failed = result.is_err();
            budget.made_progress();
        }
        refilled
    }
}
