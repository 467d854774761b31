//! What happens on the way to a server.

use tokio::net::TcpStream;
use tracing::debug;

use super::endpoint::Endpoint;
use crate::error::Error;
use crate::trace::target;

/// A socket is connected; what the wire wants of it besides is still to come.
pub(super) fn connected(to: &Endpoint, socket: &TcpStream) {
    debug!(
        target: target::CLIENT,
        %to,
        peer = socket.peer_addr().ok().map(display),
        local = socket.local_addr().ok().map(display),
        "connected"
    );
}

/// There is no connection: the name, the address, TLS or the beginning of the wire went wrong. Every
/// attempt says so; that a server cannot be reached is told once, by the client.
pub(super) fn dial_failed(to: &Endpoint, error: &Error) {
    debug!(
        target: target::CLIENT,
        %to,
        kind = ?error.kind(),
        error = error.message(),
        "dial failed"
    );
}
