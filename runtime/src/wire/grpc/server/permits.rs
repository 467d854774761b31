//! Bounds how many handlers of one connection may run.

use std::sync::Arc;

use crate::call::Cancellation;
use crate::wire::Supervisor;
use crate::wire::grpc::ledger::HeaderCharge;
use crate::wire::supervisor::Watched;

/// How many handlers may run although their stream is gone, in addition to those of open streams.
const LEFT_BEHIND: usize = 1024;

/// Permits to run a handler on one connection. HTTP/2 bounds the number of open streams. But a
/// handler runs on after its stream was reset. A client that resets every stream it opens could
/// therefore cause any number of handlers (the Rapid Reset of CVE-2023-44487), and so could a
/// client that makes us reset its streams (MadeYouReset, CVE-2025-8671).
pub(super) struct HandlerPermits {
    /// Each permit holds a clone, so the number of clones is the number of permits.
    held: Arc<()>,
    max: usize,
    supervisor: Arc<Supervisor>,
}

/// The permit of one running handler. The handler counts as running until this is dropped.
pub(super) struct HandlerPermit {
    _held: Arc<()>,
    supervisor: Arc<Supervisor>,
    watched: Option<Watched>,
    headers: Option<HeaderCharge>,
}

impl HandlerPermit {
    /// Counts the headers that the handler keeps, as long as it runs.
    pub(super) fn keep(&mut self, headers: HeaderCharge) {
        self.headers = Some(headers);
    }

    /// Puts the handler under the connection's supervisor.
    pub(super) fn watch(&mut self, cancellation: &Cancellation) {
        self.watched = Some(self.supervisor.watch(cancellation));
    }
}

impl HandlerPermits {
    /// Permits for a connection with at most `max_streams` open streams.
    pub(super) fn new(max_streams: u32, supervisor: Arc<Supervisor>) -> Self {
        let max_streams = usize::try_from(max_streams).unwrap_or(usize::MAX);
        Self {
            held: Arc::new(()),
            max: max_streams.saturating_add(LEFT_BEHIND),
            supervisor,
        }
    }

    /// Returns a permit for one more handler; `None` if too many handlers run.
    pub(super) fn acquire(&self) -> Option<HandlerPermit> {
        let others = Arc::strong_count(&self.held) - 1;
        (others < self.max).then(|| HandlerPermit {
            _held: Arc::clone(&self.held),
            supervisor: Arc::clone(&self.supervisor),
            watched: None,
            headers: None,
        })
    }
}
