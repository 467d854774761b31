//! Carries the context of spans into calls and out of them, by the crates of OpenTelemetry.

use std::sync::LazyLock;

use faststr::FastStr;
use opentelemetry::global;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{TRANSIENT, is_called, is_transient, put};
use crate::call::{Incoming, Outgoing};
use crate::metadata::Metadata;

/// Lets the span of a server's call continue the trace that the caller sent. Without one, the span
/// begins a trace of its own, also where the server runs inside of a span. `span` must be new.
pub(crate) fn continue_trace(span: &Span, incoming: &Incoming) {
    if span.is_disabled() {
        return;
    }
    let received = Received(&incoming.metadata);
    let caller = with_propagator(|propagator| {
        propagator.extract_with_context(&opentelemetry::Context::new(), &received)
    });
    // This fails if the program has no layer of tracing-opentelemetry, and so no trace.
    let _ = span.set_parent(caller);
}

/// Adds the context of the call's span to what the call sends. Where the span has none, takes the
/// context that OpenTelemetry itself has here. `plain`: the wire has headers, as gRPC has.
pub(crate) fn send_span(span: &Span, call: &mut Outgoing, plain: bool) {
    let mut context = span.context();
    if !context.span().span_context().is_valid() {
        context = opentelemetry::Context::current();
    }
    with_propagator(|propagator| {
        propagator.inject_context(&context, &mut Sent { call, plain });
    });
}

/// Runs `run` with the propagator that the program has set, or with W3C's if it has set none.
fn with_propagator<T>(mut run: impl FnMut(&dyn TextMapPropagator) -> T) -> T {
    static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);
    global::get_text_map_propagator(|propagator| match propagator.fields().next() {
        Some(_) => run(propagator),
        None => run(&*W3C),
    })
}

/// The string pairs of a request, from which a propagator reads.
struct Received<'a>(&'a Metadata);

impl Extractor for Received<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let metainfo = self.0.iter().find(|(key, _)| is_transient(key, name));
        let found = metainfo.or_else(|| self.0.iter().find(|(key, _)| is_called(key, name)));
        found.map(|(_, value)| value.as_str())
    }

    fn keys(&self) -> Vec<&str> {
        let keys = self.0.iter().map(|(key, _)| key.as_str());
        keys.map(|key| key.strip_prefix(TRANSIENT).unwrap_or(key))
            .collect()
    }
}

/// A call that a client is about to send, to which a propagator writes.
struct Sent<'a> {
    call: &'a mut Outgoing,
    plain: bool,
}

impl Injector for Sent<'_> {
    fn set(&mut self, name: &str, value: String) {
        // W3C's trace state may be empty, and Kitex sends no empty metainfo.
        if !value.is_empty() {
            let value = FastStr::from_string(value);
            put(self.call, name, value, self.plain, true);
        }
    }
}
