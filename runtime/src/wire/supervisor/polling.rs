//! How a handler is polled, whatever the wire, and how it ends.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use crate::call::Cancellation;
use crate::error::Error;
use crate::panic::{self, Panic};

/// How a handler ended.
pub(in crate::wire) enum Ended<T> {
    /// The handler returned.
    Returned(T),
    /// The handler panicked. Its caller must get an exception.
    Panicked(Panic),
    /// The handler must not go on, because its call or its server has ended. The caller of this
    /// function must drop it.
    Dropped,
}

/// Polls a handler, unless it must not go on. After the handler has ended, it must never be polled
/// again.
pub(in crate::wire) fn poll_handler<F: Future + ?Sized>(
    handler: Pin<&mut F>,
    cancellation: &Cancellation,
    cx: &mut Context<'_>,
) -> Poll<Ended<F::Output>> {
    if cancellation.poll_dropped(cx).is_ready() {
        return Poll::Ready(Ended::Dropped);
    }
    panic::poll(handler, cx).map(|ended| match ended {
        Ok(output) => Ended::Returned(output),
        Err(panic) => Ended::Panicked(panic),
    })
}

/// Runs a handler until it ends or must not go on. `poll_ended` returns each event that ends the
/// call before its handler returns, once: the deadline, the peer's close, the server's stop. The
/// wire has already reacted to the event then, and this function tells the handler.
pub(in crate::wire) async fn supervise<F: Future>(
    handler: F,
    cancellation: &Cancellation,
    mut poll_ended: impl FnMut(&mut Context<'_>) -> Poll<Error>,
) -> Ended<F::Output> {
    let mut handler = pin!(handler);
    poll_fn(|cx| {
        loop {
            // What is done is done, though the call ended at the same moment.
            let polled = poll_handler(handler.as_mut(), cancellation, cx);
            if polled.is_ready() {
                return polled;
            }
            match poll_ended(cx) {
                Poll::Ready(reason) => drop(cancellation.cancel(reason)),
                Poll::Pending => return Poll::Pending,
            }
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_end_of_a_call_is_the_reason() {
        let cancellation = Cancellation::new();
        let mut ends = vec![Error::application("second"), Error::application("first")];
        let poll_ended = |_: &mut Context<'_>| ends.pop().map_or(Poll::Pending, Poll::Ready);
        let reason = supervise(cancellation.cancelled(), &cancellation, poll_ended).await;
        assert!(matches!(reason, Ended::Returned(error) if error.message() == "first"));
    }
}
