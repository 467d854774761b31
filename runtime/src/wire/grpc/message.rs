//! Messages in a stream of DATA: a flag, a length of four bytes, the payload
//! (grpc-and-pingpong.md A.5). DATA frames have no say in where a message begins or ends.

mod chunks;
mod reader;

use bytes::{BufMut, BytesMut};

use super::status::grpc;
use crate::call::Encoding;
use crate::codec::{Encode, MAX_MESSAGE_LEN};
use crate::error::{Code, Result};
use crate::wire::append::Append;

pub(super) use chunks::READ_BUFFER;
pub use reader::MessageReader;

/// Length of the flag and the length in front of a payload, in bytes.
pub const PREFIX_LEN: usize = 5;

/// Largest message that is received unless configured otherwise, in bytes. grpc-go and tonic stop
/// at 4 MiB; Kitex takes what the prefix says.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// Flag of a payload that is as its codec wrote it.
const PLAIN: u8 = 0;
/// Flag of a payload that was compressed by what `grpc-encoding` names.
const COMPRESSED: u8 = 1;

/// Appends `message` with its prefix to `out`.
///
/// # Errors
/// Status 8: the message is longer than [`MAX_MESSAGE_LEN`] bytes. `out` is then as before.
///
/// # Panics
/// See [`Encode::encode_to`]. `out` is then as before.
pub fn put(message: &dyn Encode, encoding: Option<Encoding>, out: &mut BytesMut) -> Result<()> {
    let len = message.encoded_len();
    if len > MAX_MESSAGE_LEN {
        return Err(grpc(
            Code::RESOURCE_EXHAUSTED,
            format!("message too long to send ({len} vs. {MAX_MESSAGE_LEN})"),
        ));
    }
    let Some(encoding) = encoding else {
        put_plain(message, len, out);
        return Ok(());
    };
    let mut plain = BytesMut::with_capacity(len);
    message.encode_sized(len, &mut plain);
    put_compressed(&plain, encoding, out)
}

fn put_plain(message: &dyn Encode, len: usize, out: &mut BytesMut) {
    out.reserve(PREFIX_LEN + len);
    let appended = Append::new(out);
    appended.buf.put_u8(PLAIN);
    // At most MAX_MESSAGE_LEN.
    appended.buf.put_u32(len as u32);
    message.encode_sized(len, appended.buf);
    appended.keep();
}

fn put_compressed(plain: &[u8], encoding: Encoding, out: &mut BytesMut) -> Result<()> {
    let appended = Append::new(out);
    appended.buf.put_bytes(0, PREFIX_LEN);
    let payload = appended.buf.len();
    encoding.compress(plain, appended.buf)?;
    let len = u32::try_from(appended.buf.len() - payload)
        .map_err(|_| grpc(Code::RESOURCE_EXHAUSTED, "message too long to send"))?;
    let mut prefix = &mut appended.buf[payload - PREFIX_LEN..payload];
    prefix.put_u8(COMPRESSED);
    prefix.put_u32(len);
    appended.keep();
    Ok(())
}

#[cfg(test)]
mod tests;
