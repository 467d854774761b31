//! Peers that send what they have begun too slowly.

use std::future::poll_fn;
use std::io;
use std::pin::pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Instant;

use super::overdue::overdue;
use crate::call::{FAR_FUTURE, LazySleep, was_away};
use crate::measure::Limit;

/// How fast a peer must send a frame or a message that it has begun.
///
/// The whole frame or message must arrive within [`grace`](MinRate::grace), and one more second for
/// each [`bytes_per_second`](MinRate::bytes_per_second) bytes of it that have arrived. Only time
/// counts in which this side waits for more of it: neither the time in which this side does not
/// read, because consumers are slow, nor the time between two messages.
///
/// Without such a minimum, a peer that sends one byte now and then holds a connection and a part
/// of a message for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinRate {
    /// The bytes that extend the time by a second. Default 500. With 0 there is no minimum.
    pub bytes_per_second: u32,
    /// The time for a frame or a message of a few bytes. Default 20 s.
    pub grace: Duration,
}

impl Default for MinRate {
    /// The defaults are those of `RequestReadTimeout` of Apache's httpd, for headers and bodies
    /// alike. A lost segment that TCP has to repeat several times fits into the grace.
    fn default() -> Self {
        Self {
            bytes_per_second: 500,
            grace: Duration::from_secs(20),
        }
    }
}

impl MinRate {
    /// How long a frame or a message may take of which so many bytes have arrived.
    fn allowed(&self, arrived: u64) -> Duration {
        let rate = u64::from(self.bytes_per_second);
        match arrived.saturating_mul(1000).checked_div(rate) {
            Some(more) => self.grace.saturating_add(Duration::from_millis(more)),
            None => Duration::MAX,
        }
    }
}

/// Why a peer is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Late {
    /// It has sent nothing for the stall timeout.
    Stalled,
    /// It sends more slowly than [`MinRate`] demands.
    Slow,
}

impl Late {
    /// A text for users; `what` names the thing that is late, with its article.
    pub(crate) fn text(self, what: &str) -> String {
        match self {
            Self::Stalled => format!("nothing follows the first part of {what}"),
            Self::Slow => format!("{what} arrives more slowly than the minimum rate"),
        }
    }
}

/// Measures one frame or message after the other, from the first wait for more of it to its end. A
/// timer is set only while the peer is waited for, and moved seldom.
#[derive(Debug)]
pub(crate) struct ArrivalTimer {
    /// How long the peer may send nothing.
    stall: Duration,
    rate: MinRate,
    /// How long the waits for the current frame took, without the one that runs.
    waited: Duration,
    /// When the running wait began.
    since: Option<Instant>,
    /// How long the running wait may take.
    limit: Duration,
    /// Whether the running wait has begun anew because this process was away.
    excused: bool,
    sleep: LazySleep,
}

impl ArrivalTimer {
    pub(crate) fn new(stall: Duration, rate: MinRate) -> Self {
        Self {
            stall,
            rate,
            waited: Duration::ZERO,
            since: None,
            limit: Duration::ZERO,
            excused: false,
            sleep: LazySleep::default(),
        }
    }

    /// A frame has arrived as a whole. The next one is measured from its own beginning.
    #[inline]
    pub(crate) fn begin(&mut self) {
        (self.waited, self.since, self.excused) = (Duration::ZERO, None, false);
    }

    /// Bytes have arrived, or this side stops reading for a while: the running wait is over.
    #[inline]
    pub(crate) fn pause(&mut self) {
        if let Some(since) = self.since.take() {
            self.excused = false;
            let waited = since.elapsed();
            // A longer wait would have expired if anybody had polled it. So this side was away,
            // and the bytes may have been there all the time.
            if waited < self.limit {
                self.waited += waited;
            }
        }
    }

    /// Waits for more of a frame of which `arrived` bytes are there. Ready when the peer is late.
    pub(crate) fn poll_late(&mut self, arrived: u64, cx: &mut Context<'_>) -> Poll<Late> {
        let left = self.rate.allowed(arrived).saturating_sub(self.waited);
        self.limit = left.min(self.stall).min(FAR_FUTURE);
        loop {
            let due = *self.since.get_or_insert_with(Instant::now) + self.limit;
            ready!(self.sleep.poll_until(due, cx));
            if self.excused || !was_away(due) {
                break;
            }
            (self.since, self.excused) = (None, true);
        }
        Poll::Ready(match left < self.stall {
            true => Late::Slow,
            false => Late::Stalled,
        })
    }

