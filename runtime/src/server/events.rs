//! What happens to a server, before a wire takes its connections and when it finds no handler.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tracing::{Level, Span, debug, info, warn};

use crate::codec::ApplicationException;
use crate::trace::{Seldom, cut, event_at, target};

/// The span of a connection, from its acceptance to its end. The wire is found out later.
pub(super) fn connection(socket: &TcpStream) -> Span {
    // Asked of the system only for who listens.
    let peer = || socket.peer_addr().ok();
    let local = || socket.local_addr().ok();
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

/// The server takes connections.
pub(super) fn serving(listener: &TcpListener) {
    info!(
        target: target::SERVER,
        local = listener.local_addr().ok().map(display),
        "serving"
    );
}

/// A connection could not be taken. `of_one`: it concerns that connection alone; else the system has no
/// sockets left, which is told now and then while it lasts.
pub(super) fn accept_failed(error: &io::Error, of_one: bool) {
    static TOLD: Seldom = Seldom::new();
    let level = match of_one {
        true => Level::DEBUG,
        false => TOLD.level(Level::WARN),
    };
    event_at!(level, target: target::SERVER, %error, "accept failed");
}

/// There are as many connections as may be: this one is closed.
pub(super) fn connection_refused(socket: &TcpStream, max_connections: usize) {
    static TOLD: Seldom = Seldom::new();
    event_at!(
        TOLD.level(Level::WARN),
        target: target::SERVER,
        peer = socket.peer_addr().ok().map(display),
        max_connections,
        "connection refused: the server has its maximum"
    );
}

/// A connection has not become one of TLS; `None`: not in time.
#[cfg(feature = "tls")]
pub(super) fn handshake_failed(peer: Option<SocketAddr>, error: Option<&io::Error>) {
    let reason = error.map_or("timeout".to_owned(), ToString::to_string);
    info!(
        target: target::SERVER,
        peer = peer.map(display),
        reason = cut(&reason),
        "TLS handshake failed"
    );
}

/// Nobody's protocol, too slow, or a probe. Which bytes came may be anybody's secret.
pub(super) fn not_detected(peer: Option<SocketAddr>, first: &[u8], timed_out: bool) {
    let (level, reason) = match (first.len(), timed_out) {
        // What load balancers do to see that a server is there (statement 90).
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

/// What is often sent to the wrong port.
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

/// A call that has no handler.
pub(super) fn call_refused(service: &str, method: &str, exception: &ApplicationException) {
    debug!(
        target: target::SERVER,
        service = cut(service),
        method = cut(method),
        code = exception.type_id,
        reason = cut(&exception.message),
        "call refused"
    );
}

/// The server begins to stop.
pub(super) fn stopping(connections: usize, exit_wait: Duration) {
    info!(target: target::SERVER, connections, ?exit_wait, "stopping");
}

/// The exit wait is over, and something is left.
pub(super) fn exit_wait_over(connections: usize, handlers: usize) {
    warn!(
        target: target::SERVER,
        connections,
        handlers,
        "the exit wait is over: connections are closed and their handlers cancelled"
    );
}

/// Handlers did not return when they were cancelled.
pub(super) fn handlers_dropped(handlers: usize) {
    if handlers > 0 {
        warn!(target: target::SERVER, handlers, "handlers dropped");
    }
}

/// Nothing is left of it.
pub(super) fn stopped() {
    info!(target: target::SERVER, "stopped");
}
