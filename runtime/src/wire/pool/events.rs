//! What happens to connections that wait for a call.

use tracing::debug;

use crate::trace::target;

/// So many connections have waited too long.
pub(super) fn idle_closed(connections: usize) {
    if connections > 0 {
        debug!(
            target: target::CLIENT,
            connections,
            "connections closed that were idle for too long"
        );
    }
}
