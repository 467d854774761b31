//! What happens to connections of TTHeader Streaming.

use std::net::SocketAddr;

use tracing::{Level, Span, debug, warn};

use super::errors::is_orderly;
use crate::error::{Error, Side};
use crate::measure::{Limit, limit_hit};
use crate::trace::{Told, connection_span, event_at};
use crate::wire::overdue_limit;
use crate::wire::ttheader::state::QueueFull;

/// What filters call the connections of this wire.
const TARGET: &str = "streamgen::ttheader";

/// The name of this wire in metrics.
pub(super) const NAME: &str = "TTHeader Streaming";

/// The span of a client's connection. It belongs to no call: many share it.
pub(super) fn connection(peer: Option<SocketAddr>) -> Span {
    connection_span!(TARGET, peer)
}

/// A connection is over, with so many streams on it.
pub(super) fn connection_ended(
    side: Side,
    peer: Option<SocketAddr>,
    reason: &Error,
    streams: usize,
) {
    if let Some(limit) = overdue_limit(reason) {
        limit_hit(limit, side, NAME);
    }
    let level = match is_orderly(reason) && streams == 0 {
        true => Level::DEBUG,
        false => Level::INFO,
    };
    event_at!(
        level,
        target: TARGET,
        ?side,
        peer = peer.map(display),
        streams,
        kind = ?reason.kind(),
        code = reason.number(),
        reason = reason.message(),
        "connection ended"
    );
}

/// A frame is above the limit. The end of its connection, which follows, tells observers.
pub(super) fn frame_too_large(side: Side) {
    limit_hit(Limit::MaxFrame, side, NAME);
}

/// A stream ends because more messages wait for its consumer than may, or more than may on the
/// connection.
pub(super) fn stream_ended(told: &Told, side: Side, peer: Option<SocketAddr>, full: QueueFull) {
    let limit = match full {
        QueueFull::Bytes(_) => Limit::QueueBytes,
        QueueFull::Messages(_) => Limit::QueueMessages,
        QueueFull::Connection(_) => Limit::ConnectionQueue,
    };
    limit_hit(limit, side, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        ?side,
        peer = peer.map(display),
        reason = %full,
        "stream ended: too many messages wait for it"
    );
}

/// A call timed out without a byte having come since before it began.
pub(super) fn connection_suspected(peer: Option<SocketAddr>) {
    warn!(
        target: TARGET,
        peer = peer.map(display),
        "no new call on a connection that was silent for the whole time of one"
    );
}

/// The server stops: no new stream is opened on the connection.
pub(super) fn connection_retired(peer: Option<SocketAddr>, streams: usize) {
    debug!(
        target: TARGET,
        peer = peer.map(display),
        streams,
        "no new stream on this connection: its server stops"
    );
}

/// A client has opened a stream although the server stops.
pub(super) fn refused_at_stop(told: &Told, peer: Option<SocketAddr>) {
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        "stream refused: the server stops"
    );
}

/// A client has more streams open than it may.
pub(super) fn stream_refused(told: &Told, peer: Option<SocketAddr>, max_streams: usize) {
    limit_hit(Limit::MaxStreams, Side::Server, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        max_streams,
        "stream refused: too many on its connection"
    );
}

/// The headers of running streams hold what they may: another stream's are not taken.
pub(super) fn headers_refused(told: &Told, peer: Option<SocketAddr>, connection_headers: usize) {
    limit_hit(Limit::ConnectionHeaders, Side::Server, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        connection_headers,
        "stream refused: the headers on its connection are too large"
    );
}
