//! What feeds the calls of peers whose clients send by polling a stream: a counter, which costs less
//! than a channel.

use futures_util::Stream;
use futures_util::task::AtomicWaker;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

/// A counter, and the stream that yields `message` as often as the counter was raised.
pub(super) fn credits<M>(message: M) -> (Arc<Credits>, Outbound<M>) {
    let credits = Arc::new(Credits::default());
    let outbound = Outbound {
        credits: credits.clone(),
        message,
    };
    (credits, outbound)
}

/// How many messages the outbound side may send.
#[derive(Default)]
pub(super) struct Credits {
    left: AtomicUsize,
    waker: AtomicWaker,
}

impl Credits {
    pub(super) fn add(&self, n: usize) {
        self.left.fetch_add(n, Relaxed);
        self.waker.wake();
    }

    /// Relaxed is enough: client and connection run on one thread.
    fn take(&self) -> bool {
        self.left
            .fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1))
            .is_ok()
    }
}

pub(super) struct Outbound<M> {
    credits: Arc<Credits>,
    message: M,
}

impl<M: Clone + Unpin> Stream for Outbound<M> {
    type Item = M;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        if !self.credits.take() {
            self.credits.waker.register(cx.waker());
            return Poll::Pending;
        }
        Poll::Ready(Some(self.message.clone()))
    }
}
