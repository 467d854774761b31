//! What happens to connections of gRPC.

use std::io;
use std::net::SocketAddr;

use tracing::{Level, Span, debug, info, warn};

use crate::error::{Error, Side};
use crate::measure::{Limit, limit_hit};
use crate::trace::{Told, connection_span, cut, event_at};
use crate::wire::{Late, not_taken};

/// What filters call the connections of this wire.
const TARGET: &str = "streamgen::grpc";

/// The name of this wire in metrics.
pub(super) const NAME: &str = "gRPC";

/// Why a connection is over.
#[derive(Debug)]
pub(super) enum End {
    /// HTTP/2 has ended: without an error when either side has said so and no stream was left.
    Http2(Result<(), h2::Error>),
    /// It could not be written.
    Broken(io::Error),
    /// The peer has not sent its preface or its SETTINGS in time.
    NotBegun,
    /// The peer has not ended a frame or a block of headers in time.
    Late(Late),
    /// The peer has taken nothing of what was to be written.
    NotTaken,
    /// The peer has not answered a ping in time.
    Silent,
    /// This side was done with it.
    Dropped,
}

impl End {
    fn level(&self) -> Level {
        match self {
            Self::Http2(Ok(())) | Self::Dropped => Level::DEBUG,
            Self::Http2(Err(error)) if error.reason() == Some(h2::Reason::NO_ERROR) => Level::DEBUG,
            _ => Level::INFO,
        }
    }

    fn reason(&self) -> String {
        let text = match self {
            Self::Http2(Ok(())) => "closed",
            // What a peer says in its GOAWAY can be long.
            Self::Http2(Err(error)) => return cut(&error.to_string()).to_owned(),
            Self::Broken(error) => return error.to_string(),
            Self::NotBegun => "the peer did not begin HTTP/2 in time",
            Self::Late(late) => return late.text("a frame"),
            Self::NotTaken => return not_taken().to_string(),
            Self::Silent => "no answer to a ping",
            Self::Dropped => "closed by this side",
        };
        text.to_owned()
    }

    /// The limit that ends it, if one does.
    fn limit(&self) -> Option<Limit> {
        match self {
            Self::NotBegun => Some(Limit::HandshakeTimeout),
            Self::Late(Late::Stalled) => Some(Limit::FrameTimeout),
            Self::Late(Late::Slow) => Some(Limit::MinRate),
            Self::NotTaken => Some(Limit::SendTimeout),
            Self::Silent => Some(Limit::KeepaliveTimeout),
            Self::Http2(_) | Self::Broken(_) | Self::Dropped => None,
        }
    }

    /// HTTP/2's number, of a GOAWAY of either side.
    fn code(&self) -> Option<u32> {
        match self {
            Self::Http2(Err(error)) => error.reason().map(u32::from),
            _ => None,
        }
    }
}

/// The span of a client's connection. It belongs to no call: many share it.
pub(super) fn connection(peer: Option<SocketAddr>) -> Span {
    connection_span!(TARGET, peer)
}

/// A connection that had begun is over.
pub(super) fn connection_ended(side: Side, peer: Option<SocketAddr>, end: &End) {
    if let Some(limit) = end.limit() {
        limit_hit(limit, side, NAME);
    }
    event_at!(
        end.level(),
        target: TARGET,
        ?side,
        peer = peer.map(display),
        code = end.code(),
        reason = end.reason(),
        "connection ended"
    );
}

/// A client was accepted that does not begin HTTP/2; `None`: not in time.
pub(super) fn handshake_failed(peer: Option<SocketAddr>, error: Option<&h2::Error>) {
    if error.is_none() {
        limit_hit(Limit::HandshakeTimeout, Side::Server, NAME);
    }
    let reason = error.map_or("timeout".to_owned(), ToString::to_string);
    info!(
        target: TARGET,
        peer = peer.map(display),
        reason = cut(&reason),
        "HTTP/2 handshake failed"
    );
}

/// A server leaves a ping without an answer.
pub(super) fn connection_suspected(peer: Option<SocketAddr>) {
    warn!(
        target: TARGET,
        peer = peer.map(display),
        "no new call on a connection whose ping is not answered"
    );
}

/// A stream is reset unseen (`REFUSED_STREAM`): the client may try again.
pub(super) fn stream_refused(
    told: &Told,
    peer: Option<SocketAddr>,
    (limit, reason): (Limit, &'static str),
) {
    limit_hit(limit, Side::Server, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        reason,
        "stream refused"
    );
}

/// The connection ends a stream that has a part in what is too much on it.
pub(super) fn stream_ended(
    told: &Told,
    side: Side,
    peer: Option<SocketAddr>,
    (limit, reason): (Limit, &'static str),
) {
    limit_hit(limit, side, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        ?side,
        peer = peer.map(display),
        reason,
        "stream ended by a limit of its connection"
    );
}

/// A call ends because its peer sends a message too slowly. The connection goes on.
pub(super) fn message_late(told: &Told, side: Side, peer: Option<SocketAddr>, reason: &str) {
    limit_hit(Limit::MinRate, side, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        reason,
        "call ended: a message of it is late"
    );
}

/// A call ends because its peer sends a message or headers above `limit`. The connection goes on, and
/// `error` tells the call which of them it was.
pub(super) fn too_large(limit: Limit, side: Side, peer: Option<SocketAddr>, error: &Error) {
    limit_hit(limit, side, NAME);
    debug!(
        target: TARGET,
        ?side,
        peer = peer.map(display),
        reason = cut(error.message()),
        "call ended: too much came for it"
    );
}

/// A request that is no call, or none that this server can serve.
pub(super) fn request_refused(peer: Option<SocketAddr>, path: &str, code: Option<i32>) {
    debug!(
        target: TARGET,
        peer = peer.map(display),
        path = cut(path),
        code,
        "request refused"
    );
}
