//! Where the messages of a typed stream come from.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::coop;

use super::end::End;
use super::recv_timeout::RecvTimer;
use crate::codec::{DecodeError, Message};
use crate::decoding;
use crate::error::{Error, Result};
use crate::middleware::Traced;
use crate::wire::RawStream;

/// Messages that an idle stream keeps room for. A stream gives back the room that a burst needed beyond
/// that. The transport swaps its queue with the batch, so that the bound holds for both.
const KEPT_CAPACITY: usize = 128;

/// One end of a stream, with the messages that have arrived and that no `recv` has taken yet.
pub(super) struct Source<E: End> {
    pub(super) raw: Arc<E::Raw>,
    batch: VecDeque<Bytes>,
    /// Measures the running `recv`.
    pub(super) timer: Option<Box<RecvTimer>>,
    /// The stream has ended with an error, and the error was given out.
    pub(super) failed: bool,
    /// Is told the sizes of messages.
    traced: Option<Arc<Traced>>,
}

impl<E: End> Source<E> {
    pub(super) fn new(raw: Arc<E::Raw>, traced: Option<Arc<Traced>>) -> Self {
        Self {
            raw,
            batch: VecDeque::new(),
            timer: None,
            failed: false,
            traced,
        }
    }

    /// The payload of the next message, if it is here.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Bytes> {
        let payload = self.batch.pop_front()?;
        RecvTimer::restart(&mut self.timer);
        Some(payload)
    }

    /// Exchanges the messages that have arrived.
    pub(super) fn swap_batch(&mut self, other: &mut VecDeque<Bytes>) {
        std::mem::swap(&mut self.batch, other);
    }

    /// Decodes the payload of a message for a `recv`. A payload that does not decode fails this `recv`
    /// and no other (statement 30).
    #[inline]
    pub(super) fn decode<T: Message>(payload: Bytes) -> Result<Option<T>> {
        T::decode_from(payload).map(Some).map_err(undecodable::<E>)
    }

    pub(super) fn poll_message<T: Message>(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<T>>> {
        loop {
            if let Some(payload) = self.take() {
                if let Some(traced) = &self.traced {
                    traced.note_received(payload.len());
                }
                return Poll::Ready(Self::decode(payload));
            }
            if !ready!(self.poll_refill(cx))? {
                return Poll::Ready(Ok(None));
            }
        }
    }

    /// Waits for messages. Yields now and then to other tasks even if there always are some.
    pub(super) fn poll_refill(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool>> {
        let budget = ready!(coop::poll_proceed(cx));
        let mut refilled = self.raw.poll_recv(cx, &mut self.batch);
        if refilled.is_pending() {
            if self.batch.capacity() > KEPT_CAPACITY {
                self.batch = VecDeque::new();
            }
            if self.timer.is_none() {
                return Poll::Pending;
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

    /// Ready when the running `recv` has waited too long; see [`RecvTimer::poll_expired`].
    pub(super) fn poll_timeout(&mut self, cx: &mut Context<'_>) -> Poll<Result<Error>> {
        RecvTimer::poll_expired(&mut self.timer, &*self.raw, cx)
    }
}

/// Out of line, so that receiving a message is short enough to become a part of its caller.
#[cold]
#[inline(never)]
fn undecodable<E: End>(error: DecodeError) -> Error {
    decoding::report(&error, E::SIDE);
    error.into()
}
