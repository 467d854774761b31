//! Finding out that a peer is gone although its connection looks alive (A.16).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Instant, Sleep, sleep};

use super::config::GrpcLimits;
use super::io::Heard;

/// Pings a silent peer.
pub(super) struct Keepalive {
    ping: PingPong,
    heard: Heard,
    silence: Duration,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    /// A ping is under way.
    asked: bool,
}

impl Keepalive {
    /// `None` if the limits ask for none.
    pub(super) fn new(ping: Option<PingPong>, heard: Heard, limits: &GrpcLimits) -> Option<Self> {
        let silence = limits.keepalive?;
        Some(Self {
            ping: ping?,
            heard,
            silence,
            patience: limits.keepalive_timeout,
            timer: Box::pin(sleep(silence)),
            asked: false,
        })
    }

    /// Ready when the peer has not answered in time.
    pub(super) fn poll_dead(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if self.asked && self.ping.poll_pong(cx).is_ready() {
                self.asked = false;
                self.set(self.silence);
            }
            if self.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if self.asked {
                return Poll::Ready(());
            }
            if !self.heard.take() && self.ping.send_ping(Ping::opaque()).is_ok() {
                self.asked = true;
                self.set(self.patience);
            } else {
                self.set(self.silence);
            }
        }
    }

    fn set(&mut self, after: Duration) {
        self.timer.as_mut().reset(Instant::now() + after);
    }
}
