//! A one-shot signal with a reason: how a handler learns that its call has ended.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;

use crate::error::Error;

/// What becomes of a handler whose call has ended before it: given up by the caller, past its
/// deadline, or without its connection.
///
/// Whatever the policy, no handler outlives its server: see
/// [`ServerBuilder::exit_wait`](crate::ServerBuilder::exit_wait).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

#[derive(Debug, Default)]
struct Shared {
    reason: OnceLock<Error>,
    fired: Notify,
    handler: Mutex<Handler>,
}

/// The handler that the signal is for, as far as it must be dropped.
#[derive(Debug, Default)]
struct Handler {
    policy: CancelPolicy,
    /// Whether it must not be polled any more.
    dropped: bool,
    /// The task that runs it, while it waits.
    task: Option<Waker>,
}

impl Cancellation {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires with `reason`. The first reason stays; returns whether this was it.
    pub fn cancel(&self, reason: Error) -> bool {
        let first = self.0.reason.set(reason).is_ok();
        if first {
            self.0.fired.notify_waiters();
            if self.handler().policy == CancelPolicy::Drop {
                self.drop_handler();
            }
        }
        first
    }

    /// The reason, once fired.
    #[must_use]
    pub fn reason(&self) -> Option<&Error> {
        self.0.reason.get()
    }

    /// Waits until the signal fires. Cancel safe: nothing is lost by dropping the future.
    pub async fn cancelled(&self) -> Error {
        loop {
            // Registered before the check: a signal between the two still wakes this waiter.
            let fired = self.0.fired.notified();
            tokio::pin!(fired);
            fired.as_mut().enable();
            if let Some(reason) = self.reason() {
                return reason.clone();
            }
            fired.await;
        }
    }

    /// Says what the signal does to the handler. To be called before it can fire.
    pub(crate) fn set_policy(&self, policy: CancelPolicy) {
        self.handler().policy = policy;
    }

    /// Has the handler dropped by the task that polls it.
    pub(crate) fn drop_handler(&self) {
        let mut handler = self.handler();
        handler.dropped = true;
        let task = handler.task.take();
        drop(handler);
        if let Some(task) = task {
            task.wake();
        }
    }

    /// Ready when the handler must not be polled any more.
    pub(crate) fn poll_dropped(&self, cx: &Context<'_>) -> Poll<()> {
        let mut handler = self.handler();
        if handler.dropped {
            return Poll::Ready(());
        }
        match &mut handler.task {
            Some(task) => task.clone_from(cx.waker()),
            None => handler.task = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn handler(&self) -> MutexGuard<'_, Handler> {
        self.0
            .handler
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Cancellation;
    use crate::error::Error;

    #[tokio::test]
    async fn the_first_reason_stays_and_reaches_every_waiter() {
        let signal = Cancellation::new();
        let waiting = tokio::spawn({
            let signal = signal.clone();
            async move { signal.cancelled().await }
        });
        tokio::task::yield_now().await;

        assert!(signal.cancel(Error::application("first")));
        assert!(!signal.cancel(Error::application("second")));
        assert_eq!(waiting.await.unwrap().message(), "first");
        assert_eq!(signal.cancelled().await.message(), "first");
    }
}
