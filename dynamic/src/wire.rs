//! The marks of Thrift's binary protocol.

pub(crate) const STOP: u8 = 0;
pub(crate) const BOOL: u8 = 2;
pub(crate) const I8: u8 = 3;
pub(crate) const DOUBLE: u8 = 4;
pub(crate) const I16: u8 = 6;
pub(crate) const I32: u8 = 8;
pub(crate) const I64: u8 = 10;
pub(crate) const STRING: u8 = 11;
pub(crate) const STRUCT: u8 = 12;
pub(crate) const MAP: u8 = 13;
pub(crate) const SET: u8 = 14;
pub(crate) const LIST: u8 = 15;
pub(crate) const UUID: u8 = 16;

/// What precedes the value of a field.
pub(crate) fn put_head(out: &mut Vec<u8>, wire_type: u8, id: i16) {
    let [high, low] = id.to_be_bytes();
    out.extend_from_slice(&[wire_type, high, low]);
}

/// Leaves room for a length or a count, which [`set_length`] fills in; returns where.
pub(crate) fn put_length(out: &mut Vec<u8>) -> usize {
    out.extend_from_slice(&[0; 4]);
    out.len() - 4
}

/// Fills in a length or a count. It fits: `JsonOptions::max_bytes` keeps messages below 2 GiB.
pub(crate) fn set_length(out: &mut [u8], at: usize, length: usize) {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
}

/// A string or a binary.
pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let at = put_length(out);
    out.extend_from_slice(bytes);
    set_length(out, at, bytes.len());
}

/// The name of a wire type, for messages.
pub(crate) fn name(wire_type: u8) -> &'static str {
    match wire_type {
        BOOL => "bool",
        I8 => "i8",
        DOUBLE => "double",
        I16 => "i16",
        I32 => "i32",
        I64 => "i64",
        STRING => "string or binary",
        STRUCT => "struct",
        MAP => "map",
        SET => "set",
        LIST => "list",
        UUID => "uuid",
        _ => "unknown type",
    }
}
