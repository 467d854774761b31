//! What decides whether and where calls are made: instances, retries, breakers, configurations.

use std::sync::Mutex;

use metrics::{Gauge, Label};

use super::{counter, gauge, label, side_label};
use crate::error::Side;
use crate::measure::names;
use crate::measure::{NotRetried, Retried};
use crate::sync::lock;

/// The instances that a client knows. They count until this is dropped.
#[derive(Debug)]
pub(crate) struct KnownInstances(Mutex<Option<(Gauge, usize)>>);

impl KnownInstances {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Counts the instances of a client of that destination, which is the program's word.
    pub(crate) fn set(&self, destination: &str, now: usize) {
        let mut known = lock(&self.0);
        let (gauge, before) = known.get_or_insert_with(|| {
            let labels = vec![Label::new("destination", destination.to_owned())];
            (gauge(&names::INSTANCES, labels), 0)
        });
        gauge.increment(now as f64 - *before as f64);
        *before = now;
    }
}

impl Drop for KnownInstances {
    fn drop(&mut self) {
        if let Some((gauge, known)) = &*lock(&self.0) {
            gauge.decrement(*known as f64);
        }
    }
}

/// Counts that an instance is left alone for a while.
pub(crate) fn instance_ejected(reason: &'static str) {
    let labels = vec![label("reason", reason)];
    counter(&names::INSTANCES_EJECTED, labels).increment(1);
}

/// Counts that an instance which was left alone has answered.
pub(crate) fn instance_returned() {
    counter(&names::INSTANCES_RETURNED, Vec::new()).increment(1);
}

/// Counts that a call is made again.
pub(crate) fn retried(reason: Retried) {
    let reason = match reason {
        Retried::Unreached => "unreached",
        Retried::Failure => "failure",
        Retried::Backup => "backup",
    };
    counter(&names::RETRIES, vec![label("reason", reason)]).increment(1);
}

/// Counts that a call is not made again, although it would be otherwise.
pub(crate) fn not_retried(reason: NotRetried) {
    let reason = match reason {
        NotRetried::Budget => "budget",
        NotRetried::ErrorRate => "error_rate",
    };
    counter(&names::RETRIES_REFUSED, vec![label("reason", reason)]).increment(1);
}

/// A breaker that is open or half open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenBreaker(Gauge);

impl OpenBreaker {
    /// Counts a breaker of a `method` or an `instance`, which has opened just now.
    pub(crate) fn new(of: &'static str) -> Self {
        let labels = vec![label("of", of)];
        counter(&names::BREAKERS_OPENED, labels.clone()).increment(1);
        let open = gauge(&names::BREAKERS, labels);
        open.increment(1);
        Self(open)
    }
}

impl Drop for OpenBreaker {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

/// Counts a call that is not made because the breaker of its method is open.
pub(crate) fn breaker_refused() {
    counter(&names::BREAKER_REFUSED, Vec::new()).increment(1);
}

/// Counts a document of a configuration: `applied`, `removed` or `refused`.
pub(crate) fn configured(side: Side, result: &'static str) {
    let labels = vec![side_label(side), label("result", result)];
    counter(&names::CONFIGURATIONS, labels).increment(1);
}
