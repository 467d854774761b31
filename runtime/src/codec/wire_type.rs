//! Numbers of the binary protocol's wire types.

/// End of a struct: stands where a field's type would.
pub const STOP: u8 = 0;
/// One byte: 1 is true.
pub const BOOL: u8 = 2;
/// `byte` and `i8`: one byte.
pub const I8: u8 = 3;
/// `double`: 8 bytes, IEEE 754, big-endian.
pub const DOUBLE: u8 = 4;
/// Two bytes, big-endian, as all integers.
pub const I16: u8 = 6;
/// Four bytes; enums too.
pub const I32: u8 = 8;
/// Eight bytes.
pub const I64: u8 = 10;
/// `string` and `binary`: i32 length, then the bytes.
pub const STRING: u8 = 11;
/// Structs, unions and exceptions: fields, then [`STOP`].
pub const STRUCT: u8 = 12;
/// Key type, value type, i32 count, pairs.
pub const MAP: u8 = 13;
/// Element type, i32 count, elements.
pub const SET: u8 = 14;
/// As [`SET`].
pub const LIST: u8 = 15;
/// 16 bytes. Kitex does not know it.
pub const UUID: u8 = 16;

/// Bytes of a value whose type alone says how many, else `None`.
pub(super) const fn fixed_len(wire_type: u8) -> Option<usize> {
    Some(match wire_type {
        BOOL | I8 => 1,
        I16 => 2,
        I32 => 4,
        I64 | DOUBLE => 8,
        UUID => 16,
        _ => return None,
    })
}
