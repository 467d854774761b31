//! With the feature `metrics`: the counters of this room are those of the process's recorder.

mod call;
mod governance;
mod handles;

use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, Label, Level, Metadata, with_recorder};

use super::names::{self, Metric};
use super::{Called, Direction, Limit};
use crate::error::{ErrorKind, Side};

pub(crate) use call::Call;
pub(crate) use governance::{KnownInstances, OpenBreaker, breaker_refused, configured};
pub(crate) use governance::{instance_ejected, instance_returned, not_retried, retried};

/// Whether calls are counted.
pub(crate) const ENABLED: bool = true;

/// What recorders are told about where the metrics come from.
static SOURCE: Metadata<'static> = Metadata::new("streamgen", Level::INFO, Some(module_path!()));

fn counter(metric: &Metric, labels: Vec<Label>) -> Counter {
    let key = Key::from_parts(metric.name, labels);
    with_recorder(|recorder| recorder.register_counter(&key, &SOURCE))
}

fn gauge(metric: &Metric, labels: Vec<Label>) -> Gauge {
    let key = Key::from_parts(metric.name, labels);
    with_recorder(|recorder| recorder.register_gauge(&key, &SOURCE))
}

fn histogram(metric: &Metric, labels: Vec<Label>) -> Histogram {
    let key = Key::from_parts(metric.name, labels);
    with_recorder(|recorder| recorder.register_histogram(&key, &SOURCE))
}

fn label(key: &'static str, value: &'static str) -> Label {
    Label::from_static_parts(key, value)
}

fn side_label(side: Side) -> Label {
    let value = match side {
        Side::Client => "client",
        Side::Server => "server",
    };
    label("side", value)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Counts that a bound has ended or refused something. `protocol` is the name of the wire's connections, or
/// empty where the bound belongs to no wire.
#[cold]
pub(crate) fn limit_hit(limit: Limit, side: Side, protocol: &'static str) {
    let limit = label("limit", limit.name());
    let labels = vec![limit, side_label(side), label("protocol", protocol)];
    counter(&names::LIMIT_HITS, labels).increment(1);
}

/// Counts an attempt of a client to connect, which took `time`.
pub(crate) fn dialled(connected: bool, time: Duration) {
    let result = match connected {
        true => "ok",
        false => "failed",
    };
    let labels = vec![label("result", result)];
    counter(&names::DIALS, labels.clone()).increment(1);
    histogram(&names::DIAL_DURATION, labels).record(millis(time));
}

/// Counts a call for which a server has no handler.
#[cold]
pub(crate) fn call_refused() {
    counter(&names::REFUSED, Vec::new()).increment(1);
}

/// A connection that counts as open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenConnection(Gauge);

impl OpenConnection {
    /// Counts a connection of that protocol, which was opened just now.
    pub(crate) fn new(side: Side, protocol: &'static str) -> Self {
        let labels = vec![side_label(side), label("protocol", protocol)];
        counter(&names::CONNECTIONS_OPENED, labels.clone()).increment(1);
        let open = gauge(&names::CONNECTIONS, labels);
        open.increment(1);
        Self(open)
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
