//! Appends messages to the out buffer of a connection that many calls share.

use bytes::BytesMut;

use crate::error::Result;
use crate::wire::outbox::{ENCODE_APART, Outbox};

/// Queues the message that `put` appends: the whole message, or nothing if `put` fails. `body_len`
/// is about the length of the message.
///
/// # Errors
/// `put` failed, or the connection is closed, for the returned reason.
pub(super) fn put(
    out: &Outbox,
    body_len: usize,
    put: impl FnOnce(&mut BytesMut) -> Result<()>,
) -> Result<()> {
    if body_len <= ENCODE_APART {
        return out.push_control(|batch| {
            put(batch.bytes.buf())?;
            batch.add_frame();
            Ok(())
        });
    }
    let mut message = BytesMut::new();
    put(&mut message)?;
    out.push_control(|batch| {
        batch.bytes.push_piece(message.freeze());
        batch.add_frame();
        Ok(())
    })
}
