//! A one-shot signal with a reason: how a handler learns that its call has ended.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::task::{Context, Poll, Waker};

use slab::Slab;

use crate::error::{CancelReason, Error};
use crate::sync::lock;

/// What the server does with a handler whose call ends before the handler does: because the caller
/// gives up, the deadline passes or the connection is lost.
///
/// Whatever the policy, no handler outlives its server: see
/// [`ServerBuilder::exit_wait`](crate::ServerBuilder::exit_wait).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum CancelPolicy {
    /// The handler learns of the end by [`Context::cancelled`](crate::Context::cancelled), and may
    /// run on as long as it likes. Kitex does the same.
    #[default]
    Advise,
    /// The server drops the handler at once, at the `.await` where it waits. Of its code only
    /// destructors run from then on. tonic does the same.
    Drop,
}

/// Fires at most once, with the reason. Clones share the signal.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<Shared>);

/// The state of a signal. It is kept small, because each of thousands of idle streams has one.
#[derive(Debug, Default)]
struct Shared {
    reason: OnceLock<Error>,
    waiting: Mutex<Waiting>,
}

/// The tasks to wake, and whether the handler of the signal is to be dropped.
#[derive(Debug, Default)]
struct Waiting {
    /// The tasks that wait for the reason. `None` if no task has ever waited, which is the usual
    /// case.
    reason: Option<Box<Slab<Waker>>>,
    /// The waker of the task that runs the handler, while the handler waits.
    handler: Option<Waker>,
    policy: CancelPolicy,
    /// Whether the handler must not be polled any more.
    dropped: bool,
    /// The number of the method that was called; 0 if nobody has said it.
    called: u32,
}

impl Cancellation {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires the signal with `reason`, unless it has fired before. Returns whether this call fired
    /// it; the first reason stays.
    pub fn cancel(&self, reason: Error) -> bool {
        if self.0.reason.set(reason).is_err() {
            return false;
        }
        // The reason is set before the lock is taken, so a task that registers from here on finds
        // it.
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

    /// Sets what the signal does to the handler. Must be called before the signal can fire.
    pub(crate) fn set_policy(&self, policy: CancelPolicy) {
        self.waiting().policy = policy;
    }

    /// Notes which method was called, by its number at the server.
    pub(crate) fn set_called(&self, called: u32) {
        self.waiting().called = called;
    }

    /// The number of the method that was called; 0 if nobody has said it.
    pub(crate) fn called(&self) -> u32 {
        self.waiting().called
    }

    /// Makes the task that polls the handler drop it.
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

    /// A number that distinguishes this signal from every other signal that lives at the same time.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        lock(&self.0.waiting)
    }
}

/// The future of a task that waits for the reason of a signal.
struct Cancelled<'a> {
    signal: &'a Cancellation,
    /// The key of the task's waker in [`Waiting::reason`].
    key: Option<usize>,
}

impl Future for Cancelled<'_> {
    type Output = Error;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Error> {
        let mut waiting = self.signal.waiting();
        // Checked under the lock: a reason that is set later wakes each waker that is registered
        // here.
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
        // The key leads to nothing once the signal has fired, because firing removes all wakers.
        // The slab itself stays for the next task: the calls of a connection wait for the
        // connection's end one after the other.
        let waiters = waiting.reason.as_mut();
        let waiter = waiters.and_then(|waiters| waiters.try_remove(key));
        drop(waiting);
        drop(waiter);
    }
}

/// When a handler's stream ends with `reason`, the streams that the handler opened as a client end
/// with the result of this function. Number, text and path go on unchanged, hop by hop
/// (ttheader-streaming.md 3.7).
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

    /// With the counters of its `Arc`, a signal fits the block size that the allocator has for 64
    /// to 72 bytes.
    #[test]
    fn a_signal_is_small() {
        assert!(size_of::<Shared>() <= 56, "{} bytes", size_of::<Shared>());
    }
}
