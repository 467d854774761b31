//! Keeps what the streams of a connection hold within its limit.
//!
//! What waits for a reader keeps the buffer alive that it was read into, and frames of other streams
//! lie in the same buffer. h2 also keeps some 240 bytes for each frame. So what waits for long is
//! copied together, one stream after the other. If it is too much all the same, the streams that
//! hold the most end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Context;

use super::events;
use super::ledger::{Entry, Ledger, WhyEnded};
use crate::error::Side;
use crate::trace::Told;

/// How many bytes are copied, and how many streams are examined, before other tasks run.
const COPY_AT_ONCE: usize = 256 * 1024;
const STREAMS_AT_ONCE: usize = 1024;

/// Watches the ledger of one connection. Only the connection's task uses this.
pub(super) struct Budget {
    ledger: Arc<Ledger>,
    side: Side,
    peer: Option<SocketAddr>,
    /// The streams that this sweep has not come to.
    sweep: Vec<Arc<Entry>>,
    /// More than the limit, if so much was left after the last sweep: some tasks let go late.
    left: u64,
    told: Told,
}

impl Budget {
    pub(super) fn new(ledger: Arc<Ledger>, side: Side, peer: Option<SocketAddr>) -> Self {
        Self {
            ledger,
            side,
            peer,
            sweep: Vec::new(),
            left: 0,
            told: Told::default(),
        }
    }

    /// Does what is due. `true` if more is left to do, before which nothing is read; the task is woken
    /// for it.
    pub(super) fn keep(&mut self, cx: &Context<'_>) -> bool {
        for entry in self.ledger.take_excess() {
            self.end(&entry, WhyEnded::Informational);
        }
        if self.sweep.is_empty() {
            let most = self.ledger.most();
            if !self.ledger.wants_sweep(most.max(self.left + most / 16)) {
                return false;
            }
            self.sweep = self.ledger.fullest();
        }
        self.step();
        if !self.sweep.is_empty() {
            cx.waker().wake_by_ref();
            return true;
        }
        self.ledger.swept();
        self.shed();
        let waiting = self.ledger.waiting();
        self.left = if waiting > self.ledger.most() {
            waiting
        } else {
            0
        };
        false
    }

    fn step(&mut self) {
        let mut copied = 0;
        for _ in 0..STREAMS_AT_ONCE {
            let Some(entry) = self.sweep.pop() else {
                return;
            };
            copied += entry.compact();
            if copied >= COPY_AT_ONCE {
                return;
            }
        }
    }

    /// Ends streams until an eighth of the limit is free, so that this is not needed again soon.
    fn shed(&self) {
        let (most, mut waiting) = (self.ledger.most(), self.ledger.waiting());
        if waiting <= most {
            return;
        }
        for entry in self.ledger.fullest() {
            if waiting <= most - most / 8 {
                return;
            }
            let holds = entry.holds();
            self.end(&entry, WhyEnded::Fullest);
            // Its task may let go of it a little later.
            waiting = waiting.saturating_sub(holds);
        }
    }

    fn end(&self, entry: &Entry, why: WhyEnded) {
        if entry.end(why, self.ledger.most()) {
            events::stream_ended(&self.told, self.side, self.peer, why);
        }
    }
}
