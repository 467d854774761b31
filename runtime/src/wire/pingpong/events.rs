//! What happens to connections of ping-pong calls.

use std::error::Error as _;
use std::io;
use std::net::SocketAddr;

use tracing::{Level, Span, debug, info, warn};

use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, Side, limit};
use crate::measure::{Limit, limit_hit};
use crate::trace::{Told, connection_span, cut, event_at};
use crate::wire::io::Endpoint;
use crate::wire::overdue_limit;

/// What filters call the connections of this wire.
const TARGET: &str = "streamgen::pingpong";

/// The name of this wire in metrics.
pub(super) const NAME: &str = "ping-pong";

/// Counts an error that a limit of this side is the cause of.
fn count(side: Side, error: &(dyn std::error::Error + 'static)) {
    let too_large = error
        .downcast_ref::<Error>()
        .is_some_and(|error| error.kind() == ErrorKind::ResourceExhausted);
    let limit = match too_large {
        true => Some(Limit::MaxMessage),
        false => overdue_limit(error),
    };
    if let Some(limit) = limit {
        limit_hit(limit, side, NAME);
    }
}

/// The span of a client's connection, from its dial until it is of no more use. It belongs to no call.
/// `peer` is asked only if somebody looks.
pub(super) fn connection(peer: impl Fn() -> Option<SocketAddr>) -> Span {
    connection_span!(TARGET, peer())
}

/// Nothing more comes from a client. `read`: `None` if no request began in time. `waiting`: no request
/// had begun.
pub(super) fn client_gone(
    peer: Option<SocketAddr>,
    read: Option<&io::Result<usize>>,
    waiting: bool,
) {
    if read.is_none() {
        limit_hit(Limit::IdleTimeout, Side::Server, NAME);
    }
    let (level, reason) = match (read, waiting) {
        (Some(Ok(_)), true) => (Level::DEBUG, "closed by the peer".to_owned()),
        (None, _) => (
            Level::DEBUG,
            "no request within the idle timeout".to_owned(),
        ),
        (Some(Ok(_)), false) => (
            Level::INFO,
            "closed by the peer within a request".to_owned(),
        ),
        (Some(Err(error)), _) => {
            count(Side::Server, error);
            (Level::INFO, error.to_string())
        }
    };
    server_ended(level, peer, &reason);
}

/// A server's connection is over, and `reason` says why.
fn server_ended(level: Level, peer: Option<SocketAddr>, reason: &str) {
    event_at!(
        level,
        target: TARGET,
        side = ?Side::Server,
        peer = peer.map(display),
        reason,
        "connection ended"
    );
}

/// A client sent what is no request.
pub(super) fn no_request(peer: Option<SocketAddr>, reason: &str) {
    server_ended(Level::INFO, peer, reason);
}

/// A request is not taken, because it is above the limit or cannot be read, and is answered with that.
pub(super) fn request_refused(peer: Option<SocketAddr>, exception: &ApplicationException) {
    if limit::is_said_by(exception) {
        limit_hit(Limit::MaxMessage, Side::Server, NAME);
    }
    server_ended(Level::INFO, peer, cut(&exception.message));
}

/// A server closes behind the answer to a call, or without one: the call was not served, or its answer
/// could not be written.
pub(super) fn closed_behind_call(peer: Option<SocketAddr>, error: &Error) {
    if let Some(limit) = overdue_limit(error) {
        limit_hit(limit, Side::Server, NAME);
    }
    let level = match error.source() {
        Some(_) => Level::INFO,
        None => Level::DEBUG,
    };
    event_at!(
        level,
        target: TARGET,
        side = ?Side::Server,
        peer = peer.map(display),
        kind = ?error.kind(),
        code = error.number(),
        reason = cut(error.message()),
        "connection ended"
    );
}

/// The server stops, and no call is left on the connection.
pub(super) fn server_stops(peer: Option<SocketAddr>) {
    server_ended(Level::DEBUG, peer, "the server stops");
}

/// No call is left on a connection that carries many at a time: the server stops, or none has come for long.
pub(super) fn unused(peer: Option<SocketAddr>, stopping: bool) {
    if stopping {
        return server_stops(peer);
    }
    limit_hit(Limit::IdleTimeout, Side::Server, NAME);
    server_ended(Level::DEBUG, peer, "no request within the idle timeout");
}

/// The client does not take what it asked for.
pub(super) fn unwritable(peer: Option<SocketAddr>, error: &io::Error) {
    count(Side::Server, error);
    server_ended(Level::INFO, peer, &error.to_string());
}

/// A client has more calls running than it may, or more bytes of their requests.
pub(super) fn call_refused(
    told: &Told,
    peer: Option<SocketAddr>,
    limit: Limit,
    why: &ApplicationException,
) {
    limit_hit(limit, Side::Server, NAME);
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        reason = &*why.message,
        "call refused: too many on its connection"
    );
}

/// A client sent a message that is above the limit, or cannot be read.
pub(super) fn message_unread(told: &Told, peer: Option<SocketAddr>, error: &Error) {
    count(Side::Server, error);
    message_dropped(told, peer, error.message());
}

/// A client sent a message that is no request, or cannot be read.
pub(super) fn message_dropped(told: &Told, peer: Option<SocketAddr>, reason: &str) {
    event_at!(
        told.level(Level::INFO),
        target: TARGET,
        peer = peer.map(display),
        reason = cut(reason),
        "message dropped: it is no request that can be served"
    );
}

/// A client's connection broke under a call.
pub(super) fn connection_broken(to: &Endpoint, error: &Error) {
    count(Side::Client, error);
    info!(
        target: TARGET,
        side = ?Side::Client,
        peer = %to,
        kind = ?error.kind(),
        reason = error.message(),
        "connection ended"
    );
}

/// A client closes behind a call that failed, or because the server asks for it, as Kitex does.
pub(super) fn not_kept(to: &Endpoint, reason: &'static str) {
    debug!(
        target: TARGET,
        side = ?Side::Client,
        peer = %to,
        reason,
        "connection ended"
    );
}

/// An idle connection is of no more use: the server has closed it, or said what nobody asked for.
pub(super) fn found_closed(peer: Option<SocketAddr>) {
    debug!(
        target: TARGET,
        side = ?Side::Client,
        peer = peer.map(display),
        reason = "closed by the peer while it was idle",
        "connection ended"
    );
}

/// A connection that carries many calls at a time is over, with so many waiting for their replies.
pub(super) fn shared_connection_ended(
    side: Side,
    peer: Option<SocketAddr>,
    reason: &Error,
    calls: usize,
) {
    count(side, reason);
    let level = match calls {
        0 => Level::DEBUG,
        _ => Level::INFO,
    };
    event_at!(
        level,
        target: TARGET,
        ?side,
        peer = peer.map(display),
        calls,
        kind = ?reason.kind(),
        reason = reason.message(),
        "connection ended"
    );
}

/// On a connection that carries many calls at a time, one timed out without a byte having come since it
/// began.
pub(super) fn connection_suspected(peer: Option<SocketAddr>) {
    warn!(
        target: TARGET,
        peer = peer.map(display),
        "no new call on a connection that was silent for the whole time of one"
    );
}

/// A call timed out without a byte having come since it began. It closed its own connection, and with it
/// those that have been idle since before it began, if there were any.
pub(super) fn connections_suspected(to: &Endpoint, dropped: usize) {
    if dropped > 0 {
        warn!(
            target: TARGET,
            peer = %to,
            dropped,
            "no new call on connections that were silent for the whole time of one"
        );
    }
}
