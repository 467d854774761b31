//! Strings and binaries.

use std::str;

use bytes::Bytes;
use faststr::FastStr;

use super::value::HEAD_LEN;
use super::{DecodeError, DecodeErrorKind, Length, Reader, Value, Writer, wire_type};

/// Bytes of a string's or binary's length.
const LENGTH_LEN: usize = 4;

/// Longest string, in bytes, that `FastStr` holds without memory of its own.
const INLINE_MAX: usize = 30;

#[cold]
#[inline(never)]
fn not_utf8<E>(_: E) -> DecodeError {
    DecodeError::new(DecodeErrorKind::Utf8)
}

/// Everything but reading is the same for all of them.
macro_rules! string {
    ($($ty:ty: $write:ident, $add:ident, |$r:ident| $read:expr;)*) => {$(
        impl Value for $ty {
            const TYPE: u8 = wire_type::STRING;
            const MIN_LEN: usize = LENGTH_LEN;

            #[inline]
            fn measure(&self, length: &mut Length) {
                length.add(LENGTH_LEN);
                length.$add(self.len());
            }

            #[inline]
            fn write(&self, w: &mut Writer<'_>) {
                w.$write(self.as_ref());
            }

            fn read_into(&mut self, $r: &mut Reader<'_>) -> Result<(), DecodeError> {
                *self = $read;
                Ok(())
            }

            fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                r.take(HEAD_LEN)?;
                self.read_into(r)
            }

            fn read_optional_field(
                slot: &mut Option<Self>,
                r: &mut Reader<'_>,
            ) -> Result<(), DecodeError> {
                slot.insert(Self::default()).read_field(r)
            }
        }
    )*};
}

string! {
    FastStr: string, add, |r| fast_str(r)?;
    String: string, add, |r| str::from_utf8(r.string()?).map_err(not_utf8)?.to_owned();
    Vec<u8>: string, add, |r| r.string()?.to_vec();
}

/// Short strings stay in the value, long ones share the message's buffer.
#[inline(always)]
fn fast_str(r: &mut Reader<'_>) -> Result<FastStr, DecodeError> {
    let bytes = r.string()?;
    if bytes.len() <= INLINE_MAX {
        let text = str::from_utf8(bytes).map_err(not_utf8)?;
        return Ok(FastStr::new(text));
    }
    FastStr::from_bytes(r.own(bytes)).map_err(not_utf8)
}

impl Value for Bytes {
    const TYPE: u8 = wire_type::STRING;
    const MIN_LEN: usize = LENGTH_LEN;

    #[inline]
    fn measure(&self, length: &mut Length) {
        length.add(LENGTH_LEN);
        length.add_bytes(self.len());
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        w.binary(self);
    }

    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let bytes = r.string()?;
        *self = r.own(bytes);
        Ok(())
    }

    fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.take(HEAD_LEN)?;
        self.read_into(r)
    }

    fn read_optional_field(slot: &mut Option<Self>, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        slot.insert(Self::default()).read_field(r)
    }
}
