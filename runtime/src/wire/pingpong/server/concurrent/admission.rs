//! Bounds what the running calls of one connection may hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

use crate::codec::ApplicationException;
use crate::measure::Limit;

/// How many handlers may run at a time for one connection; the same number as for streams. The
/// server refuses further requests with an exception.
const MAX_CALLS: usize = 1 << 17;
/// How many of the largest requests the running calls of one connection may hold; as many as the
/// waiting messages of streams (`connection_queue`): 128 MiB by default.
const HELD_MESSAGES: usize = 2;
/// What requests may hold however small the largest one is, in bytes: about a hundred bytes for each
/// of [`MAX_CALLS`]; the same number as for the HEADERs of streams.
const HELD_LEAST: usize = 16 * 1024 * 1024;
/// How long the connection is not read while a request waits for room; the same time as for streams
/// (`pause_grace`).
const GRACE: Duration = Duration::from_millis(50);

/// Admits the calls of one connection. The task that reads the connection owns it.
pub(super) struct Admission {
    running: Arc<Running>,
    max_held: usize,
    /// Whether a request that finds no room waits for it. Not after a wait in vain, until the calls
    /// have let go of half: otherwise each further request would hold up the others that long.
    patient: bool,
}

/// What the running calls of a connection hold.
#[derive(Default)]
struct Running {
    calls: AtomicUsize,
    /// Bytes of their requests.
    held: AtomicUsize,
    /// Notified of each call that ends, because its room is free then.
    ended: Notify,
}

/// A call counts as running until this is dropped.
pub(super) struct Admitted {
    running: Arc<Running>,
    len: usize,
}

/// Why a call is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// [`MAX_CALLS`] calls run.
    Calls,
    /// The requests would hold more than `max` bytes.
    Held { max: usize },
}

impl Admission {
    /// `max_message` is the length of the largest request in bytes.
    pub(super) fn new(max_message: usize) -> Self {
        Self {
            running: Arc::default(),
            max_held: HELD_LEAST.max(max_message.saturating_mul(HELD_MESSAGES)),
            patient: true,
        }
    }

    /// Admits a call whose request has `len` bytes; a call that meets no other is always admitted.
    /// Waits for room if the requests hold too much: a client that sends faster than the handlers work
    /// is slowed down by TCP. Cancel safe.
    ///
    /// # Errors
    /// There are too many calls, or no room was made within [`GRACE`].
    pub(super) async fn admit(&mut self, len: usize) -> Result<Admitted, Full> {
        if self.running.calls.load(Ordering::Relaxed) >= MAX_CALLS {
            return Err(Full::Calls);
        }
        let held = self.running.held.load(Ordering::Acquire);
        self.patient |= held <= self.max_held / 2;
        let goal = self.max_held.saturating_sub(len);
        if held > goal && !self.has_room_soon(goal).await {
            return Err(Full::Held { max: self.max_held });
        }
        self.running.calls.fetch_add(1, Ordering::Relaxed);
        self.running.held.fetch_add(len, Ordering::Relaxed);
        let running = Arc::clone(&self.running);
        Ok(Admitted { running, len })
    }

    async fn has_room_soon(&mut self, goal: usize) -> bool {
        if !self.patient {
            return false;
        }
        self.patient = timeout(GRACE, self.running.down_to(goal)).await.is_ok();
        self.patient
    }
}

impl Running {
    async fn down_to(&self, goal: usize) {
        while self.held.load(Ordering::Acquire) > goal {
            // A call that ended since has left a permit.
            self.ended.notified().await;
        }
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.running.calls.fetch_sub(1, Ordering::Relaxed);
        self.running.held.fetch_sub(self.len, Ordering::Release);
        self.running.ended.notify_one();
    }
}

impl Full {
    /// The limit that was reached.
    pub(super) fn limit(&self) -> Limit {
        match self {
            Self::Calls => Limit::RunningCalls,
            Self::Held { .. } => Limit::RunningRequests,
        }
    }

    /// The exception to answer.
    #[cold]
    pub(super) fn exception(&self) -> ApplicationException {
        let text = match self {
            Self::Calls => format!("connection has {MAX_CALLS} running calls already"),
            Self::Held { max } => {
                format!("requests of the connection's running calls would exceed {max} bytes")
            }
        };
        ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    const MAX_HELD: usize = 128 * 1024 * 1024;
    const HELD: Full = Full::Held { max: MAX_HELD };

    fn admission() -> Admission {
        Admission::new(MAX_HELD / 2)
    }

    #[tokio::test(start_paused = true)]
    async fn requests_are_held_up_to_a_sum() {
        let mut admission = admission();
        let half = admission.admit(MAX_HELD / 2).await.ok().unwrap();
        let rest = admission.admit(MAX_HELD / 2).await.ok().unwrap();
        assert_eq!(admission.admit(1).await.err(), Some(HELD));
        drop(half);
        assert_eq!(admission.admit(MAX_HELD / 2 + 1).await.err(), Some(HELD));
        assert!(admission.admit(MAX_HELD / 2).await.is_ok());
        drop(rest);
        assert_eq!(admission.running.held.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_waits_for_a_call_that_ends_soon() {
        let mut admission = admission();
        let half = admission.admit(MAX_HELD / 2).await.ok().unwrap();
        let _rest = admission.admit(MAX_HELD / 2).await;
        let ending = tokio::spawn(async move {
            sleep(GRACE / 2).await;
            drop(half);
        });
        assert!(admission.admit(1).await.is_ok());
        assert!(ending.is_finished());
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_do_not_end_hold_up_others_once() {
        let mut admission = admission();
        let _half = admission.admit(MAX_HELD / 2).await;
        let rest = admission.admit(MAX_HELD / 2).await.ok().unwrap();
        let start = Instant::now();
        for _ in 0..10 {
            assert_eq!(admission.admit(1).await.err(), Some(HELD));
        }
        assert!(start.elapsed() < 2 * GRACE);
        drop(rest);
        assert!(admission.admit(MAX_HELD / 2).await.is_ok());
        assert!(admission.patient);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_meets_no_other_is_admitted_whatever_its_size() {
        let mut admission = admission();
        let large = admission.admit(MAX_HELD + 1).await;
        assert!(large.is_ok());
        assert_eq!(admission.admit(1).await.err(), Some(HELD));
    }

    #[tokio::test(start_paused = true)]
    async fn many_small_requests_are_held_where_none_may_be_large() {
        let mut admission = Admission::new(1024);
        let mut held = Vec::new();
        for _ in 0..HELD_LEAST / 1024 {
            held.push(admission.admit(1024).await.ok().unwrap());
        }
        let next = admission.admit(1024).await;
        assert_eq!(next.err(), Some(Full::Held { max: HELD_LEAST }));
    }

    #[tokio::test]
    async fn calls_are_counted_whatever_they_hold() {
        let mut admission = admission();
        let mut calls = Vec::new();
        for _ in 0..MAX_CALLS {
            calls.push(admission.admit(0).await.ok().unwrap());
        }
        assert_eq!(admission.admit(0).await.err(), Some(Full::Calls));
        drop(calls);
        assert!(admission.admit(0).await.is_ok());
    }
}
