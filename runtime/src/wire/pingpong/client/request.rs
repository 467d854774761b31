//! Encodes requests.

use std::sync::atomic::{AtomicI32, Ordering};

use bytes::BytesMut;

use super::PingPongPool;
use super::config::Sharing;
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::Result;
use crate::wire::pingpong::envelope::{Envelope, MessageType};
use crate::wire::pingpong::{checksum, keys, message};
use crate::wire::ttheader::frame::{FLAG_OUT_OF_ORDER, Header};

/// The last sequence id used, on any connection of the process, as in Kitex.
static LAST_SEQ_ID: AtomicI32 = AtomicI32::new(0);

/// The next sequence id. Wraps around, and skips 0, because a multiplexing server uses 0 for
/// messages about the connection itself (C.9).
pub(super) fn next_seq_id() -> i32 {
    loop {
        let id = LAST_SEQ_ID.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if id != 0 {
            return id;
        }
    }
}

/// Appends a request. On error, appends nothing.
///
/// # Errors
/// The header cannot carry the metainfo, or the message exceeds the largest length.
pub(super) fn put(
    pool: &PingPongPool,
    call: &Outgoing,
    args: &(dyn Encode + Sync),
    seq_id: i32,
    out: &mut BytesMut,
) -> Result<()> {
    let envelope = Envelope {
        payload: call.service.payload,
        kind: MessageType::of(call.method.mode),
        method: call.shared_method(),
        seq_id,
    };
    let framing = pool.framing;
    if !framing.has_header() {
        return message::put(framing, &Header::default(), &envelope, args, out);
    }
    let mut header = keys::request_header(framing, call, seq_id);
    if matches!(pool.config.sharing, Sharing::Multiplexed { .. }) {
        header.flags |= FLAG_OUT_OF_ORDER;
    }
    match pool.config.checksum {
        true => checksum::put(framing, header, &envelope, args, out),
        false => message::put(framing, &header, &envelope, args, out),
    }
}
