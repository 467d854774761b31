//! A recorder of one test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, LocalRecorderGuard,
    Metadata, Recorder, SharedString, Unit, set_default_local_recorder,
};
use tokio::time::timeout;

/// No passing test waits so long: a value that takes longer is never recorded.
const LONG: Duration = Duration::from_secs(30);

/// The values of one metric with one set of labels, in the order of time.
type Values = Arc<Mutex<Vec<f64>>>;

/// Keeps every value, by `name{label=value,…}` with the labels in the order of their names.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    series: Mutex<BTreeMap<String, Values>>,
    described: Mutex<Vec<(String, String, String)>>,
}

impl Recorded {
    /// Records what happens on this thread, which runs all tasks of a test.
    pub(crate) fn start() -> (&'static Self, LocalRecorderGuard<'static>) {
        let recorded: &'static Self = Box::leak(Box::default());
        (recorded, set_default_local_recorder(recorded))
    }

    /// The values of all series of `name` that have all of these labels, each as `label=value`.
    pub(crate) fn values(&self, name: &str, labels: &[&str]) -> Vec<f64> {
        let series = self.series.lock().unwrap();
        let found = series.iter().filter(|(key, _)| {
            let (found, has) = key.split_once('{').unwrap();
            let has = has.trim_end_matches('}').split(',').collect::<Vec<_>>();
            found == name && labels.iter().all(|label| has.contains(label))
        });
        let values = found.flat_map(|(_, values)| values.lock().unwrap().clone());
        values.collect()
    }

    /// Their sum.
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        self.values(name, labels).iter().sum()
    }

    /// Waits until the sum is `expected`.
    pub(crate) async fn reaches(&self, name: &str, labels: &[&str], expected: f64) {
        let waited = timeout(LONG, async {
            while self.sum(name, labels) != expected {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        });
        if waited.await.is_err() {
            let all: Vec<_> = self.series.lock().unwrap().clone().into_iter().collect();
            panic!("{name}{labels:?} is never {expected}: {all:#?}");
        }
    }

    /// The names of all series.
    pub(crate) fn names(&self) -> Vec<String> {
        let series = self.series.lock().unwrap();
        let names = series.keys().map(|key| key.split('{').next().unwrap());
        names.map(str::to_owned).collect()
    }

    /// Name, unit and meaning of each metric that was described.
    pub(crate) fn described(&self) -> Vec<(String, String, String)> {
        self.described.lock().unwrap().clone()
    }

    fn series(&self, key: &Key) -> Arc<Series> {
        let mut labels: Vec<_> = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()))
            .collect();
        labels.sort_unstable();
        let name = format!("{}{{{}}}", key.name(), labels.join(","));
        let values = self.series.lock().unwrap().entry(name).or_default().clone();
        Arc::new(Series(values))
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>, what: &SharedString) {
        let unit = unit
            .map(|unit| unit.as_str().to_owned())
            .unwrap_or_default();
        let described = (name.as_str().to_owned(), unit, what.to_string());
        self.described.lock().unwrap().push(described);
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, what: SharedString) {
        self.describe(&key, unit, &what);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, what: SharedString) {
        self.describe(&key, unit, &what);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, what: SharedString) {
        self.describe(&key, unit, &what);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.series(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.series(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.series(key))
    }
}

struct Series(Values);

impl Series {
    fn add(&self, value: f64) {
        self.0.lock().unwrap().push(value);
    }
}

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        self.add(value as f64);
    }

    fn absolute(&self, _: u64) {
        never_called();
    }
}

impl GaugeFn for Series {
    fn increment(&self, value: f64) {
        self.add(value);
    }

    fn decrement(&self, value: f64) {
        self.add(-value);
    }

    fn set(&self, _: f64) {
        never_called();
    }
}

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        self.add(value);
    }
}

fn never_called() {
    panic!("the runtime counts up and down only");
}