    /// Reads once. `arrived` bytes of the current frame are there; if there are none, nothing is
    /// timed. `what` names a frame of this wire, with its article. Cancel safe.
    ///
    /// # Errors
    /// The errors of `io`, or that the peer is late.
    pub(crate) async fn read<R: AsyncRead + Unpin>(
        &mut self,
        io: &mut R,
        buf: &mut BytesMut,
        arrived: usize,
        what: &'static str,
    ) -> io::Result<usize> {
        poll_fn(|cx| {
            if let Poll::Ready(read) = pin!(io.read_buf(buf)).poll(cx) {
                self.pause();
                return Poll::Ready(read);
            }
            if arrived == 0 {
                return Poll::Pending;
            }
            let late = ready!(self.poll_late(arrived as u64, cx));
            let limit = match late {
                Late::Stalled => Limit::StallTimeout,
                Late::Slow => Limit::MinRate,
            };
            Poll::Ready(Err(overdue(limit, late.text(what))))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use tokio::io::{AsyncWriteExt, duplex};
    use tokio::time::{advance, sleep};

    use super::*;

    const STALL: Duration = Duration::from_secs(10);
    const SECOND: Duration = Duration::from_secs(1);

    fn timer() -> ArrivalTimer {
        ArrivalTimer::new(STALL, MinRate::default())
    }

    /// Reads a frame without end of which `step` bytes arrive with each `pause`. Returns when, and
    /// with which text, it was given up.
    async fn given_up(step: usize, pause: Duration) -> (Duration, String) {
        let (mut near, mut far) = duplex(1 << 20);
        let sending = tokio::spawn(async move {
            while far.write_all(&vec![0; step]).await.is_ok() {
                sleep(pause).await;
            }
        });
        let (mut timer, mut buf, began) = (timer(), BytesMut::new(), Instant::now());
        loop {
            let arrived = buf.len();
            if let Err(error) = timer.read(&mut near, &mut buf, arrived, "a frame").await {
                let after = began.elapsed();
                drop(near);
                sending.await.unwrap();
                return (after, error.to_string());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_sends_too_little_is_late_however_often_it_sends() {
        const SLOW: &str = "a frame arrives more slowly than the minimum rate";
        let (after, text) = given_up(1, SECOND).await;
        assert_eq!((after.as_secs(), &text[..]), (20, SLOW));
        // 400 bytes make it 0.8 s more, each second.
        let (after, text) = given_up(400, SECOND).await;
        assert_eq!(text, SLOW);
        assert!((95..=105).contains(&after.as_secs()), "{after:?}");
        let (after, text) = given_up(1 << 16, 11 * SECOND).await;
        assert_eq!(text, "nothing follows the first part of a frame");
        assert_eq!(after, STALL);
    }

    #[tokio::test(start_paused = true)]
    async fn frames_are_measured_each_and_only_while_they_are_waited_for() {
        let (mut near, mut far) = duplex(64);
        let (mut timer, mut buf) = (timer(), BytesMut::new());
        for _ in 0..10 {
            for arrived in 1..4 {
                let send = async {
                    sleep(6 * SECOND).await;
                    far.write_all(&[0]).await.unwrap();
                };
                let read = timer.read(&mut near, &mut buf, arrived, "a frame");
                let (read, ()) = tokio::join!(read, send);
                assert_eq!(read.unwrap(), 1);
                // This side is busy with something else.
                advance(60 * SECOND).await;
            }
            timer.begin();
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_away_does_not_blame_the_peer() {
        let (mut near, mut far) = duplex(64);
        let (mut timer, mut buf) = (timer(), BytesMut::new());
        for _ in 0..10 {
            let read = timer.read(&mut near, &mut buf, 1, "a frame");
            assert!(tokio::time::timeout(SECOND, read).await.is_err());
            far.write_all(&[0]).await.unwrap();
            advance(60 * SECOND).await;
            let read = timer.read(&mut near, &mut buf, 1, "a frame").await;
            assert_eq!(read.unwrap(), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_away_waits_for_the_peer_once_more() {
        let (mut near, far) = duplex(64);
        let (mut timer, mut buf) = (timer(), BytesMut::new());
        let mut read = pin!(timer.read(&mut near, &mut buf, 1, "a frame"));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(read.as_mut().poll(&mut cx).is_pending());
        // Both processes were frozen, and this one runs first.
        advance(60 * SECOND).await;
        assert!(read.as_mut().poll(&mut cx).is_pending());
        advance(60 * SECOND).await;
        let late = read.as_mut().poll(&mut cx);
        assert!(matches!(late, Poll::Ready(Err(_))), "only once");
        drop(far);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_rate_there_is_no_minimum() {
        let none = MinRate {
            bytes_per_second: 0,
            ..MinRate::default()
        };
        assert_eq!(none.allowed(0), Duration::MAX);
        assert_eq!(MinRate::default().allowed(0), 20 * SECOND);
        assert_eq!(MinRate::default().allowed(1250), 22 * SECOND + SECOND / 2);
        assert!(MinRate::default().allowed(u64::MAX) > FAR_FUTURE);
    }
}
