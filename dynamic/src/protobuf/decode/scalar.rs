//! Numbers, strings, bytes, booleans and enums.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use streamgen_idl::model::Encoding;

use super::Decoder;
use crate::decode::digits::{put_integer, put_unsigned};
use crate::decode::string::put_text;
use crate::decode::text::{put_double, put_float, put_json};
use crate::decode::{Done, failed, plain};
use crate::error::Place;
use crate::options::{BinaryForm, EnumForm};
use crate::protobuf::wire::{FIXED32, FIXED64, LENGTH, Parts, VARINT, wire_type};
use crate::schema::{NULL_VALUE, Type};

/// The bytes of zero: what a field that is not there is.
pub(super) fn zero(ty: Type, encoding: Encoding) -> &'static [u8] {
    match wire_type(ty, encoding) {
        VARINT => &[0],
        FIXED32 => &[0; 4],
        FIXED64 => &[0; 8],
        _ => &[],
    }
}

pub(super) fn is_zero(ty: Type, encoding: Encoding, value: &[u8]) -> bool {
    match wire_type(ty, encoding) {
        // A varint may be longer than it has to be, and of 32 bits, what is above them does not count.
        VARINT => varint(value).is_ok_and(|bits| match ty {
            Type::I32 | Type::U32 | Type::Enum(_) => bits as u32 == 0,
            _ => bits == 0,
        }),
        LENGTH => value.is_empty(),
        _ => value.iter().all(|&byte| byte == 0),
    }
}

fn varint(value: &[u8]) -> Done<u64> {
    Parts { rest: value }.varint().map_err(plain)
}

fn array<const N: usize>(value: &[u8]) -> Done<[u8; N]> {
    let found = <[u8; N]>::try_from(value);
    found.map_err(|_| plain(format!("expected {N} bytes, found {}", value.len())))
}

impl Decoder<'_> {
    /// One value, of whose type these are the bytes.
    pub(super) fn single(
        &mut self,
        ty: Type,
        encoding: Encoding,
        value: &[u8],
        place: Place,
    ) -> Done {
        match ty {
            Type::Struct(at) => self.message(at as usize, value, place)?,
            Type::Bool => {
                let text: &[u8] = if varint(value)? == 0 {
                    b"false"
                } else {
                    b"true"
                };
                self.out.extend_from_slice(text);
            }
            Type::String => {
                let text = std::str::from_utf8(value);
                let text = text.map_err(|_| failed("the string is not UTF-8", place))?;
                put_text(self.out, text);
            }
            Type::Binary => self.bytes(value, place)?,
            Type::Float => put_float(self.out, f32::from_le_bytes(array(value)?)),
            Type::Double => put_double(self.out, f64::from_le_bytes(array(value)?)),
            Type::Enum(at) => self.enumeration(at, varint(value)? as i32),
            Type::I64 | Type::U64 if self.large_as_text => {
                self.out.push(b'"');
                self.integer(ty, encoding, value)?;
                self.out.push(b'"');
            }
            _ => self.integer(ty, encoding, value)?,
        }
        Ok(())
    }

    fn integer(&mut self, ty: Type, encoding: Encoding, value: &[u8]) -> Done {
        let is_small = matches!(ty, Type::I32 | Type::U32);
        let bits = match encoding {
            Encoding::Fixed if is_small => u32::from_le_bytes(array(value)?).into(),
            Encoding::Fixed => u64::from_le_bytes(array(value)?),
            Encoding::ZigZag => {
                let mut zigzag = varint(value)?;
                // The sign of 32 bits is among them, so that what is above goes first.
                if is_small {
                    zigzag &= u64::from(u32::MAX);
                }
                let sign = (zigzag & 1).wrapping_neg();
                (zigzag >> 1) ^ sign
            }
            _ => varint(value)?,
        };
        // Of 32 bits, what is above them does not count.
        match ty {
            Type::I32 => put_integer(self.out, (bits as i32).into()),
            Type::U32 => put_unsigned(self.out, (bits as u32).into()),
            Type::U64 => put_unsigned(self.out, bits),
            _ => put_integer(self.out, bits.cast_signed()),
        }
        Ok(())
    }

    fn bytes(&mut self, value: &[u8], place: Place) -> Done {
        if self.options.binary == BinaryForm::Text {
            let text = std::str::from_utf8(value).map_err(|_| {
                let problem = "the bytes are not UTF-8, so that only base64 can show them";
                failed(problem, place)
            })?;
            put_json(self.out, text);
            return Ok(());
        }
        self.out.push(b'"');
        let from = self.out.len();
        let length = base64::encoded_len(value.len(), true).unwrap_or(usize::MAX);
        self.out.resize(from + length, 0);
        let encoded = STANDARD.encode_slice(value, &mut self.out[from..]);
        debug_assert_eq!(encoded, Ok(length));
        self.out.push(b'"');
        Ok(())
    }

    fn enumeration(&mut self, at: u32, number: i32) {
        let of = &self.schema.enums[at as usize];
        if of.name == NULL_VALUE {
            return self.out.extend_from_slice(b"null");
        }
        let name = of
            .names
            .get(&number)
            .filter(|_| self.enums == EnumForm::Name);
        match name {
            Some(name) => put_json(self.out, &**name),
            None => put_json(self.out, &number),
        }
    }

    /// Whether the bytes are a value of the type: a number without a name is none of a closed enum, and
    /// counts as a field that is not known.
    pub(super) fn is_value(&self, ty: Type, value: &[u8]) -> bool {
        let Type::Enum(at) = ty else { return true };
        let of = &self.schema.enums[at as usize];
        if !of.closed {
            return true;
        }
        let number = varint(value).map(|number| number as i32);
        number.is_ok_and(|number| of.names.contains_key(&number))
    }

    /// A key of a map, with its quotes.
    pub(super) fn key(&mut self, ty: Type, encoding: Encoding, value: &[u8], place: Place) -> Done {
        match ty {
            Type::String => self.single(ty, encoding, value, place),
            Type::Bool => {
                let text: &[u8] = if varint(value)? == 0 {
                    b"\"false\""
                } else {
                    b"\"true\""
                };
                self.out.extend_from_slice(text);
                Ok(())
            }
            _ => {
                self.out.push(b'"');
                self.integer(ty, encoding, value)?;
                self.out.push(b'"');
                Ok(())
            }
        }
    }
}
