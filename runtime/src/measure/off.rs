//! Without the feature `metrics`: nothing is counted, and nothing is held.

use std::time::Duration;

use tokio::time::Instant;

use super::{Called, Direction, Limit, NotRetried, Retried};
use crate::error::{ErrorKind, Side};

/// Whether calls are counted.
pub(crate) const ENABLED: bool = false;

/// A call that is not counted.
#[derive(Debug, Clone)]
pub(crate) struct Call;

impl Call {
    #[inline(always)]
    pub(crate) fn begin(_: Side, _: Called, _: Instant) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn message(&self, _: Direction, _: usize) {}

    #[inline(always)]
    pub(crate) fn end(&self, _: Option<ErrorKind>) {}
}

/// A connection that is not counted.
#[derive(Debug)]
pub(crate) struct OpenConnection;

impl OpenConnection {
    #[inline(always)]
    pub(crate) fn new(_: Side, _: &'static str) -> Self {
        Self
    }
}

#[inline(always)]
pub(crate) fn limit_hit(_: Limit, _: Side, _: &'static str) {}

#[inline(always)]
pub(crate) fn dialled(_: bool, _: Duration) {}

#[inline(always)]
pub(crate) fn call_refused() {}

/// Instances that are not counted.
#[derive(Debug)]
pub(crate) struct KnownInstances;

impl KnownInstances {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn set(&self, _: &str, _: usize) {}
}

/// A breaker that is not counted.
#[derive(Debug)]
pub(crate) struct OpenBreaker;

impl OpenBreaker {
    #[inline(always)]
    pub(crate) fn new(_: &'static str) -> Self {
        Self
    }
}

#[inline(always)]
pub(crate) fn instance_ejected(_: &'static str) {}

#[inline(always)]
pub(crate) fn instance_returned() {}

#[inline(always)]
pub(crate) fn retried(_: Retried) {}

#[inline(always)]
pub(crate) fn not_retried(_: NotRetried) {}

#[inline(always)]
pub(crate) fn breaker_refused() {}

#[inline(always)]
pub(crate) fn configured(_: Side, _: &'static str) {}
