//! Protobuf's wire format: keys, varints, lengths.

use streamgen_idl::model::Encoding;

use crate::options::MAX_DEPTH;
use crate::schema::Type;

pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const LENGTH: u8 = 2;
pub(super) const GROUP: u8 = 3;
pub(super) const GROUP_END: u8 = 4;
pub(super) const FIXED32: u8 = 5;

/// How a value of a type is written: one value, not a list.
pub(super) fn wire_type(ty: Type, encoding: Encoding) -> u8 {
    let is_fixed = encoding == Encoding::Fixed;
    match ty {
        Type::Float => FIXED32,
        Type::Double => FIXED64,
        Type::I32 | Type::U32 if is_fixed => FIXED32,
        Type::I64 | Type::U64 if is_fixed => FIXED64,
        Type::Struct(_) if encoding == Encoding::Group => GROUP,
        Type::String | Type::Binary | Type::Struct(_) | Type::Map(_) => LENGTH,
        _ => VARINT,
    }
}

pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The number of a field, and how its value is written.
pub(super) fn put_key(out: &mut Vec<u8>, number: i32, wire_type: u8) {
    put_varint(
        out,
        u64::from(number.cast_unsigned()) << 3 | u64::from(wire_type),
    );
}

/// Leaves room for a length of one byte, which most have; returns where.
pub(super) fn open(out: &mut Vec<u8>) -> usize {
    out.push(0);
    out.len() - 1
}

/// Fills in the length of what follows it. A long one moves what follows: each byte is moved once for each
/// message of 128 bytes or more around it, of which there are no more than [`MAX_DEPTH`]. Returns by how
/// far.
pub(super) fn close(out: &mut Vec<u8>, at: usize) -> usize {
    let mut length = out.len() - at - 1;
    let (mut bytes, mut by) = ([0; 10], 0);
    while length >= 0x80 {
        bytes[by] = length as u8 | 0x80;
        length >>= 7;
        by += 1;
    }
    out[at] = length as u8;
    if by > 0 {
        out.splice(at..at, bytes[..by].iter().copied());
    }
    by
}

/// A field as it stands in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'b> {
    pub(crate) number: i32,
    pub(super) wire_type: u8,
    /// Of a length-delimited field or a group, what is inside.
    pub(crate) value: &'b [u8],
}

/// The fields of a message, one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts<'b> {
    pub(crate) rest: &'b [u8],
}

impl<'b> Parts<'b> {
    /// The next field; the error says what is wrong with the bytes.
    pub(crate) fn next(&mut self) -> Result<Option<Part<'b>>, String> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.part(0).map(Some)
    }

    fn part(&mut self, depth: usize) -> Result<Part<'b>, String> {
        let key = self.varint()?;
        let wire_type = (key & 7) as u8;
        let number = i32::try_from(key >> 3)
            .ok()
            .filter(|&number| number > 0 && key <= u64::from(u32::MAX));
        let number = number.ok_or_else(|| format!("{} is no number of a field", key >> 3))?;
        let value = match wire_type {
            VARINT => {
                let from = self.rest;
                self.varint()?;
                &from[..from.len() - self.rest.len()]
            }
            FIXED64 => self.take(8)?,
            FIXED32 => self.take(4)?,
            LENGTH => {
                let length = self.varint()?;
                self.take(usize::try_from(length).unwrap_or(usize::MAX))?
            }
            GROUP => self.group(number, depth)?,
            _ => return Err(format!("{wire_type} is no type of Protobuf")),
        };
        Ok(Part {
            number,
            wire_type,
            value,
        })
    }

    /// What is in a group, up to its end.
    fn group(&mut self, number: i32, depth: usize) -> Result<&'b [u8], String> {
        if depth >= MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} levels"));
        }
        let inside = self.rest;
        loop {
            let before = self.rest.len();
            let mut ahead = *self;
            let key = ahead.varint()?;
            if (key & 7) as u8 != GROUP_END {
                self.part(depth + 1)?;
                continue;
            }
            if key >> 3 != u64::from(number.cast_unsigned()) {
                return Err(format!("the end of group {} is that of another", key >> 3));
            }
            *self = ahead;
            return Ok(&inside[..inside.len() - before]);
        }
    }

    pub(super) fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for (index, &byte) in self.rest.iter().enumerate().take(10) {
            value |= u64::from(byte & 0x7f) << (7 * index);
            // As Go's library and prost have it: of the last byte, one bit is left.
            if index == 9 && byte > 1 {
                return Err("a varint has more than 64 bits".to_owned());
            }
            if byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(value);
            }
        }
        Err("the message ends in a varint".to_owned())
    }

    pub(super) fn take(&mut self, length: usize) -> Result<&'b [u8], String> {
        let left = self.rest.len();
        let taken = self.rest.split_at_checked(length);
        let (taken, rest) = taken.ok_or_else(|| {
            format!("the message ends early: {length} bytes are expected, {left} are left")
        })?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUP, LENGTH, Parts, close, open, put_key, put_varint};

    #[test]
    fn lengths_of_any_size_are_filled_in() {
        for length in [0, 127, 128, 16_383, 16_384] {
            let mut out = b"before".to_vec();
            let at = open(&mut out);
            out.resize(out.len() + length, 7);
            close(&mut out, at);
            let mut parts = Parts { rest: &out[6..] };
            assert_eq!(parts.varint(), Ok(length as u64));
            assert_eq!(parts.take(length), Ok(&vec![7; length][..]));
            assert!(parts.rest.is_empty());
        }
    }

    #[test]
    fn fields_are_read_one_by_one() {
        let mut out = Vec::new();
        put_key(&mut out, 1, LENGTH);
        put_varint(&mut out, 2);
        out.extend(b"ab");
        put_key(&mut out, 2, GROUP);
        put_key(&mut out, 3, 0);
        put_varint(&mut out, u64::MAX);
        put_key(&mut out, 2, 4);
        let mut parts = Parts { rest: &out };
        let first = parts.next().expect("it is whole").expect("it is there");
        assert_eq!((first.number, first.value), (1, &b"ab"[..]));
        let group = parts.next().expect("it is whole").expect("it is there");
        assert_eq!((group.number, group.value.len()), (2, 11));
        assert!(parts.next().expect("it is whole").is_none());
    }

    #[test]
    fn bytes_that_are_no_message_are_errors() {
        let wrong: [&[u8]; 8] = [
            &[0x80],
            &[0xff; 11],
            &[
                0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2,
            ],
            &[0],
            &[0x0e],
            &[0x0a, 5, 1],
            &[0x0b, 0x14],
            &[0x0b, 0x08, 1],
        ];
        for bytes in wrong {
            assert!(Parts { rest: bytes }.next().is_err(), "{bytes:?}");
        }
        assert!(Parts { rest: &[0x0b; 200] }.next().is_err());
    }
}
