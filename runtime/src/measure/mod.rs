//! What the runtime counts for the [`metrics`](https://docs.rs/metrics) facade.
//!
//! The other rooms call the functions of this one at the places where they also tell an observer
//! (`trace`). Without the feature `metrics`, these functions are empty and their types hold
//! nothing. What each metric means is written for users in `docs/metrics.md`; `names.rs` is the
//! table of them.
//!
//! No label has a value that a peer chooses: names of services and methods are those of the IDL,
//! so that a peer cannot make a recorder hold more and more series.

mod counted;
mod limit;
#[cfg(feature = "metrics")]
mod names;
#[cfg(not(feature = "metrics"))]
mod off;
#[cfg(feature = "metrics")]
mod on;

pub(crate) use counted::Counted;
pub(crate) use limit::Limit;
#[cfg(feature = "metrics")]
pub use names::describe_metrics;
#[cfg(not(feature = "metrics"))]
pub(crate) use off::{Call, ENABLED, OpenConnection, call_refused, dialled, limit_hit};
#[cfg(not(feature = "metrics"))]
pub(crate) use off::{KnownInstances, OpenBreaker, breaker_refused, configured};
#[cfg(not(feature = "metrics"))]
pub(crate) use off::{instance_ejected, instance_returned, not_retried, retried};
#[cfg(feature = "metrics")]
pub(crate) use on::{Call, ENABLED, OpenConnection, call_refused, dialled, limit_hit};
#[cfg(feature = "metrics")]
pub(crate) use on::{KnownInstances, OpenBreaker, breaker_refused, configured};
#[cfg(feature = "metrics")]
pub(crate) use on::{instance_ejected, instance_returned, not_retried, retried};

use crate::service::{MethodInfo, ServiceInfo};

/// A method, and how a call of it travels.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(feature = "metrics"),
    expect(dead_code, reason = "only the feature `metrics` reads the fields")
)]
pub(crate) struct Called {
    pub(crate) service: &'static ServiceInfo,
    pub(crate) method: &'static MethodInfo,
    /// OpenTelemetry's name of the system that the wire belongs to.
    pub(crate) rpc_system: &'static str,
    /// Kitex's name of the wire.
    pub(crate) wire: &'static str,
}

/// Why a call is made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retried {
    /// Nothing of the call has reached a handler.
    Unreached,
    /// The call has failed, and its policy says that it is made again.
    Failure,
    /// The call has not ended after the delay of its policy.
    Backup,
}

/// Why a call is not made again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRetried {
    /// The budget is spent.
    Budget,
    /// Too many attempts of its method fail.
    ErrorRate,
}

/// Which way a message goes, as this side sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Sent,
    Received,
}
