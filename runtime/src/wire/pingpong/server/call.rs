//! One call at a server: how its handler begins, and what is answered when the handler ends.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

use crate::call::{Cancellation, Incoming, Shape};
use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, Result};
use crate::service::Mode;
use crate::wire::pingpong::envelope::MessageType;
use crate::wire::pingpong::keys;
use crate::wire::pingpong::message::Message;
use crate::wire::ttheader::frame::{int_key, str_key};
use crate::wire::{Dispatch, Pending, PingPongHandler, PingPongOutcome};

/// The limits of a call, which can end it before its handler returns.
pub(super) struct Limits {
    pub(super) timeout: Option<Duration>,
    /// The caller waits for no answer, so it may close the connection without giving up the call.
    pub(super) one_way: bool,
}

/// A handler that has begun, and the value that turns its end into an outcome.
pub(super) type Begun = (PingPongHandler, Pending);

/// Finds the method of a request and begins its handler. `args` is the request without its
/// envelope.
///
/// # Errors
/// The exception to answer instead.
pub(super) fn begin(
    dispatch: &dyn Dispatch,
    incoming: Incoming,
    args: Bytes,
    cancellation: &Cancellation,
) -> Result<(Begun, Limits), ApplicationException> {
    let timeout = incoming.timeout;
    let route = dispatch.route(&incoming)?;
    let one_way = route.method().mode == Mode::OneWay;
    let begun = route.call(incoming, args, cancellation.clone())?;
    Ok((begun, Limits { timeout, one_way }))
}

/// The outcome to answer, after the handler has ended or was dropped; `None` if nobody waits for
/// it.
pub(super) fn answerable(
    outcome: Option<PingPongOutcome>,
    cancellation: &Cancellation,
) -> Option<PingPongOutcome> {
    match (outcome, cancellation.reason()) {
        // The handler returned the reason that ended its call: the peer is gone, or must see the
        // server close the connection.
        (Some(outcome), Some(ended)) if ended.is_canceled() && outcome.is_canceled() => None,
        (Some(outcome), _) => Some(outcome),
        // The caller's timer may have started a little later, so the caller may still wait.
        (None, Some(reason)) if reason.is_timeout() => Some(PingPongOutcome::of(reason.clone())),
        (None, _) => None,
    }
}

pub(super) fn closed_by_peer() -> Error {
    Error::new(ErrorKind::Canceled, 0, "connection closed by peer")
}

pub(super) fn deadline_exceeded() -> Error {
    Error::new(ErrorKind::Timeout, 0, "context deadline exceeded")
}

/// Describes a request for the dispatch, and gives its arguments.
pub(super) fn incoming(request: Message, peer: Option<SocketAddr>) -> (Incoming, Bytes) {
    let Message {
        framing,
        header,
        envelope,
        body,
    } = request;
    let caller = header.int(int_key::FROM_SERVICE).cloned();
    let timeout = keys::timeout(&header);
    let metadata = header.strings;
    let incoming = Incoming {
        package: None,
        service: FastStr::new(metadata.get(str_key::SERVICE).unwrap_or_default()),
        method: envelope.method,
        metadata,
        caller: caller.unwrap_or_default(),
        payload: envelope.payload,
        shape: match envelope.kind {
            MessageType::OneWay => Shape::OneWay,
            _ => Shape::Call,
        },
        abilities: framing.abilities(),
        peer,
        certificates: None,
        timeout,
    };
    (incoming, body)
}

pub(super) fn closing() -> Error {
    Error::new(
        ErrorKind::Connection,
        0,
        "closing after a request that was not served",
    )
}
