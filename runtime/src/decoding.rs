//! Decodes what a peer has sent, and reports messages above a limit.

use bytes::Bytes;
use tracing::{Level, debug};

use crate::codec::{DecodeError, DecodeErrorKind, Message};
use crate::error::Side;
use crate::measure::{Limit, limit_hit};
use crate::trace::{Seldom, event_at, target};

/// Decodes a message that this side has received.
///
/// # Errors
/// Those of [`Message::decode_from`].
#[inline]
pub(crate) fn decode<T: Message>(bytes: Bytes, side: Side) -> Result<T, DecodeError> {
    T::decode_from(bytes).inspect_err(|error| report(error, side))
}

/// Reports that a message was given up because decoding it takes too much memory, or because it nests
/// too deep. Other errors concern the call alone, which says so. The codec knows no connection: this is
/// told for the process.
#[cold]
#[inline(never)]
pub(crate) fn report(error: &DecodeError, side: Side) {
    match error.kind() {
        DecodeErrorKind::Decoded { len, max } => too_much(side, len, max),
        DecodeErrorKind::TooDeep => too_deep(side),
        _ => {}
    }
}

fn too_deep(side: Side) {
    limit_hit(Limit::Depth, side, "");
    match side {
        Side::Client => debug!(target: target::CLIENT, "message refused: it nests too deep"),
        Side::Server => debug!(target: target::SERVER, "message refused: it nests too deep"),
    }
}

fn too_much(side: Side, len: usize, max: usize) {
    static AT_CLIENTS: Seldom = Seldom::new();
    static AT_SERVERS: Seldom = Seldom::new();
    limit_hit(Limit::Decoded, side, "");
    match side {
        Side::Client => event_at!(
            AT_CLIENTS.level(Level::INFO),
            target: target::CLIENT,
            len,
            max,
            "message refused: decoding it takes too much memory"
        ),
        Side::Server => event_at!(
            AT_SERVERS.level(Level::INFO),
            target: target::SERVER,
            len,
            max,
            "message refused: decoding it takes too much memory"
        ),
    }
}
