//! How far a server has come with its stop, as its handlers learn it.

use std::sync::Arc;

use super::Cancellation;
use crate::error::Error;

/// The stages of a server's stop. The server enters them, and its handlers can wait for each. Clones share the stages.
#[derive(Debug, Clone, Default)]
pub(crate) struct StopStages(Arc<Stages>);

/// The server and all of its calls share one allocation, because each call has a clone.
#[derive(Debug, Default)]
struct Stages {
    leaving: Cancellation,
    draining: Cancellation,
}

impl StopStages {
    /// The server has been told to stop, and serves on for a while.
    pub(crate) fn leave(&self, why: Error) {
        self.0.leaving.cancel(why);
    }

    /// The server takes no more connections. If it has not left before, it does now.
    pub(crate) fn drain(&self, why: Error) {
        self.leave(why.clone());
        self.0.draining.cancel(why);
    }

    /// Fires when the server has been told to stop.
    pub(crate) fn leaving(&self) -> &Cancellation {
        &self.0.leaving
    }

    /// Fires when the server takes no more connections.
    pub(crate) fn draining(&self) -> &Cancellation {
        &self.0.draining
    }
}
