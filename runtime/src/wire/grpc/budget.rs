//! Keeps what the streams of a connection hold within its limit.
//!
//! What waits for a reader keeps the buffer alive that it was read into, and frames of other streams
//! lie in the same buffer. h2 also keeps some 240 bytes for each frame. So what waits for long is
//! copied together, one stream after the other. If it is too much all the same, the streams that
//! hold the most end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Context;
use std::vec;

use super::events;
use super::ledger::{Entry, Ledger, WhyEnded};
use crate::error::Side;
use crate::trace::Told;

/// How many bytes are copied, and how many streams are examined, before other tasks run.
const COPY_AT_ONCE: usize = 256 * 1024;
const STREAMS_AT_ONCE: usize = 1024;
/// How many streams end before other tasks run: each wakes its handler.
const ENDED_AT_ONCE: usize = 64;

/// Watches the ledger of one connection. Only the connection's task uses this.
pub(super) struct Budget {
    ledger: Arc<Ledger>,
    side: Side,
    peer: Option<SocketAddr>,
    /// The streams that this sweep has not come to.
    sweep: Vec<Arc<Entry>>,
    /// The streams to be ended, the fullest first.
    shedding: Option<Shedding>,
    /// More than the limit, if so much was left after the last sweep: some tasks let go late.
    left: u64,
    told: Told,
}

/// Streams that end until little enough waits.
struct Shedding {
    streams: vec::IntoIter<Arc<Entry>>,
    /// What waits, without that of the streams that have ended: their tasks may let go of it a little later.
    waiting: u64,
}

impl Budget {
    pub(super) fn new(ledger: Arc<Ledger>, side: Side, peer: Option<SocketAddr>) -> Self {
        Self {
            ledger,
            side,
            peer,
            sweep: Vec::new(),
            shedding: None,
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
        if self.sweep.is_empty() && self.shedding.is_none() {
            let most = self.ledger.most();
            if !self.ledger.wants_sweep(most.max(self.left + most / 16)) {
                return false;
            }
            self.sweep = self.ledger.fullest();
        }
        if self.is_busy() {
            cx.waker().wake_by_ref();
            return true;
        }
        let waiting = self.ledger.waiting();
        self.left = if waiting > self.ledger.most() {
            waiting
        } else {
            0
        };
        false
    }

    /// Does the next part of what is due. `false` if that was the last one.
    fn is_busy(&mut self) -> bool {
        if let Some(shedding) = self.shedding.take() {
            self.shedding = self.shed(shedding);
            return self.shedding.is_some();
        }
        self.step();
        if !self.sweep.is_empty() {
            return true;
        }
        self.ledger.swept();
        let (most, waiting) = (self.ledger.most(), self.ledger.waiting());
        if waiting > most {
            let streams = self.ledger.fullest().into_iter();
            self.shedding = self.shed(Shedding { streams, waiting });
        }
        self.shedding.is_some()
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

    /// Ends the next streams, until an eighth of the limit is free, so that this is not needed again soon.
    /// Returns what is left to do.
    fn shed(&self, mut shedding: Shedding) -> Option<Shedding> {
        let most = self.ledger.most();
        for _ in 0..ENDED_AT_ONCE {
            // Readers may have taken something since the last turn.
            if shedding.waiting.min(self.ledger.waiting()) <= most - most / 8 {
                return None;
            }
            let entry = shedding.streams.next()?;
            let holds = entry.holds();
            if holds == 0 {
                continue;
            }
            self.end(&entry, WhyEnded::Fullest);
            shedding.waiting = shedding.waiting.saturating_sub(holds);
        }
        Some(shedding)
    }

    fn end(&self, entry: &Entry, why: WhyEnded) {
        if entry.end(why, self.ledger.most()) {
            events::stream_ended(&self.told, self.side, self.peer, why.reason());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;
    use crate::wire::grpc::config::GrpcLimits;
    use crate::wire::grpc::frames::{DATA, Frame};
    use crate::wire::grpc::ledger::Account;

    /// What each stream holds: 200 streams hold twice the limit.
    const EACH: usize = 2000;

    /// A connection on which the first streams have ended, because too much waits, and others are to end.
    fn shedding() -> (Budget, Vec<Account>) {
        let limits = GrpcLimits {
            connection_window: 200_000,
            ..GrpcLimits::default()
        };
        let ledger = Ledger::new(&limits, Side::Server, None);
        let ids = || (0..200).map(|nth| 2 * nth + 1);
        let streams: Vec<_> = ids().map(|stream| ledger.open(stream)).collect();
        let mut arrivals = ledger.arrivals();
        for stream in ids() {
            arrivals.add(Frame {
                kind: DATA,
                stream,
                len: EACH,
            });
        }
        arrivals.finish(0);
        let mut budget = Budget::new(ledger, Side::Server, None);
        assert!(budget.keep(&Context::from_waker(Waker::noop())));
        assert_eq!(ended(&streams), ENDED_AT_ONCE);
        (budget, streams)
    }

    fn ended(streams: &[Account]) -> usize {
        streams.iter().filter(|one| one.ended().is_some()).count()
    }

    fn finish(budget: &mut Budget) {
        while budget.keep(&Context::from_waker(Waker::noop())) {}
    }

    #[test]
    fn no_more_streams_end_when_readers_have_made_room_meanwhile() {
        let (mut budget, streams) = shedding();
        for stream in &streams[ENDED_AT_ONCE..] {
            stream.taken(EACH);
        }
        finish(&mut budget);
        assert_eq!(ended(&streams), ENDED_AT_ONCE);
    }

    #[test]
    fn a_stream_on_which_nothing_waits_any_more_goes_on() {
        let (mut budget, streams) = shedding();
        let read = &streams[ENDED_AT_ONCE..][..60];
        for stream in read {
            stream.taken(EACH);
        }
        finish(&mut budget);
        assert_eq!(ended(read), 0);
        assert!(
            ended(&streams) > ENDED_AT_ONCE,
            "too much waits on the others"
        );
    }
}
