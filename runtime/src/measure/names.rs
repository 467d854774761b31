//! The table of all metrics.

use metrics::{KeyName, SharedString, Unit, with_recorder};

/// The kinds of metrics that the facade has.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// A metric.
pub(super) struct Metric {
    pub(super) name: &'static str,
    kind: Kind,
    unit: Unit,
    what: &'static str,
}

macro_rules! metrics {
    ($($constant:ident $kind:ident $unit:ident $name:literal $what:literal;)*) => {
        $(pub(super) const $constant: Metric = Metric {
            name: $name,
            kind: Kind::$kind,
            unit: Unit::$unit,
            what: $what,
        };)*
        const ALL: &[&Metric] = &[$(&$constant),*];
    };
}

metrics! {
    CALLS Counter Count "streamgen.calls"
        "Calls that have ended";
    IN_FLIGHT Gauge Count "streamgen.calls.in_flight"
        "Calls that have begun and have not ended";
    REFUSED Counter Count "streamgen.calls.refused"
        "Calls of a service or a method that the server does not have, or of another kind";
    SERVER_DURATION Histogram Milliseconds "rpc.server.duration"
        "How long handlers ran";
    CLIENT_DURATION Histogram Milliseconds "rpc.client.duration"
        "How long calls took, from the first attempt to the reply or the end of the stream";
    SERVER_REQUESTS Histogram Count "rpc.server.requests_per_rpc"
        "Requests of a call";
    CLIENT_REQUESTS Histogram Count "rpc.client.requests_per_rpc"
        "Requests of a call";
    SERVER_RESPONSES Histogram Count "rpc.server.responses_per_rpc"
        "Responses of a call";
    CLIENT_RESPONSES Histogram Count "rpc.client.responses_per_rpc"
        "Responses of a call";
    MESSAGES Counter Count "streamgen.messages"
        "Messages";
    MESSAGE_BYTES Counter Bytes "streamgen.message.bytes"
        "Bytes of messages, before compression and without frames";
    FIRST_RESPONSE Histogram Milliseconds "streamgen.first_response"
        "Time from the beginning of a call to its first response";
    MESSAGE_GAP Histogram Milliseconds "streamgen.message.gap"
        "Time between two messages of a stream";
    CONNECTIONS Gauge Count "streamgen.connections"
        "Open connections";
    CONNECTIONS_OPENED Counter Count "streamgen.connections.opened"
        "Connections that were opened";
    DIALS Counter Count "streamgen.dials"
        "Attempts of clients to connect";
    DIAL_DURATION Histogram Milliseconds "streamgen.dial.duration"
        "How long an attempt to connect took";
    LIMIT_HITS Counter Count "streamgen.limit.hit"
        "How often a limit ended or refused something";
    INSTANCES Gauge Count "streamgen.instances"
        "Instances that clients know";
    INSTANCES_EJECTED Counter Count "streamgen.instances.ejected"
        "How often an instance was left alone for a while";
    INSTANCES_RETURNED Counter Count "streamgen.instances.returned"
        "How often an instance that was left alone has answered";
    RETRIES Counter Count "streamgen.retries"
        "Calls that were made again";
    RETRIES_REFUSED Counter Count "streamgen.retries.refused"
        "Calls that were not made once more, though their policy would have";
    BREAKERS Gauge Count "streamgen.breakers.open"
        "Circuit breakers that are open or half open";
    BREAKERS_OPENED Counter Count "streamgen.breakers.opened"
        "How often a circuit breaker that was closed has opened";
    BREAKER_REFUSED Counter Count "streamgen.breaker.refused"
        "Calls that were not made because the breaker of their method was open";
    CONFIGURATIONS Counter Count "streamgen.configurations"
        "Documents of configurations";
}

/// Tells the current recorder of the `metrics` facade the unit and the meaning of each metric of
/// this crate. Recorders that show them, such as that of Prometheus, show them from then on. Call
/// it once, behind the installation of the recorder.
pub fn describe_metrics() {
    with_recorder(|recorder| {
        for metric in ALL {
            let name = KeyName::from_const_str(metric.name);
            let (unit, what) = (Some(metric.unit), SharedString::const_str(metric.what));
            match metric.kind {
                Kind::Counter => recorder.describe_counter(name, unit, what),
                Kind::Gauge => recorder.describe_gauge(name, unit, what),
                Kind::Histogram => recorder.describe_histogram(name, unit, what),
            }
        }
    });
}
