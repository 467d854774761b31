//! An observer of one test.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::timeout;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, registry};

/// No test waits for it: what takes as long is not told.
const LONG: Duration = Duration::from_secs(30);

/// What was told on this thread, which runs all tasks of a test.
pub(crate) struct Capture {
    log: Log,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Told>>>);

/// An event, or a span that has been closed.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// `LEVEL target: message key=value …` of an event, `LEVEL target: name …` of a span, without
    /// addresses and times.
    pub(crate) line: String,
    pub(crate) is_span: bool,
    /// The spans that it is in, from the outermost, by the method that they are of or else their name.
    pub(crate) within: Vec<String>,
    /// All that it holds, as it is.
    pub(crate) fields: Fields,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(&'static str, String)>);

impl Fields {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| *key == name);
        values.next().map(|(_, value)| value.as_str())
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.retain(|(name, _)| *name != field.name());
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

/// Fields that differ from run to run.
const VOLATILE: [&str; 13] = [
    "peer",
    "local",
    "to",
    "elapsed",
    "time",
    "network.peer.address",
    "network.peer.port",
    "network.local.address",
    "network.local.port",
    "server.address",
    "message",
    "connections",
    "otel.name",
];

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = context.span(id).expect("it is new");
        span.extensions_mut().insert(fields);
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        let span = context.span(id).expect("it is open");
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let within = context.event_scope(event).into_iter().flatten();
        let within = within.map(name_of).collect();
        let message = fields.get("message").unwrap_or_default().to_owned();
        self.tell(event.metadata(), &message, fields, within, false);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let span = context.span(&id).expect("it is being closed");
        let extensions = span.extensions();
        let fields = extensions.get::<Fields>().cloned().unwrap_or_default();
        let within = span.scope().skip(1).map(name_of).collect();
        self.tell(span.metadata(), span.name(), fields, within, true);
    }
}

fn name_of<'a, S: LookupSpan<'a>>(span: registry::SpanRef<'a, S>) -> String {
    let extensions = span.extensions();
    let method = extensions.get::<Fields>().and_then(|fields| {
        let kind = fields.get("otel.kind")?;
        Some(format!("{kind} {}", fields.get("rpc.method")?))
    });
    method.unwrap_or_else(|| span.name().to_owned())
}

impl Log {
    fn tell(
        &self,
        metadata: &tracing::Metadata<'_>,
        text: &str,
        fields: Fields,
        mut within: Vec<String>,
        is_span: bool,
    ) {
        within.reverse();
        let mut line = format!("{} {}: {text}", metadata.level(), metadata.target());
        for (name, value) in &fields.0 {
            if !VOLATILE.contains(name) {
                write!(line, " {name}={value}").unwrap();
            }
        }
        self.0.lock().unwrap().push(Told {
            line,
            is_span,
            within,
            fields,
        });
    }
}

impl Capture {
    /// Listens to all that this crate and its users say.
    pub(crate) fn start() -> Self {
        Self::filtered("streamgen=trace,app=trace")
    }

    pub(crate) fn filtered(filter: &str) -> Self {
        let log = Log::default();
        let filter: EnvFilter = filter.parse().unwrap();
        let subscriber = registry().with(log.clone().with_filter(filter));
        Self {
            log,
            _guard: set_default(subscriber),
        }
    }

    /// All that was told so far.
    pub(crate) fn all(&self) -> Vec<Told> {
        self.log.0.lock().unwrap().clone()
    }

    /// The events so far whose lines begin so.
    pub(crate) fn events(&self, beginning: &str) -> Vec<Told> {
        let all = self.all().into_iter();
        all.filter(|told| !told.is_span && told.line.starts_with(beginning))
            .collect()
    }

    /// Waits for an event that reads so.
    pub(crate) async fn event(&self, line: &str) -> Told {
        self.wait(|told| !told.is_span && told.line == line, line)
            .await
    }

    /// Waits for an event that reads so from its beginning.
    pub(crate) async fn begins(&self, line: &str) -> Told {
        self.wait(|told| !told.is_span && told.line.starts_with(line), line)
            .await
    }

    /// Waits for the end of a span of that target and name.
    pub(crate) async fn span(&self, beginning: &str) -> Told {
        self.wait(
            |told| told.is_span && told.line.starts_with(beginning),
            beginning,
        )
        .await
    }

    async fn wait(&self, is_it: impl Fn(&Told) -> bool, what: &str) -> Told {
        let search = async {
            loop {
                if let Some(found) = self.all().into_iter().find(&is_it) {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(LONG, search).await.unwrap_or_else(|_| {
            let told: Vec<_> = self.all().into_iter().map(|told| told.line).collect();
            panic!("`{what}` is not told, but:\n{}", told.join("\n"))
        })
    }
}
