//! What happens to connections of gRPC.

use std::io;
use std::net::SocketAddr;

use tracing::{Level, Span, debug, info, warn};

use super::ledger::WhyEnded;
use crate::error::Side;
use crate::trace::{Told, connection_span, cut, event_at};
use crate::wire::not_taken;

/// What filters call the connections of this wire.
const TARGET: &str = "streamgen::grpc";

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
    Unfinished,
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
            Self::Unfinished => "nothing follows the first part of a frame",
            Self::NotTaken => return not_taken().to_string(),
            Self::Silent => "no answer to a ping",
            Self::Dropped => "closed by this side",
        };
        text.to_owned()
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
pub(super) fn stream_refused(told: &Told, peer: Option<SocketAddr>, reason: &'static str) {
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        reason,
        "stream refused"
    );
}

/// The connection ends a stream for which the peer has sent too much.
pub(super) fn stream_ended(told: &Told, side: Side, peer: Option<SocketAddr>, why: WhyEnded) {
    let reason = match why {
        WhyEnded::Fullest => "it holds most of what waits for readers",
        WhyEnded::Informational => "too many informational responses",
    };
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        ?side,
        peer = peer.map(display),
        reason,
        "stream ended by a limit of its connection"
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
