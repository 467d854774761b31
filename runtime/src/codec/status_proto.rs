//! The two Protobuf messages that wires put beside a program's own, a code and a text each:
//! `google.rpc.Status` in `grpc-status-details-bin`
//! (`{ 1: int32 code, 2: string message, 3: repeated google.protobuf.Any details }`), and the exception
//! of a KitexProtobuf call (`{ 1: int32 TypeID, 2: string Message }`, kitex
//! pkg/remote/codec/protobuf/error.proto).
//!
//! Read and written by hand, as calls with Thrift payloads carry the first too and need nothing else
//! of Protobuf.

use bytes::{BufMut, Bytes, BytesMut};
use faststr::FastStr;

/// Key of the code: field 1, varint.
const CODE: u64 = 1 << 3;
/// Key of the message: field 2, length-delimited.
const MESSAGE: u64 = 2 << 3 | 2;
/// Key of each of the details: field 3, length-delimited.
const DETAIL: u64 = 3 << 3 | 2;

/// An encoded `google.rpc.Status`, for
/// [`Error::with_status_details`](crate::Error::with_status_details). `details` are encoded
/// messages of type `google.protobuf.Any`.
#[must_use]
pub fn encode_details<'a>(
    code: i32,
    message: &str,
    details: impl IntoIterator<Item = &'a [u8]>,
) -> Bytes {
    let mut out = BytesMut::new();
    if code != 0 {
        put_varint(CODE, &mut out);
        // An int32 is sign-extended to 64 bits.
        put_varint(i64::from(code) as u64, &mut out);
    }
    if !message.is_empty() {
        put_field(MESSAGE, message.as_bytes(), &mut out);
    }
    for detail in details {
        put_field(DETAIL, detail, &mut out);
    }
    out.freeze()
}

/// Code and message of an encoded status or exception; `None` if it is none. Other fields are skipped.
pub(crate) fn decode(mut bytes: &[u8]) -> Option<(i32, FastStr)> {
    let (mut code, mut message) = (0, FastStr::empty());
    while !bytes.is_empty() {
        match varint(&mut bytes)? {
            CODE => code = varint(&mut bytes)? as i32,
            MESSAGE => message = FastStr::new_u8_slice(delimited(&mut bytes)?).ok()?,
            key => skip(key, &mut bytes)?,
        }
    }
    Some((code, message))
}

/// Skips the value of a field: a number, eight bytes, a length and bytes, four bytes. Groups
/// (3 and 4) are no part of this message.
fn skip(key: u64, bytes: &mut &[u8]) -> Option<()> {
    if key >> 3 == 0 {
        return None;
    }
    match key & 7 {
        0 => varint(bytes).map(drop),
        1 => take(8, bytes).map(drop),
        2 => delimited(bytes).map(drop),
        5 => take(4, bytes).map(drop),
        _ => None,
    }
}

fn delimited<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = usize::try_from(varint(bytes)?).ok()?;
    take(len, bytes)
}

fn take<'a>(len: usize, bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(taken)
}

/// Seven bits a byte, lowest first; ten bytes at most.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn put_varint(mut value: u64, out: &mut BytesMut) {
    while value > 0x7f {
        out.put_u8(value as u8 | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

fn put_field(key: u64, content: &[u8], out: &mut BytesMut) {
    put_varint(key, out);
    put_varint(content.len() as u64, out);
    out.put_slice(content);
}
