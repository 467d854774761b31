//! The receiving direction of any typed stream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::coop;

use super::recv_timeout::{RecvTimeout, RecvTimer};
use crate::codec::Message;
use crate::error::{CancelReason, Error, Result};
use crate::stream::recv_timeout_error;
use crate::transport::RawStream;

/// Takes messages off a stream in batches: one lock for all that have arrived, none for a message
/// that is already here.
pub(crate) struct Inbound<T> {
    raw: Arc<dyn RawStream>,
    batch: VecDeque<Bytes>,
    timer: Option<Box<RecvTimer>>,
    /// The stream has ended with an error, and the error was given out.
    failed: bool,
    message: PhantomData<fn() -> T>,
}

impl<T: Message> Inbound<T> {
    pub(crate) fn new(raw: Arc<dyn RawStream>) -> Self {
        Self {
            raw,
            batch: VecDeque::new(),
            timer: None,
            failed: false,
            message: PhantomData,
        }
    }

    pub(super) fn with_timeout(mut self, timeout: Option<RecvTimeout>) -> Self {
        let timeout = timeout.filter(|config| !config.timeout.is_zero());
        self.timer = timeout.map(|config| Box::new(RecvTimer::new(config)));
        self
    }

    pub(super) fn raw(&self) -> &Arc<dyn RawStream> {
        &self.raw
    }

    /// The next message; `None` at the clean end of the stream. Cancel safe: no message is lost
    /// by dropping the future, and the next call's timeout starts anew.
    pub(crate) async fn recv(&mut self) -> Result<Option<T>> {
        if let Some(timer) = &mut self.timer {
            timer.restart();
        }
        poll_fn(|cx| self.poll_recv(cx)).await
    }

    #[inline]
    pub(super) fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            if let Some(payload) = self.batch.pop_front() {
                return Poll::Ready(self.decode(payload).map(Some));
            }
            if !ready!(self.poll_refill(cx))? {
                return Poll::Ready(Ok(None));
            }
        }
    }

    /// A payload that does not decode fails this `recv` and no other (statement 30).
    #[inline]
    fn decode(&mut self, payload: Bytes) -> Result<T> {
        if let Some(timer) = &mut self.timer {
            timer.restart();
        }
        T::decode_from(payload).map_err(Error::from)
    }

    /// Waits for messages. Yields now and then to other tasks even if there always are some.
    fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        let budget = ready!(coop::poll_proceed(cx));
        let mut refilled = self.raw.poll_recv(cx, &mut self.batch);
        if refilled.is_pending() {
            ready!(self.poll_timeout(cx))?;
            refilled = self.raw.poll_recv(cx, &mut self.batch);
        }
        if let Poll::Ready(result) = &refilled {
            self.failed = result.is_err();
            budget.made_progress();
        }
        refilled
    }

    /// As [`Inbound::poll_recv`], but the error that ended the stream comes once and then the
    /// end: whoever collects a `Stream` would otherwise collect that error for ever.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        if self.failed {
            return Poll::Ready(None);
        }
        self.poll_recv(cx).map(Result::transpose)
    }

    /// Ready when the running `recv` has waited too long: with its error if the stream goes on,
    /// otherwise the stream has ended with that error.
    fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(timer) = &mut self.timer else {
            return Poll::Pending;
        };
        ready!(timer.poll_expired(cx));
        let RecvTimeout {
            timeout,
            cancel_remote,
        } = timer.config;
        if !cancel_remote {
            return Poll::Ready(Err(recv_timeout_error(timeout, true)));
        }
        self.timer = None;
        self.raw.cancel(CancelReason::RecvTimeout(timeout));
        Poll::Ready(Ok(()))
    }
}
