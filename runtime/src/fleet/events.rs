//! Events about the instances of a service, and about a server's own entries in registries.

use std::fmt::Display;
use std::time::Duration;

use faststr::FastStr;
use tracing::{debug, info, warn};

use super::change::Change;
use super::member::Outcome;
use super::registry::Registration;
use crate::error::Error;
use crate::measure::{self, NotRetried};
#[cfg(any(feature = "etcd", feature = "nacos"))]
use crate::trace::cut;
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
pub(crate) fn instances_kept(source: &dyn Display, error: &dyn Display) {
    warn!(target: target::CLIENT, %source, %error, "instances are kept as they were");
}

/// Reports that `user` could not log in to a registry again. The last login still holds.
#[cfg(feature = "nacos")]
pub(crate) fn not_logged_in(user: &str, error: &Error) {
    warn!(target: target::CLIENT, user, error = error.message(), "login failed");
}

/// Reports that what stands at a key of a registry is no instance, and is left out.
#[cfg(any(feature = "etcd", feature = "nacos"))]
pub(crate) fn entry_ignored(key: &str, error: &str) {
    warn!(target: target::CLIENT, key = cut(key), error = cut(error), "entry of a registry ignored");
}

/// Reports that no call goes to the instance for `time`.
pub(super) fn ejected(peer: &Endpoint, time: Duration, outcome: Outcome) {
    measure::instance_ejected(match outcome {
        Outcome::Unreached => "unreached",
        _ => "failed",
    });
    info!(target: target::CLIENT, %peer, ?time, reason = ?outcome, "instance ejected");
}

/// Reports that an instance that was ejected has answered.
pub(super) fn returned(peer: &Endpoint) {
    measure::instance_returned();
    info!(target: target::CLIENT, %peer, "instance returns");
}

/// Reports that a call was not made again for lack of budget.
pub(super) fn no_budget(destination: &FastStr) {
    measure::not_retried(NotRetried::Budget);
    debug!(
        target: target::CLIENT,
        destination = destination.as_str(),
        "retry budget spent"
    );
}

/// Reports that a registry lists this server.
pub(super) fn registered(registration: &Registration) {
    info!(
        target: target::SERVER,
        service = registration.service(),
        instance = %registration.instance().endpoint(),
        "registered"
    );
}

/// Reports that a registry does not list this server, or may not list it any more (`lost`), and is asked
/// again after `pause`.
pub(super) fn not_registered(
    registration: &Registration,
    error: &Error,
    lost: bool,
    pause: Duration,
) {
    let service = registration.service();
    let instance = registration.instance().endpoint();
    let error = error.message();
    match lost {
        true => {
            warn!(target: target::SERVER, service, %instance, error, ?pause, "registration lost");
        }
        false => {
            warn!(target: target::SERVER, service, %instance, error, ?pause, "registration failed");
        }
    }
}

/// Reports that a registry does not list this server any more, because it stops.
pub(super) fn deregistered(registration: &Registration) {
    info!(
        target: target::SERVER,
        service = registration.service(),
        instance = %registration.instance().endpoint(),
        "deregistered"
    );
}

/// Reports that the entry of a server that stops is left to go by itself.
pub(super) fn not_deregistered(registration: &Registration, error: &Error) {
    warn!(
        target: target::SERVER,
        service = registration.service(),
        instance = %registration.instance().endpoint(),
        error = error.message(),
        "deregistration failed"
    );
}
