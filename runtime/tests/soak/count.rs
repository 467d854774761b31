//! The counters of the process, while there is load and behind it.

use std::fmt;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, interval, sleep};

use crate::MEMORY;
use crate::gauges::Gauges;
use crate::library::Library;
use crate::soaked;
use crate::spans::Spans;

/// The time between two samples of the process under load.
pub(crate) const SAMPLED_EVERY: Duration = Duration::from_millis(500);

/// How long the counters may take to come to rest: a server that was told to stop has its exit wait,
/// and a peer whose connection was cut has to notice it.
const SETTLES: Duration = Duration::from_secs(30);

const GLANCE: Duration = Duration::from_millis(20);

/// The counters of the process at one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    /// The counts that have to be as before when the clients are gone: up to `descriptors`.
    pub(crate) handlers: usize,
    pub(crate) connections: usize,
    pub(crate) calls: usize,
    pub(crate) other_spans: usize,
    /// The same connections and calls, as the runtime's gauges have them.
    pub(crate) gauges: (i64, i64),
    pub(crate) tasks: usize,
    pub(crate) descriptors: usize,
    /// Bytes that are allocated.
    pub(crate) held: usize,
    /// Bytes of the process that are in RAM.
    pub(crate) resident: usize,
}

pub(crate) struct Meter<'a> {
    spans: Spans,
    gauges: Gauges,
    library: &'a Library,
    before: Counts,
}

impl<'a> Meter<'a> {
    /// Takes the counts before the first client.
    pub(crate) async fn new(spans: Spans, gauges: Gauges, library: &'a Library) -> Self {
        // The tasks that were spawned just now have to be running.
        sleep(GLANCE).await;
        let before = Counts::default();
        let mut meter = Self {
            spans,
            gauges,
            library,
            before,
        };
        meter.before = meter.counts();
        meter
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts {
            handlers: self.library.running(),
            gauges: (self.gauges.connections(), self.gauges.calls()),
            tasks: Handle::current().metrics().num_alive_tasks(),
            descriptors: soaked::descriptors("self"),
            held: MEMORY.current_usage(),
            resident: soaked::resident("self"),
            ..Counts::default()
        };
        for (name, open) in self.spans.open() {
            match name {
                "connection" => counts.connections += open,
                "call" => counts.calls += open,
                _ => counts.other_spans += open,
            }
        }
        counts
    }

    /// Waits for `load`, and hands out samples meanwhile.
    pub(crate) async fn sampled<T>(
        &self,
        load: impl Future<Output = T>,
        mut sample: impl FnMut(&Counts),
    ) -> T {
        let mut load = std::pin::pin!(load);
        let mut ticks = interval(SAMPLED_EVERY);
        loop {
            tokio::select! {
                done = &mut load => return done,
                _ = ticks.tick() => sample(&self.counts()),
            }
        }
    }

    /// Waits until everything is as before the first client. The error tells what is left.
    pub(crate) async fn settled(&self) -> Result<Counts, String> {
        let started = Instant::now();
        loop {
            let counts = self.counts();
            match counts.beyond(&self.before) {
                None => return Ok(counts),
                Some(left) if started.elapsed() > SETTLES => return Err(left),
                Some(_) => sleep(GLANCE).await,
            }
        }
    }
}

impl Counts {
    /// The counts that are higher than before.
    fn beyond(&self, before: &Self) -> Option<String> {
        // Too few are as wrong as too many: then the runtime has lost count.
        if self.gauges != (0, 0) {
            let (connections, calls) = self.gauges;
            return Some(format!("gauges: {connections} connections, {calls} calls"));
        }
        let pairs = [
            ("handlers", self.handlers, before.handlers),
            ("connections", self.connections, before.connections),
            ("calls", self.calls, before.calls),
            ("other spans", self.other_spans, before.other_spans),
            ("tasks", self.tasks, before.tasks),
            ("descriptors", self.descriptors, before.descriptors),
        ];
        let left = pairs.iter().filter(|(_, now, before)| now > before);
        let left: Vec<_> = left
            .map(|(name, now, before)| format!("{now} {name} ({before} before)"))
            .collect();
        (!left.is_empty()).then(|| left.join(", "))
    }

    /// The larger one of each count.
    pub(crate) fn at_most(&mut self, other: &Self) {
        self.handlers = self.handlers.max(other.handlers);
        self.connections = self.connections.max(other.connections);
        self.calls = self.calls.max(other.calls);
        self.other_spans = self.other_spans.max(other.other_spans);
        self.gauges.0 = self.gauges.0.max(other.gauges.0);
        self.gauges.1 = self.gauges.1.max(other.gauges.1);
        self.tasks = self.tasks.max(other.tasks);
        self.descriptors = self.descriptors.max(other.descriptors);
        self.held = self.held.max(other.held);
        self.resident = self.resident.max(other.resident);
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} handlers, {} connections, {} calls, {} tasks, {} descriptors, {} KiB held, {} KiB in RAM",
            self.handlers,
            self.connections,
            self.calls,
            self.tasks,
            self.descriptors,
            self.held / 1024,
            self.resident / 1024
        )
    }
}
