//! The sending direction of any typed stream.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::codec::Message;
use crate::error::Result;
use crate::transport::RawStream;

/// Queues messages, held back while the connection has too much to write.
pub(crate) struct Outbound<M> {
    raw: Arc<dyn RawStream>,
    message: PhantomData<fn(M)>,
}

impl<M> Outbound<M> {
    pub(crate) fn new(raw: Arc<dyn RawStream>) -> Self {
        Self {
            raw,
            message: PhantomData,
        }
    }

    pub(super) fn raw(&self) -> &Arc<dyn RawStream> {
        &self.raw
    }

    /// Half-closes; a server's end has no half-close.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.raw.close_send()
    }
}

impl<M: Message> Outbound<M> {
    /// Waits for room, then queues `message`. Cancel safe: a dropped future has sent nothing.
    #[inline]
    pub(crate) async fn send(&mut self, message: M) -> Result<()> {
        poll_fn(|cx| self.poll_ready(cx)).await?;
        self.start_send(&message)
    }

    #[inline]
    pub(super) fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.raw.poll_send_ready(cx)
    }

    #[inline]
    pub(super) fn start_send(&mut self, message: &M) -> Result<()> {
        self.raw.send(message)
    }

    /// Nothing to do: a queued message is written without further ado.
    pub(super) fn poll_flush(&mut self) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}
