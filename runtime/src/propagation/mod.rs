//! W3C trace context, and baggage, between the services of a call.
//!
//! On the wire, it is transient metainfo under the names that W3C gives its headers, which is how
//! Kitex's OpenTelemetry suite (`kitex-contrib/obs-opentelemetry`) sends and reads it, whatever the
//! wire. Over gRPC it is also a header by its plain name, which services without Kitex read. A
//! value in metainfo counts before one in a header.
//!
//! A handler's calls pass on what its own call brought. With the feature `opentelemetry`, the
//! span of a server's call continues the caller's trace, and a client's call sends its own span.

#[cfg(feature = "opentelemetry")]
mod otel;

use faststr::FastStr;

use crate::call::Outgoing;
use crate::context::Context;

#[cfg(feature = "opentelemetry")]
pub(crate) use otel::{continue_trace, send_span};

/// The headers of W3C's trace context and of its baggage.
const NAMES: [&str; 3] = ["traceparent", "tracestate", "baggage"];

/// The prefix that keys of metainfo for the next hop have on the wire (4.3).
const TRANSIENT: &str = "RPC_TRANSIT_";

/// Copies the trace that a handler's own call brought, the call of `context`, to a call that the handler
/// makes. Values that `call` sets itself stay as they are. `plain`: the wire has headers, as gRPC has.
pub(crate) fn pass_on(context: &Context, call: &mut Outgoing, plain: bool) {
    for name in NAMES {
        if let Some(value) = received(context, name) {
            let value = value.clone();
            put(call, name, value, plain, false);
        }
    }
}

/// The value of this name that the call of `context` brought.
fn received<'a>(context: &'a Context, name: &str) -> Option<&'a FastStr> {
    let is_it = |(key, _): &(&FastStr, &FastStr)| is_called(key, name);
    let metainfo = context.all_metainfo().iter().find(is_it);
    let found = metainfo.or_else(|| context.header().iter().find(is_it));
    found.map(|(_, value)| value)
}

/// Whether a key on the wire is that of metainfo for the next hop, called `name`.
fn is_transient(key: &str, name: &str) -> bool {
    let key = key.strip_prefix(TRANSIENT);
    key.is_some_and(|key| is_called(key, name))
}

/// Whether a key of metainfo or of a header stands for `name`. gRPC and CGI have keys in capitals,
/// with underscores.
fn is_called(key: &str, name: &str) -> bool {
    let same =
        |(one, other): (u8, u8)| one.eq_ignore_ascii_case(&other) || (one, other) == (b'_', b'-');
    key.len() == name.len() && key.bytes().zip(name.bytes()).all(same)
}

/// Adds a value to what the call sends. It replaces a value of the same name only if it `wins`.
fn put(call: &mut Outgoing, name: &str, value: FastStr, plain: bool, wins: bool) {
    let mut keys = call.metainfo.iter();
    let is_there = keys.any(|(key, _)| is_transient(key, name));
    if wins || !is_there {
        let key = FastStr::from_string(format!("{TRANSIENT}{name}"));
        call.metainfo.insert(key, value.clone());
    }
    if plain && (wins || call.header.get(name).is_none()) {
        call.header.insert(FastStr::new(name), value);
    }
}

#[cfg(test)]
mod tests;
