//! Which servers a client reaches.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::{info, warn};

use crate::error::Error;
use crate::trace::target;
use crate::wire::io::Endpoint;

/// Whether it was told that a server cannot be reached. Each attempt that fails says so at DEBUG; here
/// the beginning and the end of it are told, however many calls are made meanwhile.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicBool);

impl Outage {
    /// An attempt has failed.
    pub(super) fn begins(&self, endpoint: &Endpoint, error: &Error) {
        if !self.0.swap(true, Ordering::Relaxed) {
            warn!(
                target: target::CLIENT,
                peer = %endpoint,
                error = error.message(),
                "server cannot be reached"
            );
        }
    }

    /// A call has reached it.
    pub(super) fn is_over(&self, endpoint: &Endpoint) {
        if self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed) {
            info!(target: target::CLIENT, peer = %endpoint, "server reached again");
        }
    }
}

/// Calls go to other servers for so long.
pub(super) fn avoided(endpoint: &Endpoint, time: Duration) {
    info!(target: target::CLIENT, peer = %endpoint, ?time, "address avoided");
}
