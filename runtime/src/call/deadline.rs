//! When a call must be over.

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Further away than any call lives, and near enough to be added to any clock.
pub(crate) const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// How long before the deadline the caller's own deadline may already have passed: the time that a
/// call travels on a busy machine.
const SLACK: Duration = Duration::from_millis(100);

/// On a busy machine, tokio may poll a task this much later than the task's timer. If it polls the task even later, the
/// process did not run: somebody stopped or froze it, its machine was paused, or other processes had all of the CPU.
const AWAY: Duration = Duration::from_secs(1);

/// Whether this process was away when the time of a peer ended at `due`. Nobody has looked then whether the peer
/// was in time, so that the peer gets its time once more, and no more often: a machine may always be late.
pub(crate) fn was_away(due: Instant) -> bool {
    due.elapsed() >= AWAY
}

/// A point in time, and the timeout it was made from (Kitex puts that into its error texts).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    pub(crate) at: Instant,
    pub(crate) timeout: Duration,
}

impl Deadline {
    /// `timeout` from now.
    #[must_use]
    pub fn after(timeout: Duration) -> Self {
        Self {
            at: Instant::now() + timeout.min(FAR_FUTURE),
            timeout,
        }
    }

    /// Time that is left; zero once passed.
    pub(crate) fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Completes when the deadline has passed; never completes if `deadline` is `None`. Cancel
    /// safe.
    pub(crate) async fn passed(deadline: Option<Self>) {
        match deadline {
            Some(deadline) => sleep_until(deadline.at).await,
            None => pending().await,
        }
    }

    /// Whether it is over, which a missing deadline never is.
    pub(crate) fn is_past(deadline: Option<Self>) -> bool {
        deadline.is_some_and(|deadline| deadline.remaining().is_zero())
    }

    /// Whether a caller that leaves now does so because its announced time is over. The caller
    /// counts that time from when it sent the call, and this side from when the call arrived, which
    /// is later, the more so the busier the machines are. Without [`SLACK`], chance would decide
    /// whether the handler learns of a timeout or of a cancel.
    pub(crate) fn is_due(deadline: Option<Self>) -> bool {
        deadline.is_some_and(|deadline| deadline.remaining() <= (deadline.timeout / 4).min(SLACK))
    }

    /// The sooner of two deadlines, each of which may be missing.
    pub(crate) fn sooner(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(if one.at <= other.at { one } else { other }),
            (one, other) => one.or(other),
        }
    }
}

/// A timer that is made when it is first needed, and moved seldom: what is waited for usually comes
/// sooner than its limit, and then the timer that was set for an earlier wait is left alone until it
/// goes off.
#[derive(Debug, Default)]
pub(crate) struct LazySleep(Option<Pin<Box<Sleep>>>);

impl LazySleep {
    /// Ready at `due`, which may be another time with each poll.
    pub(crate) fn poll_until(&mut self, due: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() > due {
            sleep.as_mut().reset(due);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= due {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
    }
}

/// Measures one wait after the other, each with the same timeout. The timer is moved at most once per
/// timeout and not once per wait.
#[derive(Debug)]
pub(crate) struct WaitTimer {
    timeout: Duration,
    /// When the running wait times out; `None` until it begins.
    due: Option<Instant>,
    /// Whether the running wait has begun anew because this process was away.
    excused: bool,
    sleep: LazySleep,
}

impl WaitTimer {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            due: None,
            excused: false,
            sleep: LazySleep::default(),
        }
    }

    /// A wait that has begun, and not only when it is first polled.
    pub(crate) fn begun(timeout: Duration) -> Self {
        Self {
            due: Some(Deadline::after(timeout).at),
            ..Self::new(timeout)
        }
    }

    /// The next wait is measured from its own start.
    #[inline]
    pub(crate) fn restart(&mut self) {
        self.due = None;
        self.excused = false;
    }

    /// Ready when the running wait has taken too long.
    pub(crate) fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.timeout;
        let due = *self.due.get_or_insert_with(|| Deadline::after(timeout).at);
        ready!(self.sleep.poll_until(due, cx));
        self.due = None;
        Poll::Ready(())
    }

    /// The same for a wait for a peer, whose time begins anew, once, if this process [was away](was_away).
    pub(crate) fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let due = self.due;
        ready!(self.poll_expired(cx));
        if self.excused || !due.is_some_and(was_away) {
            self.excused = false;
            return Poll::Ready(());
        }
        self.excused = true;
        self.poll_expired(cx)
    }
}

/// Waits for what a peer has to do within `time`. `None` if the peer takes longer; if this process [was
/// away](was_away), the peer gets the time once more. Cancel safe if `done` is.
pub(crate) async fn in_time<F: Future>(time: Duration, done: F) -> Option<F::Output> {
    let (mut done, mut timer) = (pin!(done), WaitTimer::begun(time));
    poll_fn(|cx| match done.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.poll_late(cx).map(|()| None),
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_sooner_deadline_wins_and_its_timeout_with_it() {
        let short = Deadline::after(Duration::from_secs(1));
        let long = Deadline::after(Duration::MAX);
        assert_eq!(Deadline::sooner(Some(long), Some(short)), Some(short));
        assert_eq!(Deadline::sooner(None, Some(long)), Some(long));
        assert_eq!(Deadline::sooner(None, None), None);

        assert!(!Deadline::is_due(Some(short)) && !Deadline::is_due(None));
        tokio::time::advance(Duration::from_millis(900)).await;
        assert!(Deadline::is_due(Some(short)) && !Deadline::is_due(Some(long)));
        let brief = Deadline::after(Duration::from_millis(20));
        tokio::time::advance(Duration::from_millis(14)).await;
        assert!(!Deadline::is_due(Some(brief)), "a quarter of it at most");
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(Deadline::is_due(Some(brief)));

        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(short.remaining(), Duration::ZERO);
        assert!(Deadline::is_past(Some(short)));
        assert!(!Deadline::is_past(Some(long)) && !Deadline::is_past(None));
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_was_away_gives_its_peer_the_time_once_more() {
        let mut wait = WaitTimer::new(Duration::from_secs(10));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(wait.poll_late(&mut cx).is_pending());
        tokio::time::advance(Duration::from_secs(12)).await;
        assert!(wait.poll_late(&mut cx).is_pending(), "2 s behind the time");
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(wait.poll_late(&mut cx).is_pending());
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(wait.poll_late(&mut cx).is_ready(), "only once");
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_peer_does_has_its_time_once_more_too() {
        let mut cx = Context::from_waker(Waker::noop());
        let (done, waiting) = tokio::sync::oneshot::channel();
        let mut first = pin!(in_time(Duration::from_secs(10), waiting));
        let mut other = pin!(in_time(Duration::from_secs(10), pending::<()>()));
        for _ in 0..2 {
            assert!(first.as_mut().poll(&mut cx).is_pending());
            assert!(other.as_mut().poll(&mut cx).is_pending());
            tokio::time::advance(Duration::from_secs(12)).await;
        }
        done.send(7).unwrap();
        assert_eq!(first.as_mut().poll(&mut cx), Poll::Ready(Some(Ok(7))));
        assert_eq!(other.as_mut().poll(&mut cx), Poll::Ready(None), "only once");
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_peer_does_not_do_ends_with_its_time() {
        let began = Instant::now();
        let time = Duration::from_secs(10);
        assert_eq!(in_time(time, pending::<()>()).await, None);
        assert_eq!(began.elapsed(), time);
    }
}
