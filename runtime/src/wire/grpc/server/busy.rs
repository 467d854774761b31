//! How many handlers one connection may keep busy.

use std::sync::Arc;

use crate::call::Cancellation;
use crate::wire::Supervisor;
use crate::wire::supervisor::Watched;

/// Handlers that may run on although their stream is gone, beyond those of open streams.
const LEFT_BEHIND: usize = 1024;

/// The running handlers of a connection. HTTP/2 bounds the streams that are open; but a handler runs
/// on when its stream is reset, so that a client which resets whatever it opens could have any
/// number of them (the Rapid Reset of CVE-2023-44487), and so could one that makes us reset it
/// (MadeYouReset, CVE-2025-8671).
pub(super) struct Handlers {
    /// Each handler holds one more.
    busy: Arc<()>,
    max: usize,
    supervisor: Arc<Supervisor>,
}

/// Held by a handler while it runs.
pub(super) struct Busy {
    _held: Arc<()>,
    supervisor: Arc<Supervisor>,
    watched: Option<Watched>,
}

impl Busy {
    /// Puts the handler under the connection's supervisor.
    pub(super) fn watch(&mut self, cancellation: &Cancellation) {
        self.watched = Some(self.supervisor.watch(cancellation));
    }
}

impl Handlers {
    /// For a connection with at most so many open streams.
    pub(super) fn new(max_streams: u32, supervisor: Arc<Supervisor>) -> Self {
        let max_streams = usize::try_from(max_streams).unwrap_or(usize::MAX);
        Self {
            busy: Arc::new(()),
            max: max_streams.saturating_add(LEFT_BEHIND),
            supervisor,
        }
    }

    /// `None` if there are too many.
    pub(super) fn begin(&self) -> Option<Busy> {
        let others = Arc::strong_count(&self.busy) - 1;
        (others < self.max).then(|| Busy {
            _held: Arc::clone(&self.busy),
            supervisor: Arc::clone(&self.supervisor),
            watched: None,
        })
    }
}
