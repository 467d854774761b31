//! Handlers at work: one place for all wires that knows which run, tells each of them of the end of
//! its call, and drops those that must not go on.

use std::collections::HashSet;
use std::future::poll_fn;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::sleep;

use super::ending::end_all;
use super::ids::GOLDEN_RATIO;
use crate::call::{CancelPolicy, Cancellation};
use crate::error::Error;
use crate::panic::{self, Panic};
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

/// A running handler: its signal, whose address identifies it, and how many handlers of the connection
/// began before it.
#[derive(Debug)]
struct Running(Cancellation, u64);

impl PartialEq for Running {
    fn eq(&self, other: &Self) -> bool {
        self.0.address() == other.0.address()
    }
}

impl Eq for Running {}

impl Hash for Running {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_usize(self.0.address());
    }
}

/// Hashes addresses. Only this process's allocator chooses them, so no peer can provoke collisions.
/// Their low bits are 0.
type Spread = BuildHasherDefault<AddressHasher>;

#[derive(Debug, Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        // The map chooses a bucket by the low bits, and the multiplication moves nothing into
        // these. So the high bits are mixed in.
        self.0 ^ (self.0 >> 32)
    }

    fn write_usize(&mut self, address: usize) {
        self.0 = (address as u64).wrapping_mul(GOLDEN_RATIO);
    }

    /// Never used, because only addresses are hashed; the trait requires this method.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize((self.0 as usize) ^ usize::from(*byte));
        }
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

/// How a handler ended.
pub(super) enum Ended<T> {
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
pub(super) fn poll_handler<F: Future + ?Sized>(
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
pub(super) async fn supervise<F: Future>(
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

    #[test]
    fn neighbouring_addresses_spread_over_a_map() {
        use std::hash::BuildHasher;
        for step in [16, 64, 80, 96, 4096] {
            let hash = |at: usize| Spread::default().hash_one(ByAddress(at * step));
            let low: HashSet<_> = (0..1024).map(|at| hash(at) % 1024).collect();
            let high: HashSet<_> = (0..1024).map(|at| hash(at) >> 57).collect();
            // A perfect hash uses about 647 of 1024 bins for 1024 values; a bad hash uses a few
            // dozen.
            assert!(low.len() > 400, "steps of {step}: {} of 1024", low.len());
            assert!(high.len() > 100, "steps of {step}: {} of 128", high.len());
        }
    }

    struct ByAddress(usize);

    impl Hash for ByAddress {
        fn hash<H: Hasher>(&self, state: &mut H) {
            state.write_usize(self.0);
        }
    }

    #[tokio::test]
    async fn by_the_other_policy_a_handler_is_dropped_with_its_call() {
        let supervisor = Supervisor::new(CancelPolicy::Drop, "a wire");
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
        assert!(matches!(reason, Ended::Returned(error) if error.message() == "first"));
    }
}
