//! Events of a server: its life, its connections before a wire takes them, and calls without a
//! handler.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tracing::{Level, Span, debug, info, warn};

use super::listener::Listener;
use super::stopped::Stopped;
use crate::codec::ApplicationException;
use crate::error::Side;
use crate::measure::{self, Limit, limit_hit};
use crate::trace::{Seldom, cut, event_at, target};
use crate::wire::detect::NotDetected;
use crate::wire::io::Accepted;

/// The span of a connection, from its acceptance to its end. At its beginning the wire is not
/// known.
pub(super) fn connection(accepted: &Accepted) -> Span {
    // Closures, so that the server asks the system for the addresses only if somebody observes.
    let peer = || accepted.peer;
    let local = || accepted.local_addr();
    tracing::debug_span!(
        target: target::SERVER,
        "connection",
        otel.kind = "server",
        network.peer.address = peer().map(|peer| display(peer.ip())),
        network.peer.port = peer().map(|peer| peer.port()),
        network.local.address = local().map(|local| display(local.ip())),
        network.local.port = local().map(|local| local.port()),
    )
}

/// Reports that the server begins to accept connections.
pub(super) fn serving(listener: &Listener) {
    info!(
        target: target::SERVER,
        local = listener.local_addr().ok().map(display),
        "serving"
    );
}

/// Reports that accepting a connection failed. `of_one`: the error concerns that connection alone.
/// Otherwise the system has no sockets left, which is reported every now and then while it lasts.
pub(super) fn accept_failed(error: &io::Error, of_one: bool) {
    static TOLD: Seldom = Seldom::new();
    let level = match of_one {
        true => Level::DEBUG,
        false => TOLD.level(Level::WARN),
    };
    event_at!(level, target: target::SERVER, %error, "accept failed");
}

/// Reports that a connection takes no more calls, because of its age or because it has none.
pub(super) fn retired(peer: Option<SocketAddr>, why: &'static str) {
    debug!(
        target: target::SERVER,
        peer = peer.map(display),
        reason = why,
        "connection retired"
    );
}

/// Reports that the server closes this connection because it has its maximum.
pub(super) fn connection_refused(accepted: &Accepted, max_connections: usize) {
    static TOLD: Seldom = Seldom::new();
    limit_hit(Limit::MaxConnections, Side::Server, "");
    event_at!(
        TOLD.level(Level::WARN),
        target: target::SERVER,
        peer = accepted.peer.map(display),
        max_connections,
        "connection refused: the server has its maximum"
    );
}

/// Reports a TLS handshake that failed; `None`: the handshake took too long.
#[cfg(feature = "tls")]
pub(super) fn handshake_failed(peer: Option<SocketAddr>, error: Option<&io::Error>) {
    if error.is_none() {
        limit_hit(Limit::DetectionTimeout, Side::Server, "");
    }
    let reason = error.map_or("timeout".to_owned(), ToString::to_string);
    info!(
        target: target::SERVER,
        peer = peer.map(display),
        reason = cut(&reason),
        "TLS handshake failed"
    );
}

/// Reports a connection that no protocol claims: its bytes are unknown, it was too slow, or it was
/// a probe. The event does not contain the bytes, because they may be secret.
pub(super) fn not_detected(
    peer: Option<SocketAddr>,
    first: &[u8],
    &NotDetected { timed_out }: &NotDetected,
) {
    if timed_out {
        limit_hit(Limit::DetectionTimeout, Side::Server, "");
    }
    let (level, reason) = match (first.len(), timed_out) {
        // A probe: load balancers connect and close to see whether a server listens (statement 90).
        (0, false) => (Level::DEBUG, "closed by the peer before its first byte"),
        (0, true) => (Level::DEBUG, "no byte within the detection timeout"),
        (_, true) => (Level::INFO, "too few bytes within the detection timeout"),
        (1..8, false) => (Level::INFO, "closed by the peer within its first bytes"),
        _ => (
            Level::INFO,
            "the first bytes are of no protocol that is served",
        ),
    };
    event_at!(
        level,
        target: target::SERVER,
        peer = peer.map(display),
        bytes = first.len(),
        looks_like = looks_like(first),
        reason,
        "connection ended"
    );
}

/// The name of a protocol that clients often send to a wrong port.
fn looks_like(first: &[u8]) -> Option<&'static str> {
    /// A record that holds a handshake, of any version.
    const TLS: &[u8] = &[0x16, 0x03];
    const HTTP: [&[u8]; 5] = [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS "];
    match first {
        _ if first.starts_with(TLS) => Some("TLS"),
        _ if HTTP.iter().any(|method| first.starts_with(method)) => Some("HTTP/1"),
        _ => None,
    }
}

/// Reports a call for which the server has no handler.
pub(super) fn call_refused(service: &str, method: &str, exception: &ApplicationException) {
    measure::call_refused();
    debug!(
        target: target::SERVER,
        service = cut(service),
        method = cut(method),
        code = exception.type_id,
        reason = cut(&exception.message),
        "call refused"
    );
}

/// Reports a call that is one too many. It is told every now and then while it lasts.
pub(super) fn call_over_limit(service: &str, method: &str, why: &str) {
    static TOLD: Seldom = Seldom::new();
    limit_hit(Limit::Calls, Side::Server, "");
    event_at!(
        TOLD.level(Level::WARN),
        target: target::SERVER,
        service = cut(service),
        method = cut(method),
        reason = why,
        "call refused: it is one too many"
    );
}

/// Reports that the server begins to stop.
pub(super) fn stopping(connections: usize, exit_wait: Duration) {
    info!(target: target::SERVER, connections, ?exit_wait, "stopping");
}

/// Reports that a signal of the system came.
pub(super) fn signalled(name: &str) {
    info!(target: target::SERVER, signal = name, "signal");
}

/// Reports that the server was told to stop, and serves on for `delay`.
pub(super) fn stops_soon(delay: Duration) {
    info!(target: target::SERVER, ?delay, "stopping soon");
}

/// Reports that the exit wait ends, by its time or by a signal, although connections or handlers are left,
/// and what is cut.
pub(super) fn exit_wait_over(connections: usize, handlers: usize, stopped: &Stopped) {
    limit_hit(Limit::ExitWait, Side::Server, "");
    warn!(
        target: target::SERVER,
        connections,
        handlers,
        "the exit wait ends: connections are closed and their handlers cancelled"
    );
    for cut in &stopped.cut {
        warn!(
            target: target::SERVER,
            wire = cut.wire,
            service = &*cut.service,
            method = &*cut.method,
            calls = cut.calls,
            "calls cut"
        );
    }
}

/// Reports that the server drops handlers which did not return when they were cancelled.
pub(super) fn handlers_dropped(handlers: usize) {
    if handlers > 0 {
        warn!(target: target::SERVER, handlers, "handlers dropped");
    }
}

/// Reports that the server has stopped and nothing of it runs any more.
pub(super) fn stopped(stopped: &Stopped) {
    info!(target: target::SERVER, cut = stopped.calls_cut(), "stopped");
}
