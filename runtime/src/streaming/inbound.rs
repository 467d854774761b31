//! The receiving direction of any typed stream.

use std::collections::VecDeque;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::coop;

use super::recv_timeout::{RecvTimeout, RecvTimer};
use crate::codec::Message;
use crate::error::{CancelReason, Error, Result};
use crate::wire::RawStream;

/// Messages that an idle stream keeps room for. What a burst needed beyond is given back; the
/// transport's queue and the batch take turns, so this goes for both.
const KEPT_CAPACITY: usize = 128;

/// Takes messages off a stream in batches: one lock for all that have arrived, none for a message
/// that is already here.
///
/// One pointer, because futures that hold a stream hold it several times over.
pub(crate) struct Inbound<T> {
    state: Box<State>,
    message: PhantomData<fn() -> T>,
}

struct State {
    raw: Arc<dyn RawStream>,
    batch: VecDeque<Bytes>,
    timer: Option<Box<RecvTimer>>,
    /// The stream has ended with an error, and the error was given out.
    failed: bool,
}

/// A `recv` under way. Cancel safe: the messages stay in the stream.
struct RecvFuture<'a, T>(&'a mut Inbound<T>);

impl<T: Message> Future for RecvFuture<'_, T> {
    type Output = Result<Option<T>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll_recv(cx)
    }
}

impl<T: Message> Inbound<T> {
    pub(crate) fn new(raw: Arc<dyn RawStream>) -> Self {
        let state = State {
            raw,
            batch: VecDeque::new(),
            timer: None,
            failed: false,
        };
        Self {
            state: Box::new(state),
            message: PhantomData,
        }
    }

    pub(super) fn with_timeout(mut self, timeout: Option<RecvTimeout>) -> Self {
        let timeout = timeout.filter(|config| !config.timeout.is_zero());
        self.state.timer = timeout.map(|config| Box::new(RecvTimer::new(config)));
        self
    }

    pub(super) fn raw(&self) -> &Arc<dyn RawStream> {
        &self.state.raw
    }

    /// The next message; `None` at the clean end of the stream. Each call's timeout starts anew.
    #[inline]
    pub(crate) fn recv(&mut self) -> impl Future<Output = Result<Option<T>>> + Send {
        self.state.restart_timer();
        RecvFuture(self)
    }

    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            if let Some(payload) = self.state.batch.pop_front() {
                self.state.restart_timer();
                // A payload that does not decode fails this call and no other (statement 30).
                return Poll::Ready(T::decode_from(payload).map(Some).map_err(Error::from));
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

impl State {
    #[inline]
    fn restart_timer(&mut self) {
        if let Some(timer) = &mut self.timer {
            timer.wait.restart();
        }
    }

    /// Waits for messages. Yields now and then to other tasks even if there always are some.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        let budget = ready!(coop::poll_proceed(cx));
        let mut refilled = self.raw.poll_recv(cx, &mut self.batch);
        if refilled.is_pending() {
            if self.batch.capacity() > KEPT_CAPACITY {
                self.batch = VecDeque::new();
            }
            ready!(self.poll_timeout(cx))?;
            refilled = self.raw.poll_recv(cx, &mut self.batch);
        }
        if let Poll::Ready(result) = &refilled {
            self.failed = result.is_err();
            budget.made_progress();
        }
        refilled
    }

    /// Ready when the running `recv` has waited too long: with its error if the stream goes on,
    /// otherwise the stream has ended with that error.
    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(timer) = &mut self.timer else {
            return Poll::Pending;
        };
        ready!(timer.wait.poll_expired(cx));
        let RecvTimeout {
            timeout,
            cancel_remote,
        } = timer.config;
        if !cancel_remote {
            return Poll::Ready(Err(self.raw.recv_timed_out(timeout)));
        }
        self.timer = None;
        self.raw.cancel(CancelReason::RecvTimeout(timeout));
        Poll::Ready(Ok(()))
    }
}
