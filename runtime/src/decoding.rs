//! Decodes what a peer has sent, and reports messages that take too much memory.

use bytes::Bytes;
use tracing::Level;

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

/// Reports that a message was given up because decoding it takes too much memory. Other errors concern
/// the call alone, which says so. The codec knows no connection: this is told for the process.
#[cold]
#[inline(never)]
pub(crate) fn report(error: &DecodeError, side: Side) {
    static AT_CLIENTS: Seldom = Seldom::new();
    static AT_SERVERS: Seldom = Seldom::new();
    let DecodeErrorKind::Decoded { len, max } = error.kind() else {
        return;
    };
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
