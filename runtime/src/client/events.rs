//! Events about which servers a client can reach.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::{info, warn};

use crate::error::Error;
use crate::trace::target;
use crate::wire::io::Endpoint;

/// Whether WARN has reported that a server cannot be reached. Each failed attempt is reported at
/// DEBUG; this type reports only the first failure and the recovery, however many calls are made in
/// between.
#[derive(Debug, Default)]
pub(super) struct Outage(AtomicBool);

impl Outage {
    /// Reports, at the first failure, that the server cannot be reached.
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

    /// Reports, at the first success after a failure, that the server is reached again.
    pub(super) fn is_over(&self, endpoint: &Endpoint) {
        if self.0.load(Ordering::Relaxed) && self.0.swap(false, Ordering::Relaxed) {
            info!(target: target::CLIENT, peer = %endpoint, "server reached again");
        }
    }
}

/// Reports that calls go to other servers for `time`.
pub(super) fn avoided(endpoint: &Endpoint, time: Duration) {
    info!(target: target::CLIENT, peer = %endpoint, ?time, "address avoided");
}
