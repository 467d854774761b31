//! How fast a connection brings its messages, and the reports about calls that end because a message is
//! late or something is too large.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::config::GrpcLimits;
use super::super::events;
use crate::error::{Error, Side};
use crate::measure::Limit;
use crate::trace::Told;
use crate::wire::MinRate;

/// What a connection has brought so far, and how fast messages must arrive.
pub(in super::super) struct Pace {
    /// The number of bytes that the connection has brought, of whatever stream.
    arrived: AtomicU64,
    min_rate: MinRate,
    side: Side,
    peer: Option<SocketAddr>,
    /// Whether it was reported that a message is late.
    late: Told,
}

impl Pace {
    pub(super) fn new(limits: &GrpcLimits, side: Side, peer: Option<SocketAddr>) -> Self {
        Self {
            arrived: AtomicU64::new(0),
            min_rate: limits.min_rate,
            side,
            peer,
            late: Told::default(),
        }
    }

    /// Notes bytes that the connection brings. One task does this.
    pub(in super::super) fn note_arrived(&self, bytes: usize) {
        let arrived = self.arrived() + bytes as u64;
        self.arrived.store(arrived, Ordering::Relaxed);
    }

    /// How many bytes the connection has brought so far.
    pub(in super::super) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    /// How fast messages must arrive.
    pub(in super::super) fn min_rate(&self) -> MinRate {
        self.min_rate
    }

    /// Reports that a message of the connection is late.
    pub(in super::super) fn tell_late(&self, reason: &str) {
        events::message_late(&self.late, self.side, self.peer, reason);
    }

    /// Reports that headers of a call do not fit. A server refuses the call and reports that.
    pub(super) fn tell_headers(&self, error: &Error) {
        if self.side == Side::Client {
            self.tell_too_large(Limit::ConnectionHeaders, error);
        }
    }

    /// Reports that a call of the connection ends because of what the peer has sent for it.
    pub(in super::super) fn tell_too_large(&self, limit: Limit, error: &Error) {
        events::too_large(limit, self.side, self.peer, error);
    }
}
