//! The time that a message may take which lies in several DATA frames.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::runtime::Handle;

use super::ledger::Pace;
use super::status;
use crate::error::{Error, ErrorKind};
use crate::wire::ArrivalTimer;

/// Measures how fast messages of one stream arrive. A frame that is whole says nothing: each may
/// bring a single byte of a message.
#[derive(Default)]
pub(super) struct Partial {
    /// `None` until a message is waited for of which a part has arrived.
    clock: Option<Box<Clock>>,
}

struct Clock {
    arrival: ArrivalTimer,
    /// How many bytes the connection had brought when the current message was first waited for. All
    /// that it brings since counts in favour of the message: streams that share a connection
    /// share what it can carry.
    from: Option<u64>,
}

impl Partial {
    /// A message is whole, and the next one begins.
    pub(super) fn begin(&mut self) {
        if let Some(clock) = &mut self.clock {
            clock.arrival.begin();
            clock.from = None;
        }
    }

    /// Something has arrived.
    pub(super) fn pause(&mut self) {
        if let Some(clock) = &mut self.clock {
            clock.arrival.pause();
        }
    }

    /// Ready when the peer is late with a message that it has begun, and that somebody waits for.
    pub(super) fn poll_late(&mut self, pace: &Pace, cx: &mut Context<'_>) -> Poll<Error> {
        // A client's reader may be polled by another executor than tokio, which has no timers.
        if self.clock.is_none() && Handle::try_current().is_err() {
            return Poll::Pending;
        }
        let clock = self.clock.get_or_insert_with(|| {
            Box::new(Clock {
                // A proxy may pass on one message of many with pauses.
                arrival: ArrivalTimer::new(Duration::MAX, pace.min_rate()),
                from: None,
            })
        });
        let arrived = pace.arrived();
        let arrived = arrived - *clock.from.get_or_insert(arrived);
        let late = ready!(clock.arrival.poll_late(arrived, cx)).text("a message");
        pace.tell_late(&late);
        Poll::Ready(status::grpc(status::UNAVAILABLE, late).with_kind(ErrorKind::Connection))
    }
}
