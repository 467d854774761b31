//! JSON to Protobuf's wire format and back, by proto3's JSON mapping, each in one pass without a tree.

mod decode;
mod encode;
mod field_mask;
mod time;
mod wire;

pub(crate) use decode::decode;
pub(crate) use encode::encode;
pub(crate) use wire::Parts;

/// A string, bytes or a message.
pub(crate) fn put_field(out: &mut Vec<u8>, number: i32, value: &[u8]) {
    wire::put_key(out, number, wire::LENGTH);
    wire::put_varint(out, value.len() as u64);
    out.extend_from_slice(value);
}
