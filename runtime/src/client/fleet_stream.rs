//! A stream to an instance of a fleet, which learns how it went.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result};
use crate::fleet::{Outcome, Picked};
use crate::metadata::Metadata;
use crate::sync::lock;
use crate::wire::{ClientRaw, RawStream, handed_on};

/// A stream whose instance counts it until it ends.
pub(super) struct FleetStream {
    raw: Arc<dyn ClientRaw>,
    /// `None` once it has ended.
    picked: Mutex<Option<Picked<'static>>>,
    /// Whether a message has come.
    heard: AtomicBool,
}

impl FleetStream {
    pub(super) fn new(raw: Arc<dyn ClientRaw>, picked: Picked<'static>) -> Self {
        Self {
            raw,
            picked: Mutex::new(Some(picked)),
            heard: AtomicBool::new(false),
        }
    }

    /// A message has come: an instance that was on trial returns by the first one, as the stream may go on
    /// for long.
    fn hears(&self) {
        // Each message comes by here, and a load is cheaper than a swap.
        if self.heard.load(Ordering::Relaxed) || self.heard.swap(true, Ordering::Relaxed) {
            return;
        }
        if let Some(picked) = &*lock(&self.picked) {
            picked.served();
        }
    }

    fn ended(&self, outcome: Outcome) {
        let picked = lock(&self.picked).take();
        if let Some(picked) = picked {
            picked.done(outcome);
        }
    }

    /// An error from the header or the trailer is the stream's end, too.
    fn noted<T>(&self, polled: Poll<Result<T>>) -> Poll<Result<T>> {
        if let Poll::Ready(Err(error)) = &polled {
            self.ended(Outcome::of(error));
        }
        polled
    }
}

impl RawStream for FleetStream {
    handed_on! {
        fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>>;
        fn send(&self, message: &dyn Encode) -> Result<()>;
        fn set_message_compression(&self, on: bool);
        fn recv_timed_out(&self, timeout: Duration) -> Error;
        fn set_send_timeout(&self, timeout: Option<Duration>) -> bool;
        fn send_given_up(&self);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let received = self.raw.poll_recv(cx, batch);
        match received {
            Poll::Ready(Ok(false)) => self.ended(Outcome::Served),
            Poll::Ready(Ok(true)) => self.hears(),
            _ => {}
        }
        self.noted(received)
    }

    fn cancel(&self, reason: CancelReason) {
        use CancelReason::{Deadline, RecvTimeout, SendTimeout};
        self.ended(match reason {
            Deadline(_) | RecvTimeout(_) | SendTimeout(_) => Outcome::Failed,
            _ => Outcome::Unknown,
        });
        self.raw.cancel(reason);
    }
}

impl ClientRaw for FleetStream {
    handed_on! {
        fn close_send(&self) -> Result<()>;
        fn give_up(&self);
        fn dropped(&self);
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        self.noted(self.raw.poll_header(cx))
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        self.noted(self.raw.poll_trailer(cx))
    }

    /// The one response has been received.
    fn detach(&self) {
        self.ended(Outcome::Served);
        self.raw.detach();
    }

    fn finish(&self) {
        self.ended(Outcome::Served);
        self.raw.finish();
    }
}
