//! A one-shot signal with a reason: how a handler learns that its call has ended.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::task::{Context, Poll, Waker};

use slab::Slab;

use crate::error::{CancelReason, Error};
use crate::sync::lock;

/// What becomes of a handler whose call has ended before it: given up by the caller, past its
/// deadline, or without its connection.
///
/// Whatever the policy, no handler outlives its server: see
/// [`ServerBuilder::exit_wait`](crate::ServerBuilder::exit_wait).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CancelPolicy {
    /// It learns of the end by [`Context::cancelled`](crate::Context::cancelled), and runs on as
    /// long as it likes. As in Kitex.
    #[default]
    Advise,
    /// It is dropped at once, where it waits: nothing behind its current `.await` runs but
    /// destructors. As in tonic.
    Drop,
}

/// Fires at most once, with the reason. Clones share the signal.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<Shared>);

/// Each idle stream has one, of which there may be thousands: it is kept small.
#[derive(Debug, Default)]
struct Shared {
    reason: OnceLock<Error>,
    waiting: Mutex<Waiting>,
}

/// Whom to wake, and what becomes of the handler that the signal is for.
#[derive(Debug, Default)]
struct Waiting {
    /// Whoever waits for the reason. `None`: nobody ever has, as mostly.
    reason: Option<Box<Slab<Waker>>>,
    /// The task that runs the handler, while it waits.
    handler: Option<Waker>,
    policy: CancelPolicy,
    /// Whether the handler must not be polled any more.
    dropped: bool,
}

impl Cancellation {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires with `reason`. The first reason stays; returns whether this was it.
    pub fn cancel(&self, reason: Error) -> bool {
        if self.0.reason.set(reason).is_err() {
            return false;
        }
        // Behind the reason: who registers from here on finds it.
        let mut waiting = self.waiting();
        let waiters = waiting.reason.take();
        let drop_handler = waiting.policy == CancelPolicy::Drop;
        drop(waiting);
        if drop_handler {
            self.drop_handler();
        }
        for (_, waiter) in waiters.into_iter().flat_map(|waiters| *waiters) {
            waiter.wake();
        }
        true
    }

    /// The reason, once fired.
    #[must_use]
    pub fn reason(&self) -> Option<&Error> {
        self.0.reason.get()
    }

    /// Waits until the signal fires. Cancel safe: nothing is lost by dropping the future.
    pub async fn cancelled(&self) -> Error {
        let signal = self;
        Cancelled { signal, key: None }.await
    }

    /// Says what the signal does to the handler. To be called before it can fire.
    pub(crate) fn set_policy(&self, policy: CancelPolicy) {
        self.waiting().policy = policy;
    }

    /// Has the handler dropped by the task that polls it.
    pub(crate) fn drop_handler(&self) {
        let mut waiting = self.waiting();
        waiting.dropped = true;
        let handler = waiting.handler.take();
        drop(waiting);
        if let Some(handler) = handler {
            handler.wake();
        }
    }

    /// Ready when the handler must not be polled any more.
    pub(crate) fn poll_dropped(&self, cx: &Context<'_>) -> Poll<()> {
        let mut waiting = self.waiting();
        if waiting.dropped {
            return Poll::Ready(());
        }
        match &mut waiting.handler {
            Some(handler) => handler.clone_from(cx.waker()),
            None => waiting.handler = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Tells signals apart while both live.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.0.waiting)
    }
}

/// Waits for the reason of a signal.
struct Cancelled<'a> {
    signal: &'a Cancellation,
    /// Its place among those that wait.
    key: Option<usize>,
}

impl Future for Cancelled<'_> {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        let mut waiting = self.signal.waiting();
        // Under the lock: a reason that comes later wakes whoever is registered here.
        if let Some(reason) = self.signal.reason() {
            return Poll::Ready(reason.clone());
        }
        let waiters = waiting.reason.get_or_insert_default();
        match self.key.and_then(|key| waiters.get_mut(key)) {
            Some(waiter) => waiter.clone_from(cx.waker()),
            None => {
                let key = waiters.insert(cx.waker().clone());
                drop(waiting);
                self.key = Some(key);
            }
        }
        Poll::Pending
    }
}

impl Drop for Cancelled<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let mut waiting = self.signal.waiting();
        // `None` once the signal has fired: then nobody is registered any more. The room stays, for
        // who waits next: calls wait for their connection's end one after the other.
        let waiters = waiting.reason.as_mut();
        let waiter = waiters.and_then(|waiters| waiters.try_remove(key));
        drop(waiting);
        drop(waiter);
    }
}

/// What ends the streams that a handler opened as a client, when its own stream ended with `reason`:
/// number, text and path go on unchanged, hop by hop (ttheader-streaming.md 3.7).
#[must_use]
pub fn cascade(reason: &Error) -> CancelReason {
    CancelReason::Upstream {
        code: reason.number(),
        message: reason.message().to_owned().into(),
        path: reason.cancel_path().to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::error::Error;

    #[tokio::test]
    async fn the_first_reason_stays_and_reaches_every_waiter() {
        let signal = Cancellation::new();
        let waiting = [(); 3].map(|()| {
            let signal = signal.clone();
            tokio::spawn(async move { signal.cancelled().await })
        });
        tokio::task::yield_now().await;

        assert!(signal.cancel(Error::application("first")));
        assert!(!signal.cancel(Error::application("second")));
        for waiting in waiting {
            assert_eq!(waiting.await.unwrap().message(), "first");
        }
        assert_eq!(signal.cancelled().await.message(), "first");
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_leaves_nothing_behind() {
        let signal = Cancellation::new();
        let other = tokio::spawn({
            let signal = signal.clone();
            async move { signal.cancelled().await }
        });
        tokio::task::yield_now().await;
        for _ in 0..3 {
            let given_up = tokio::time::timeout(Duration::from_secs(1), signal.cancelled());
            assert!(given_up.await.is_err());
        }
        let waiters = || signal.waiting().reason.as_ref().map(|list| list.len());
        assert_eq!(waiters(), Some(1));

        other.abort();
        assert!(other.await.is_err());
        assert_eq!(waiters(), Some(0));
    }

    /// With the counters of the `Arc` it fills what the allocator has for 64 to 72 bytes.
    #[test]
    fn a_signal_is_small() {
        assert!(size_of::<Shared>() <= 56, "{} bytes", size_of::<Shared>());
    }
}
