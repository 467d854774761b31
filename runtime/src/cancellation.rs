//! A one-shot signal with a reason: how a handler learns that its call has ended.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

use crate::error::Error;

/// Fires at most once, with the reason. Clones share the signal.
#[derive(Debug, Clone, Default)]
pub struct Cancellation(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    reason: OnceLock<Error>,
    fired: Notify,
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
