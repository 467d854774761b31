//! One call, counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

use super::handles::Handles;
use super::{Called, Direction, ErrorKind, Side, millis};

/// A call that counts as running until [`end`](Self::end). Clones are the same call.
#[derive(Debug, Clone)]
pub(crate) struct Call(Arc<Counting>);

#[derive(Debug)]
struct Counting {
    handles: Arc<Handles>,
    began: Instant,
    sent: Way,
    received: Way,
}

/// The messages of one direction.
#[derive(Debug, Default)]
struct Way {
    messages: AtomicU64,
    /// When the last message passed, in nanoseconds from the beginning of the call.
    last: AtomicU64,
}

impl Call {
    pub(crate) fn begin(side: Side, called: Called, began: Instant) -> Self {
        let handles = Handles::of(side, called);
        handles.in_flight.increment(1);
        Self(Arc::new(Counting {
            handles,
            began,
            sent: Way::default(),
            received: Way::default(),
        }))
    }

    /// Counts a message of `len` bytes. For each direction, one task at a time calls this.
    pub(crate) fn message(&self, direction: Direction, len: usize) {
        let call = &*self.0;
        let way = match direction {
            Direction::Sent => &call.sent,
            Direction::Received => &call.received,
        };
        let passed = call.began.elapsed();
        let now = u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX);
        let before = way.messages.fetch_add(1, Ordering::Relaxed);
        let last = way.last.swap(now, Ordering::Relaxed);
        let counted = call.handles.way(direction);
        counted.messages.increment(1);
        counted.bytes.increment(len as u64);
        if before > 0 {
            // Nanoseconds become milliseconds.
            counted.gap.record(now.saturating_sub(last) as f64 / 1e6);
        } else if direction == call.handles.responses_go() {
            call.handles.first_response.record(millis(passed));
        }
    }

    /// Counts the end of the call, by the class of its error if there is one. The call's span, which
    /// ends once, is the only caller.
    pub(crate) fn end(&self, kind: Option<ErrorKind>) {
        let call = &*self.0;
        let handles = &call.handles;
        handles.in_flight.decrement(1);
        let (requests, responses) = match handles.responses_go() {
            Direction::Sent => (&call.received, &call.sent),
            Direction::Received => (&call.sent, &call.received),
        };
        let count = |way: &Way| way.messages.load(Ordering::Relaxed) as f64;
        handles.requests.record(count(requests));
        handles.responses.record(count(responses));
        let ended = handles.ended(kind);
        ended.calls.increment(1);
        ended.duration.record(millis(call.began.elapsed()));
    }
}
