use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;

use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::wire::{ClientRaw, RawStream, ServerRaw};

/// A wire whose peer is the test.
#[derive(Default)]
pub(crate) struct Fake(Mutex<Seen>);

/// What is on the way to the user, and what the user did.
#[derive(Default)]
pub(crate) struct Seen {
    arrived: VecDeque<Bytes>,
    end: Option<Option<Error>>,
    waker: Option<Waker>,
    /// How often the wire was asked for messages.
    pub(super) asked: usize,
    pub(super) full: bool,
    pub(super) sent: Vec<Bytes>,
    pub(super) half_closed: bool,
    pub(crate) cancelled: Option<CancelReason>,
    pub(super) detached: bool,
}

impl Fake {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// A wire that keeps so many sent messages without another allocation.
    pub(super) fn with_room(messages: usize) -> Arc<Self> {
        let fake = Self::new();
        fake.seen().sent.reserve(messages);
        fake
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap()
    }

    pub(super) fn arrive(&self, payloads: impl IntoIterator<Item = Bytes>) {
        let mut seen = self.seen();
        seen.arrived.extend(payloads);
        if let Some(waker) = seen.waker.take() {
            waker.wake();
        }
    }

    pub(super) fn end(&self, error: Option<Error>) {
        self.seen().end = Some(error);
        self.arrive([]);
    }

    /// Makes room for sending.
    pub(super) fn drain(&self) {
        self.seen().full = false;
        self.arrive([]);
    }
}

impl RawStream for Fake {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut seen = self.seen();
        if let Some(Some(error)) = &seen.end {
            return Poll::Ready(Err(error.clone()));
        }
        if seen.full {
            seen.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        self.seen().sent.push(message.encode_to_bytes());
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let mut seen = self.seen();
        seen.asked += 1;
        if !seen.arrived.is_empty() {
            batch.append(&mut seen.arrived);
            return Poll::Ready(Ok(true));
        }
        match &seen.end {
            Some(Some(error)) => Poll::Ready(Err(error.clone())),
            Some(None) => Poll::Ready(Ok(false)),
            None => {
                seen.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn cancel(&self, reason: CancelReason) {
        let mut seen = self.seen();
        if seen.end.is_none() {
            seen.cancelled = Some(reason);
            seen.end = Some(Some(Error::application("cancelled")));
        }
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        let text = format!("the wire's own text for {timeout:?}");
        Error::new(ErrorKind::Timeout, 17, text)
    }
}

impl ClientRaw for Fake {
    fn close_send(&self) -> Result<()> {
        self.seen().half_closed = true;
        Ok(())
    }

    fn poll_header(&self, _: &mut Context<'_>) -> Poll<Result<Metadata>> {
        Poll::Ready(Ok(Metadata::new()))
    }

    fn poll_trailer(&self, _: &mut Context<'_>) -> Poll<Result<Metadata>> {
        Poll::Ready(Ok(Metadata::new()))
    }

    fn detach(&self) {
        self.seen().detached = true;
    }
}

impl ServerRaw for Fake {
    fn set_header(&self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn send_header(&self, _: Metadata) -> Result<()> {
        Ok(())
    }

    fn set_trailer(&self, _: Metadata) -> Result<()> {
        Ok(())
    }
}
