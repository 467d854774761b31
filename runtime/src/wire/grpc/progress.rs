//! Closing the connection of a peer that does not go on: with what it has begun to send, or with
//! taking what is written to it.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

use super::config::GrpcLimits;
use crate::call::{Deadline, WaitTimer};

/// What the byte stream of a connection was last seen to hold.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Seen {
    /// The peer's preface and first SETTINGS are there.
    pub(super) begun: bool,
    /// A frame, or a block of headers, is not whole, and nothing more of it is there to be read.
    pub(super) unfinished: bool,
    /// Bytes that were read so far.
    pub(super) bytes: u64,
    /// The peer has no room for what is to be written.
    pub(super) unsent: bool,
    /// Bytes that were written so far.
    pub(super) written: u64,
}

/// Times how long the peer may make no progress in either direction.
pub(super) struct Progress {
    timer: Pin<Box<Sleep>>,
    state: State,
    /// For what comes behind the beginning.
    patience: Duration,
    stuck: WaitTimer,
    /// Bytes that had been written when `stuck` began.
    written: u64,
}

enum State {
    /// The peer has not begun.
    Handshake,
    /// Nothing is timed.
    Idle,
    /// When the timer was set, so many bytes had come.
    Armed(u64),
}

impl Progress {
    /// The peer's time for its beginning counts from here.
    pub(super) fn new(limits: &GrpcLimits) -> Self {
        Self {
            timer: Box::pin(sleep(limits.handshake_timeout)),
            state: State::Handshake,
            patience: limits.frame_timeout,
            stuck: WaitTimer::new(limits.send_timeout),
            written: 0,
        }
    }

    /// Ready when the peer has taken too long.
    pub(super) fn poll_late(&mut self, cx: &mut Context<'_>, seen: Seen) -> Poll<()> {
        loop {
            match self.state {
                State::Handshake if !seen.begun => return self.timer.as_mut().poll(cx),
                State::Handshake => self.state = State::Idle,
                State::Idle if !seen.unfinished => return Poll::Pending,
                State::Idle => self.arm(seen.bytes),
                // Not disarmed by what completes a frame: timers are set once in a while, not for
                // each frame that arrives in two parts.
                State::Armed(bytes) => {
                    ready!(self.timer.as_mut().poll(cx));
                    if seen.unfinished && seen.bytes == bytes {
                        return Poll::Ready(());
                    }
                    self.state = State::Idle;
                }
            }
        }
    }

    /// Ready when the peer has taken nothing for too long.
    pub(super) fn poll_stuck(&mut self, cx: &mut Context<'_>, seen: Seen) -> Poll<()> {
        if !seen.unsent || seen.written != self.written {
            self.written = seen.written;
            self.stuck.restart();
        }
        match seen.unsent {
            true => self.stuck.poll_expired(cx),
            false => Poll::Pending,
        }
    }

    fn arm(&mut self, bytes: u64) {
        self.timer.as_mut().reset(Deadline::after(self.patience).at);
        self.state = State::Armed(bytes);
    }
}
