//! Waiting for room to send.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::RawStream;
use crate::error::Result;

/// Waits until a stream has room for a message. Dropped while it waits, it tells the stream, so that the
/// next wait is measured from its own start.
pub(crate) struct Room<'a, R: RawStream + ?Sized> {
    pub(crate) raw: &'a R,
    waits: bool,
}

impl<'a, R: RawStream + ?Sized> Room<'a, R> {
    #[inline]
    pub(crate) fn of(raw: &'a R) -> Self {
        Self { raw, waits: false }
    }

    #[inline]
    pub(crate) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let ready = self.raw.poll_send_ready(cx);
        self.waits = ready.is_pending();
        ready
    }
}

impl<R: RawStream + ?Sized> Future for Room<'_, R> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.poll_ready(cx)
    }
}

impl<R: RawStream + ?Sized> Drop for Room<'_, R> {
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.raw.send_given_up();
        }
    }
}
