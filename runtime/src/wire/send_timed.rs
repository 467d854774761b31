//! Streams whose sends may wait for room only so long.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;

use super::{ClientRaw, RawStream, ServerRaw, handed_on};
use crate::call::WaitTimer;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result};
use crate::metadata::Metadata;
use crate::sync::lock;

/// A stream of any wire that ends when a send has waited for room for too long. Streams without a
/// limit are not wrapped, so that they pay nothing for it.
pub(crate) struct SendTimed<R: ?Sized> {
    raw: Arc<R>,
    wait: Mutex<Wait>,
}

/// The limit, and the time of the running wait. `None`: no limit any more.
type Wait = Option<(Duration, WaitTimer)>;

impl<R: RawStream + ?Sized> SendTimed<R> {
    pub(crate) fn new(raw: Arc<R>, timeout: Duration) -> Self {
        let wait = Mutex::new(Some((timeout, WaitTimer::new(timeout))));
        Self { raw, wait }
    }

    /// Ready with the limit when the running wait has taken longer.
    fn poll_expired(&self, cx: &mut Context<'_>) -> Poll<Duration> {
        let mut wait = lock(&self.wait);
        let Some((timeout, timer)) = &mut *wait else {
            return Poll::Pending;
        };
        ready!(timer.poll_expired(cx));
        Poll::Ready(*timeout)
    }

    fn restart(&self) {
        if let Some((_, timer)) = &mut *lock(&self.wait) {
            timer.restart();
        }
    }
}

impl<R: RawStream + ?Sized> RawStream for SendTimed<R> {
    handed_on! {
        fn send(&self, message: &dyn Encode) -> Result<()>;
        fn set_message_compression(&self, on: bool);
        fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>>;
        fn cancel(&self, reason: CancelReason);
        fn recv_timed_out(&self, timeout: Duration) -> Error;
    }

    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let polled = self.raw.poll_send_ready(cx);
        if polled.is_ready() {
            self.restart();
            return polled;
        }
        let timeout = ready!(self.poll_expired(cx));
        self.raw.cancel(CancelReason::SendTimeout(timeout));
        // Every stream that has ended lets its sender go on, to the error that it ended with.
        self.raw.poll_send_ready(cx)
    }

    fn set_send_timeout(&self, timeout: Option<Duration>) -> bool {
        *lock(&self.wait) = timeout.map(|timeout| (timeout, WaitTimer::new(timeout)));
        true
    }

    fn send_given_up(&self) {
        self.restart();
    }
}

impl ClientRaw for SendTimed<dyn ClientRaw> {
    handed_on! {
        fn close_send(&self) -> Result<()>;
        fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>>;
        fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>>;
        fn detach(&self);
        fn finish(&self);
        fn give_up(&self);
        fn dropped(&self);
    }
}

impl ServerRaw for SendTimed<dyn ServerRaw> {
    handed_on! {
        fn set_header(&self, header: Metadata) -> Result<()>;
        fn send_header(&self, header: Metadata) -> Result<()>;
        fn set_trailer(&self, trailer: Metadata) -> Result<()>;
    }
}
