//! Events about circuit breakers.

use tracing::{info, warn};

use super::state::BreakerState;
use super::window::Counts;
use crate::trace::target;

/// Reports that a breaker has changed its state. `of` is its key, or the address of its instance.
pub(crate) fn turned(of: &dyn std::fmt::Display, state: BreakerState, counts: Counts) {
    let Counts {
        successes,
        failures,
        timeouts,
    } = counts;
    match state {
        BreakerState::Open => {
            warn!(target: target::CLIENT, %of, successes, failures, timeouts, "circuit breaker open");
        }
        BreakerState::HalfOpen => info!(target: target::CLIENT, %of, "circuit breaker half open"),
        BreakerState::Closed => info!(target: target::CLIENT, %of, "circuit breaker closed"),
    }
}
