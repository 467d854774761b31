//! Events of connections that wait for a call.

use tracing::debug;

use crate::trace::target;

/// Reports that `connections` connections were idle for too long.
pub(super) fn idle_closed(connections: usize) {
    if connections > 0 {
        debug!(
            target: target::CLIENT,
            connections,
            "connections closed that were idle for too long"
        );
    }
}
