//! How many handlers of one connection may run.

use std::sync::Arc;

use crate::call::Cancellation;
use crate::wire::Supervisor;
use crate::wire::supervisor::Watched;

/// Handlers that may run on although their stream is gone, beyond those of open streams.
const LEFT_BEHIND: usize = 1024;

/// Permits to run a handler, of one connection. HTTP/2 bounds the streams that are open; but a handler runs
/// on when its stream is reset, so that a client which resets whatever it opens could have any
/// number of them (the Rapid Reset of CVE-2023-44487), and so could one that makes us reset it
/// (MadeYouReset, CVE-2025-8671).
pub(super) struct HandlerPermits {
    /// Each permit holds one more.
    held: Arc<()>,
    max: usize,
    supervisor: Arc<Supervisor>,
}

/// Held while a handler runs; it counts as running until this is dropped.
pub(super) struct HandlerPermit {
    _held: Arc<()>,
    supervisor: Arc<Supervisor>,
    watched: Option<Watched>,
}

impl HandlerPermit {
    /// Puts the handler under the connection's supervisor.
    pub(super) fn watch(&mut self, cancellation: &Cancellation) {
        self.watched = Some(self.supervisor.watch(cancellation));
    }
}

impl HandlerPermits {
    /// For a connection with at most so many open streams.
    pub(super) fn new(max_streams: u32, supervisor: Arc<Supervisor>) -> Self {
        let max_streams = usize::try_from(max_streams).unwrap_or(usize::MAX);
        Self {
            held: Arc::new(()),
            max: max_streams.saturating_add(LEFT_BEHIND),
            supervisor,
        }
    }

    /// A permit for one more handler; `None` if too many run.
    pub(super) fn acquire(&self) -> Option<HandlerPermit> {
        let others = Arc::strong_count(&self.held) - 1;
        (others < self.max).then(|| HandlerPermit {
            _held: Arc::clone(&self.held),
            supervisor: Arc::clone(&self.supervisor),
            watched: None,
        })
    }
}
