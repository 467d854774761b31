//! A client's stream whose call has a span, is counted or has tracers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use super::observe::Observed;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::measure::Counted;
use crate::metadata::Metadata;
use crate::trace::{Failure, recv_counted, send_counted};
use crate::wire::{ClientRaw, RawStream, handed_on};

/// A stream whose call has a span, is counted or has tracers.
pub(super) struct ObservedStream {
    raw: Arc<dyn ClientRaw>,
    observed: Observed,
}

impl ObservedStream {
    pub(super) fn new(raw: Arc<dyn ClientRaw>, observed: Observed) -> Self {
        Self { raw, observed }
    }

    /// Ends the span if the result is an error: an error from the header or the trailer is the
    /// stream's end, too.
    fn note<T>(&self, polled: Poll<Result<T>>) -> Poll<Result<T>> {
        if let Poll::Ready(Err(error)) = &polled {
            self.end(Err(error.into()));
        }
        polled
    }

    fn end(&self, outcome: Result<(), Failure>) {
        if let Some(call) = &self.observed.call {
            call.end(outcome);
        }
    }

    /// Tells tracers of the end, as Kitex's `FinishClientStream` without an error.
    fn tell_finished(&self) {
        if let Some(traced) = self.observed.traced() {
            traced.finish(None, false);
        }
    }

    fn send_counted(&self, message: &dyn Encode) -> Result<()> {
        match &self.observed.call {
            None => self.raw.send(message),
            Some(call) => send_counted(call.measured(), message, |message| self.raw.send(message)),
        }
    }
}

impl RawStream for ObservedStream {
    handed_on! {
        fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>>;
        fn set_message_compression(&self, on: bool);
        fn recv_timed_out(&self, timeout: Duration) -> Error;
        fn set_send_timeout(&self, timeout: Option<Duration>) -> bool;
        fn send_given_up(&self);
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let Some(traced) = self.observed.traced() else {
            return self.send_counted(message);
        };
        let counted = Counted::new(message);
        self.send_counted(&counted)?;
        traced.note_sent(counted.len());
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let received = match &self.observed.call {
            None => self.raw.poll_recv(cx, batch),
            Some(call) => recv_counted(call.measured(), batch, |batch| {
                self.raw.poll_recv(cx, batch)
            }),
        };
        if let Poll::Ready(Ok(false)) = received {
            self.end(Ok(()));
        }
        self.note(received)
    }

    /// Ends the span if the user cancels. For other reasons, the user's next `recv` returns the
    /// error and ends it.
    fn cancel(&self, reason: CancelReason) {
        if reason == CancelReason::User {
            self.end(Err(ErrorKind::Canceled.into()));
        }
        self.raw.cancel(reason);
    }
}

impl ClientRaw for ObservedStream {
    handed_on! {
        fn close_send(&self) -> Result<()>;
        fn give_up(&self);
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let header = self.raw.poll_header(cx);
        if let (Poll::Ready(Err(error)), Some(traced)) = (&header, self.observed.traced()) {
            traced.finish(Some(error), false);
        }
        self.note(header)
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        self.note(self.raw.poll_trailer(cx))
    }

    /// Ends the span with success: the one response has been received.
    fn detach(&self) {
        self.end(Ok(()));
        self.raw.detach();
    }

    fn finish(&self) {
        self.end(Ok(()));
        self.tell_finished();
        self.raw.finish();
    }

    fn dropped(&self) {
        self.tell_finished();
        self.raw.dropped();
    }
}
