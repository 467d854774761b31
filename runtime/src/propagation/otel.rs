//! The crates of OpenTelemetry: whose span a call belongs to.

use std::sync::LazyLock;

use faststr::FastStr;
use opentelemetry::global;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{TRANSIENT, is_called, put};
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
    // It fails if there is no layer of tracing-opentelemetry. Then nobody sees the trace.
    let _ = span.set_parent(caller);
}

/// Sends the span of a client's call to its callee; without such a span, the span that
/// OpenTelemetry itself knows here. `plain`: the wire has headers, as gRPC has.
pub(crate) fn send_span(span: &Span, call: &mut Outgoing, plain: bool) {
    let mut context = span.context();
    if !context.span().span_context().is_valid() {
        context = opentelemetry::Context::current();
    }
    with_propagator(|propagator| {
        propagator.inject_context(&context, &mut Sent { call, plain });
    });
}

/// The propagator that the program has set. As long as it has set none, W3C's trace context.
fn with_propagator<T>(mut run: impl FnMut(&dyn TextMapPropagator) -> T) -> T {
    static W3C: LazyLock<TraceContextPropagator> = LazyLock::new(TraceContextPropagator::new);
    global::get_text_map_propagator(|propagator| match propagator.fields().next() {
        Some(_) => run(propagator),
        None => run(&*W3C),
    })
}

/// The string pairs of a request.
struct Received<'a>(&'a Metadata);

impl Extractor for Received<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let metainfo = self.0.iter().find(|(key, _)| {
            let key = key.strip_prefix(TRANSIENT);
            key.is_some_and(|key| is_called(key, name))
        });
        let found = metainfo.or_else(|| self.0.iter().find(|(key, _)| is_called(key, name)));
        found.map(|(_, value)| value.as_str())
    }

    fn keys(&self) -> Vec<&str> {
        let keys = self.0.iter().map(|(key, _)| key.as_str());
        keys.map(|key| key.strip_prefix(TRANSIENT).unwrap_or(key))
            .collect()
    }
}

/// What a call sends.
struct Sent<'a> {
    call: &'a mut Outgoing,
    plain: bool,
}

impl Injector for Sent<'_> {
    fn set(&mut self, name: &str, value: String) {
        // W3C's trace state may be empty, and Kitex sends no empty metainfo.
        if !value.is_empty() {
            put(
                self.call,
                name,
                FastStr::from_string(value),
                self.plain,
                true,
            );
        }
    }
}
