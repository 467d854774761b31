//! DATA frames, encoded in place.

use super::batch::Batch;
use super::errors::from_encode;
use crate::codec::Encode;
use crate::error::{Result, Side};
use crate::frame::DataHead;

/// Appends a DATA frame with `message`: size first, then head and payload into reserved room.
///
/// # Errors
/// A message too large for a frame; the stream goes on.
#[inline]
pub(super) fn append_message(
    batch: &mut Batch,
    head: &DataHead,
    sid: i32,
    message: &dyn Encode,
    side: Side,
) -> Result<()> {
    let len = message.encoded_len();
    let buf = batch.buf();
    buf.reserve(head.len() + len);
    head.write(sid, len, buf)
        .map_err(|error| from_encode(side, error))?;
    message.encode_to(buf);
    batch.add_frame();
    Ok(())
}
