//! Handlers at work: one place for all wires that knows which run, tells each of them of the end of
//! its call, and drops those that must not go on.

mod polling;
mod running;

use std::collections::HashSet;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

pub(super) use self::polling::{Ended, poll_handler, supervise};
use self::running::{Running, Spread};
use super::ending::end_all;
use crate::call::{CancelPolicy, Cancellation};
use crate::error::Error;
use crate::sync::lock;

/// The running handlers of one connection. Handlers keep it alive when their connection is gone.
#[derive(Debug, Default)]
pub struct Supervisor {
    policy: CancelPolicy,
    /// The wire of the connection.
    wire: &'static str,
    running: Mutex<HashSet<Running, Spread>>,
    /// How many handlers have begun.
    begun: AtomicU64,
    idle: Notify,
}

impl Supervisor {
    /// Of a connection of that wire, whose handlers are treated by `policy`.
    #[must_use]
    pub fn new(policy: CancelPolicy, wire: &'static str) -> Arc<Self> {
        Arc::new(Self {
            policy,
            wire,
            ..Self::default()
        })
    }

    /// The wire of the connection, as metrics name it.
    pub(crate) fn wire(&self) -> &'static str {
        self.wire
    }

    /// Registers a running handler until [`Supervisor::end`]. The handler learns of its call's end
    /// by `cancellation`.
    pub(super) fn begin(&self, cancellation: &Cancellation) {
        cancellation.set_policy(self.policy);
        let nth = self.begun.fetch_add(1, Ordering::Relaxed);
        self.running().insert(Running(cancellation.clone(), nth));
    }

    /// The handler has returned, or was dropped.
    pub(super) fn end(&self, cancellation: &Cancellation) {
        let mut running = self.running();
        // Its destructor may be anything: not under the lock.
        let ended = running.take(&Running(cancellation.clone(), 0));
        let idle = running.is_empty();
        drop(running);
        drop(ended);
        if idle {
            self.idle.notify_waiters();
        }
    }

    /// As [`Supervisor::begin`]. The handler counts as running until the guard is dropped.
    pub(super) fn watch(self: &Arc<Self>, cancellation: &Cancellation) -> Watched {
        self.begin(cancellation);
        Watched {
            supervisor: Arc::clone(self),
            cancellation: cancellation.clone(),
        }
    }

    /// How many handlers run.
    pub(crate) fn count(&self) -> usize {
        self.running().len()
    }

    /// How many handlers have begun so far; the number wraps around.
    pub(crate) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
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

    /// Completes when no handler has run for `idle`. It looks after each such time, so that calls pay
    /// nothing for it, and it may take twice as long.
    pub(crate) async fn unused(&self, idle: Duration) {
        loop {
            self.idle().await;
            let begun = self.begun();
            sleep(idle).await;
            if self.count() == 0 && self.begun() == begun {
                return;
            }
        }
    }

    /// The methods, by their numbers at the server, whose handlers run and whose calls have not ended.
    pub(crate) fn called(&self) -> Vec<u32> {
        let running = self.snapshot().into_iter();
        let open = running.filter(|one| one.reason().is_none());
        open.map(|one| one.called()).collect()
    }

    /// Tells the handlers whose call has not ended that it has.
    pub(crate) fn cancel_all(&self, reason: &Error) {
        let reason = reason.clone();
        end_all(self.snapshot(), move |one| {
            one.cancel(reason.clone());
        });
    }

    /// Has all handlers dropped, whatever the policy.
    pub(crate) fn drop_all(&self) {
        end_all(self.snapshot(), |one| one.drop_handler());
    }

    /// The running handlers, in the order in which they began. The set's own order is chance, and would
    /// differ in two runs of a test with the same seed. This is a copy, because ending a handler wakes
    /// tasks that may take the lock.
    fn snapshot(&self) -> Vec<Cancellation> {
        let running = self.running();
        let mut all: Vec<_> = running.iter().map(|one| (one.1, one.0.clone())).collect();
        drop(running);
        all.sort_unstable_by_key(|(nth, _)| *nth);
        all.into_iter().map(|(_, one)| one).collect()
    }

    fn running(&self) -> MutexGuard<'_, HashSet<Running, Spread>> {
        lock(&self.running)
    }
}

/// A handler that counts as running.
pub(super) struct Watched {
    supervisor: Arc<Supervisor>,
    cancellation: Cancellation,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.supervisor.end(&self.cancellation);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::task::Poll;

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
        let supervisor = Supervisor::new(CancelPolicy::Advise, "a wire");
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
        let supervisor = Supervisor::new(CancelPolicy::Drop, "a wire");
        let (cancellation, dropped) = waiting(&supervisor);
        cancellation.cancel(Error::application("over"));
        assert!(dropped.await.is_err());
        supervisor.idle().await;
    }
}
