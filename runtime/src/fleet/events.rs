//! Events about the instances of a service.

use std::fmt::Display;
use std::time::Duration;

use faststr::FastStr;
use tracing::{debug, info, warn};

use super::change::Change;
use super::member::Outcome;
use crate::error::Error;
use crate::trace::target;
use crate::wire::io::Endpoint;

/// Reports that a resolver told other instances.
pub(super) fn changed(destination: &FastStr, change: &Change, instances: usize) {
    info!(
        target: target::CLIENT,
        destination = destination.as_str(),
        added = change.added.len(),
        updated = change.updated.len(),
        removed = change.removed.len(),
        instances,
        "instances changed"
    );
}

/// Reports that a resolver failed, and is asked again after `pause`.
pub(super) fn unknown(destination: &FastStr, error: &Error, pause: Duration) {
    warn!(
        target: target::CLIENT,
        destination = destination.as_str(),
        error = error.message(),
        ?pause,
        "instances cannot be learned"
    );
}

/// Reports that what `source` says now is of no use: the instances that it told before stay.
pub(super) fn instances_kept(source: &dyn Display, error: &dyn Display) {
    warn!(target: target::CLIENT, %source, %error, "instances are kept as they were");
}

/// Reports that no call goes to the instance for `time`.
pub(super) fn ejected(peer: &Endpoint, time: Duration, outcome: Outcome) {
    info!(target: target::CLIENT, %peer, ?time, reason = ?outcome, "instance ejected");
}

/// Reports that an instance that was ejected has answered.
pub(super) fn returned(peer: &Endpoint) {
    info!(target: target::CLIENT, %peer, "instance returns");
}

/// Reports that a call was not made again for lack of budget.
pub(super) fn no_budget(destination: &FastStr) {
    debug!(
        target: target::CLIENT,
        destination = destination.as_str(),
        "retry budget spent"
    );
}
