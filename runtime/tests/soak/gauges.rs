//! The runtime's own gauges of open connections and of calls in flight, of all sides together.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use metrics::{
    Counter, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

#[derive(Clone, Default)]
pub(crate) struct Gauges {
    connections: Arc<Level>,
    calls: Arc<Level>,
}

impl Gauges {
    pub(crate) fn connections(&self) -> i64 {
        self.connections.0.load(Ordering::Relaxed)
    }

    pub(crate) fn calls(&self) -> i64 {
        self.calls.0.load(Ordering::Relaxed)
    }
}

impl Recorder for Gauges {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        match key.name() {
            "streamgen.connections" => Gauge::from_arc(Arc::clone(&self.connections)),
            "streamgen.calls.in_flight" => Gauge::from_arc(Arc::clone(&self.calls)),
            other => panic!("a gauge that the soak does not watch: {other}"),
        }
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// The sum of all that a gauge was told.
#[derive(Default)]
struct Level(AtomicI64);

impl GaugeFn for Level {
    fn increment(&self, value: f64) {
        self.0.fetch_add(value as i64, Ordering::Relaxed);
    }

    fn decrement(&self, value: f64) {
        self.0.fetch_sub(value as i64, Ordering::Relaxed);
    }

    fn set(&self, value: f64) {
        self.0.store(value as i64, Ordering::Relaxed);
    }
}
