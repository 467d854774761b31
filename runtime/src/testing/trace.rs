//! What happened on a network, in order.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use faststr::FastStr;

use super::faults::Cut;

/// How many events a network keeps: a few MiB. Later ones count for the fingerprint only.
pub const TRACE_EVENTS: usize = 64 * 1024;

/// Something that happened on a network. Its text is one line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Event {
    /// How long after the network was made, on tokio's clock.
    pub at: Duration,
    /// Which connection it concerns, counted from 1; 0 for none.
    pub connection: u64,
    /// The host that did it, or to which it was done.
    pub from: FastStr,
    /// The other one.
    pub to: FastStr,
    /// What happened.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// A host began to listen.
    Listens,
    /// A host stopped listening.
    Leaves,
    /// A dial was refused.
    Refused,
    /// A dial is not answered.
    Unanswered,
    /// A connection was made.
    Connected,
    /// The host wrote so many bytes.
    Wrote(usize),
    /// The host has closed its direction: it writes nothing more.
    Finished,
    /// The end of this host was dropped.
    Dropped,
    /// The connection was cut.
    Cut(Cut),
    /// Nothing passes between the two hosts any more.
    Parted,
    /// The two hosts are joined again.
    Healed,
    /// The host stopped reading what the other one sends.
    Stalled,
    /// It reads again.
    Resumed,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            at,
            connection,
            from,
            to,
            what,
        } = self;
        let at = at.as_secs_f64();
        write!(f, "{at:10.3} s #{connection} {from} → {to}: {what:?}")
    }
}

/// The events of a network.
#[derive(Debug, Default)]
pub(super) struct Trace {
    events: Vec<Event>,
    hash: DefaultHasher,
}

impl Trace {
    pub(super) fn push(&mut self, event: Event) {
        event.hash(&mut self.hash);
        if self.events.len() < TRACE_EVENTS {
            self.events.push(event);
        }
    }

    pub(super) fn events(&self) -> &[Event] {
        &self.events
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.hash.finish()
    }
}
