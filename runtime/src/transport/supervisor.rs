//! Handlers at work: one place for all wires that knows which run, tells each of them of the end of
//! its call, and drops those that must not go on.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use slab::Slab;
use tokio::sync::Notify;

use crate::cancellation::{CancelPolicy, Cancellation};
use crate::error::Error;

/// The running handlers of one connection. Handlers keep it alive when their connection is gone.
#[derive(Debug, Default)]
pub struct Supervisor {
    policy: CancelPolicy,
    running: Mutex<Slab<Cancellation>>,
    idle: Notify,
}

impl Supervisor {
    /// Of a connection whose handlers are treated by `policy`.
    #[must_use]
    pub fn new(policy: CancelPolicy) -> Arc<Self> {
        Arc::new(Self {
            policy,
            ..Self::default()
        })
    }

    /// Takes on a handler, which learns of its end by `cancellation`. Whoever gets the key gives it
    /// back by [`Supervisor::end`].
    pub(super) fn begin(&self, cancellation: &Cancellation) -> usize {
        cancellation.set_policy(self.policy);
        self.running().insert(cancellation.clone())
    }

    /// The handler has returned, or was dropped.
    pub(super) fn end(&self, key: usize) {
        let mut running = self.running();
        // Its destructor may be anything: not under the lock.
        let ended = running.try_remove(key);
        let idle = running.is_empty();
        drop(running);
        drop(ended);
        if idle {
            self.idle.notify_waiters();
        }
    }

    /// As [`Supervisor::begin`], for who has a place to keep a guard.
    pub(super) fn watch(self: &Arc<Self>, cancellation: &Cancellation) -> Watched {
        Watched {
            key: self.begin(cancellation),
            supervisor: Arc::clone(self),
        }
    }

    /// How many handlers run.
    pub(crate) fn count(&self) -> usize {
        self.running().len()
    }

    /// Waits until no handler runs.
    pub(crate) async fn idle(&self) {
        loop {
            let idle = self.idle.notified();
            let mut idle = pin!(idle);
            idle.as_mut().enable();
            if self.running().is_empty() {
                return;
            }
            idle.await;
        }
    }

    /// Tells the handlers whose call has not ended that it has.
    pub(crate) fn cancel_all(&self, reason: &Error) {
        for cancellation in self.snapshot() {
            cancellation.cancel(reason.clone());
        }
    }

    /// Has all handlers dropped, whatever the policy.
    pub(crate) fn drop_all(&self) {
        self.snapshot().iter().for_each(Cancellation::drop_handler);
    }

    /// Woken tasks may come for the lock.
    fn snapshot(&self) -> Vec<Cancellation> {
        let running = self.running();
        running.iter().map(|(_, running)| running.clone()).collect()
    }

    fn running(&self) -> MutexGuard<'_, Slab<Cancellation>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handler that counts as running.
pub(super) struct Watched {
    supervisor: Arc<Supervisor>,
    key: usize,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.supervisor.end(self.key);
    }
}

/// Polls a handler, unless it must not go on: `None`, and then it is to be dropped.
pub(super) fn poll_handler<F: Future + ?Sized>(
    handler: Pin<&mut F>,
    cancellation: &Cancellation,
    cx: &mut Context<'_>,
) -> Poll<Option<F::Output>> {
    match cancellation.poll_dropped(cx) {
        Poll::Ready(()) => Poll::Ready(None),
        Poll::Pending => handler.poll(cx).map(Some),
    }
}

/// Runs a handler to its end, or until it must not go on: `None`. `poll_ended` gives what ends the call
/// ahead of its handler, each thing once: the deadline, the peer, the server's stop. The wire has dealt
/// with it then, and the handler is told here.
pub(super) async fn supervise<F: Future>(
    handler: F,
    cancellation: &Cancellation,
    mut poll_ended: impl FnMut(&mut Context<'_>) -> Poll<Error>,
) -> Option<F::Output> {
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
    use std::future::pending;

    use tokio::sync::oneshot;

    use super::*;

    /// A handler that waits for ever, and tells when it is dropped.
    fn waiting(supervisor: &Arc<Supervisor>) -> (Cancellation, oneshot::Receiver<()>) {
        let (alive, dropped) = oneshot::channel::<()>();
        let cancellation = Cancellation::new();
        let watched = supervisor.watch(&cancellation);
        let signal = cancellation.clone();
        tokio::spawn(async move {
            let handler = async move {
                let _alive = alive;
                pending::<()>().await;
            };
            supervise(handler, &signal, |_| Poll::Pending).await;
            drop(watched);
        });
        (cancellation, dropped)
    }

    #[tokio::test]
    async fn an_advised_handler_runs_on_and_ends_with_its_server() {
        let supervisor = Supervisor::new(CancelPolicy::Advise);
        let (cancellation, mut dropped) = waiting(&supervisor);
        cancellation.cancel(Error::application("over"));
        tokio::task::yield_now().await;
        assert!(
            dropped
                .try_recv()
                .is_err_and(|e| e == oneshot::error::TryRecvError::Empty)
        );
        assert_eq!(supervisor.count(), 1);

        supervisor.drop_all();
        supervisor.idle().await;
        assert!(dropped.await.is_err(), "the handler's values are gone");
    }

    #[tokio::test]
    async fn by_the_other_policy_a_handler_is_dropped_with_its_call() {
        let supervisor = Supervisor::new(CancelPolicy::Drop);
        let (cancellation, dropped) = waiting(&supervisor);
        cancellation.cancel(Error::application("over"));
        assert!(dropped.await.is_err());
        supervisor.idle().await;
    }

    #[tokio::test]
    async fn the_first_end_of_a_call_is_the_reason() {
        let cancellation = Cancellation::new();
        let mut ends = vec![Error::application("second"), Error::application("first")];
        let poll_ended = |_: &mut Context<'_>| ends.pop().map_or(Poll::Pending, Poll::Ready);
        let reason = supervise(cancellation.cancelled(), &cancellation, poll_ended).await;
        assert_eq!(reason.unwrap().message(), "first");
    }
}
