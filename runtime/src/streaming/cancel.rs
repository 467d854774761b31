//! Ending a client's stream before its time.

use std::fmt;
use std::sync::{Arc, Weak};

use crate::error::CancelReason;
use crate::wire::ClientRaw;

/// Cancels the stream it was taken from, from anywhere. Does not keep the stream alive.
#[derive(Clone)]
pub struct CancelHandle(Weak<dyn ClientRaw>);

impl CancelHandle {
    /// Ends the stream at once: the server's handler is cancelled, and calls on the stream fail
    /// (12007 on TTHeader Streaming, status 1 on gRPC) once all messages that had arrived are taken.
    /// Does nothing to a stream that has ended.
    pub fn cancel(&self) {
        if let Some(raw) = self.0.upgrade() {
            raw.cancel(CancelReason::User);
        }
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelHandle").finish_non_exhaustive()
    }
}

/// Cancels a client's stream when dropped; a stream that has ended takes no notice.
pub(super) struct CancelOnDrop {
    raw: Arc<dyn ClientRaw>,
    armed: bool,
}

impl CancelOnDrop {
    pub(super) fn new(raw: Arc<dyn ClientRaw>) -> Self {
        Self { raw, armed: true }
    }

    /// Lets the stream end by itself: its user has received everything and no longer watches it.
    pub(super) fn disarm(mut self) {
        self.armed = false;
        self.raw.detach();
    }

    /// The user has what it wants of the stream, and ends it.
    pub(super) fn finish(self) {
        self.raw.finish();
    }

    pub(super) fn handle(&self) -> CancelHandle {
        CancelHandle(Arc::downgrade(&self.raw))
    }

    pub(super) fn raw(&self) -> &Arc<dyn ClientRaw> {
        &self.raw
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if self.armed {
            self.raw.dropped();
            self.raw.cancel(CancelReason::User);
        }
    }
}
