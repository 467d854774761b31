//! Without the feature `metrics`: nothing is counted, and nothing is held.

use std::time::Duration;

use super::{Called, Direction, Limit};
use crate::error::{ErrorKind, Side};

/// Whether calls are counted.
pub(crate) const ENABLED: bool = false;

/// A call that nobody counts.
#[derive(Debug, Clone)]
pub(crate) struct Call;

impl Call {
    #[inline(always)]
    pub(crate) fn begin(_: Side, _: Called) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn message(&self, _: Direction, _: usize) {}

    #[inline(always)]
    pub(crate) fn end(&self, _: Option<ErrorKind>) {}
}

/// A connection that nobody counts.
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
