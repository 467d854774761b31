//! How fast a connection brings its messages.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::config::GrpcLimits;
use super::super::events;
use crate::trace::Told;
use crate::wire::MinRate;

/// What a connection has brought so far, and how fast messages must arrive.
pub(in super::super) struct Pace {
    /// The number of bytes that the connection has brought, of whatever stream.
    arrived: AtomicU64,
    min_rate: MinRate,
    peer: Option<SocketAddr>,
    /// Whether it was reported that a message is late.
    late: Told,
}

impl Pace {
    pub(super) fn new(limits: &GrpcLimits, peer: Option<SocketAddr>) -> Self {
        Self {
            arrived: AtomicU64::new(0),
            min_rate: limits.min_rate,
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
        events::message_late(&self.late, self.peer, reason);
    }
}
