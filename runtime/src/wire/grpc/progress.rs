//! Closing the connection of a peer that does not go on: with what it has begun to send, or with
//! taking what is written to it.

use std::task::{Context, Poll};

use super::config::GrpcLimits;
use super::events::End;
use crate::call::WaitTimer;
use crate::wire::ArrivalTimer;

/// What the byte stream of a connection was last seen to hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// The peer's preface and first SETTINGS are there.
    pub(super) begun: bool,
    /// A frame, or a block of headers, is not whole, and nothing more of it is there to be read.
    pub(super) unfinished: bool,
    /// How many frames and blocks of headers have arrived as a whole.
    pub(super) whole: u64,
    /// Bytes that have arrived of what is unfinished.
    pub(super) arrived: u64,
    /// Bytes that were read so far.
    pub(super) bytes: u64,
    /// The peer has no room for what is to be written.
    pub(super) unsent: bool,
    /// Bytes that were written so far.
    pub(super) written: u64,
}

/// Times how long the peer may make no progress in either direction.
pub(super) struct Progress {
    /// Runs until the peer has begun.
    handshake: Option<WaitTimer>,
    /// Measures the frames and blocks of headers that follow.
    arrival: ArrivalTimer,
    stuck: WaitTimer,
    /// What was last seen.
    last: Seen,
}

impl Progress {
    /// The peer's time for its beginning counts from here.
    pub(super) fn new(limits: &GrpcLimits) -> Self {
        Self {
            handshake: Some(WaitTimer::begun(limits.handshake_timeout)),
            arrival: ArrivalTimer::new(limits.frame_timeout, limits.min_rate),
            stuck: WaitTimer::new(limits.send_timeout),
            last: Seen::default(),
        }
    }

    /// Ready when the peer has taken too long, with the reason why its connection ends.
    pub(super) fn poll_late(&mut self, cx: &mut Context<'_>, seen: Seen) -> Poll<End> {
        let last = std::mem::replace(&mut self.last, seen);
        if self.poll_stuck(cx, last).is_ready() {
            return Poll::Ready(End::NotTaken);
        }
        if let Some(handshake) = &mut self.handshake {
            if !seen.begun {
                return handshake.poll_late(cx).map(|()| End::NotBegun);
            }
            self.handshake = None;
        }
        if seen.whole != last.whole {
            self.arrival.begin();
        }
        if seen.bytes != last.bytes || !seen.unfinished {
            self.arrival.pause();
        }
        match seen.unfinished {
            true => self.arrival.poll_late(seen.arrived, cx).map(End::Late),
            false => Poll::Pending,
        }
    }

    /// Ready when the peer has taken nothing for too long.
    fn poll_stuck(&mut self, cx: &mut Context<'_>, last: Seen) -> Poll<()> {
        if !self.last.unsent || self.last.written != last.written {
            self.stuck.restart();
        }
        match self.last.unsent {
            true => self.stuck.poll_late(cx),
            false => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn progress() -> (Progress, Context<'static>) {
        let progress = Progress::new(&GrpcLimits::default());
        (progress, Context::from_waker(Waker::noop()))
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_away_waits_for_the_beginning_of_the_peer_once_more() {
        let (mut progress, mut cx) = progress();
        for _ in 0..2 {
            let late = progress.poll_late(&mut cx, Seen::default());
            assert!(late.is_pending());
            advance(MINUTE).await;
        }
        let late = progress.poll_late(&mut cx, Seen::default());
        assert!(matches!(late, Poll::Ready(End::NotBegun)), "only once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_has_begun_may_be_silent() {
        let (mut progress, mut cx) = progress();
        let begun = Seen {
            begun: true,
            ..Seen::default()
        };
        for _ in 0..3 {
            assert!(progress.poll_late(&mut cx, begun).is_pending());
            advance(MINUTE).await;
        }
    }
}
