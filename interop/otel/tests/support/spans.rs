//! The spans of this process.

use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use serde::Deserialize;
use tokio::time::{sleep, timeout};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, registry};

/// No passing test waits so long.
const LONG: Duration = Duration::from_secs(30);

/// A span that has ended, here or in the Go program.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Ended {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) trace: String,
    pub(crate) span: String,
    pub(crate) parent: String,
}

/// The collector of the process. One test has it at a time.
pub(crate) struct Spans {
    exporter: InMemorySpanExporter,
    _alone: MutexGuard<'static, ()>,
}

impl Spans {
    /// What a user of tracing-opentelemetry writes. No propagator is set: W3C's is the default.
    pub(crate) fn install() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        static EXPORTER: OnceLock<InMemorySpanExporter> = OnceLock::new();
        let alone = ALONE
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let exporter = EXPORTER.get_or_init(|| {
            let exporter = InMemorySpanExporter::default();
            let provider = SdkTracerProvider::builder()
                .with_simple_exporter(exporter.clone())
                .build();
            let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
            registry()
                .with(EnvFilter::new("info,h2=off"))
                .with(layer)
                .init();
            exporter
        });
        Self {
            exporter: exporter.clone(),
            _alone: alone,
        }
    }

    pub(crate) fn forget(&self) {
        self.exporter.reset();
    }

    /// Waits until so many spans have ended.
    pub(crate) async fn ended(&self, count: usize) -> Vec<Ended> {
        let waited = timeout(LONG, async {
            loop {
                let ended = self.exporter.get_finished_spans().unwrap();
                if ended.len() >= count {
                    return ended;
                }
                sleep(Duration::from_millis(2)).await;
            }
        });
        let ended = waited.await.expect("the spans end");
        ended.iter().map(Ended::from).collect()
    }
}

impl From<&SpanData> for Ended {
    fn from(span: &SpanData) -> Self {
        Self {
            name: span.name.to_string(),
            kind: format!("{:?}", span.span_kind).to_lowercase(),
            trace: span.span_context.trace_id().to_string(),
            span: span.span_context.span_id().to_string(),
            parent: span.parent_span_id.to_string(),
        }
    }
}
