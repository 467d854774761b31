//! Strings and binaries: one wire type, a 4-byte length and the bytes.

use bytes::Bytes;
use faststr::FastStr;

use super::value::{Value, wire_type};
use super::{DecodeError, Reader, Writer};

const LENGTH: usize = 4;

fn write(bytes: &[u8], w: &mut Writer<'_>) {
    // A longer string cannot be expressed; no message that long can be framed either.
    w.put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
    w.put(bytes);
}

macro_rules! string {
    ($($ty:ty, $bytes:ident, $read:expr;)*) => {$(
        impl Value for $ty {
            const TYPE: u8 = wire_type::STRING;
            const MIN_LEN: usize = LENGTH;

            #[inline]
            fn len(&self) -> usize {
                LENGTH + self.$bytes().len()
            }

            #[inline]
            fn write(&self, w: &mut Writer<'_>) {
                write(self.$bytes().as_ref(), w);
            }

            #[inline]
            fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let len = r.count(1)?;
                ($read)(r, len)
            }
        }
    )*};
}

string! {
    FastStr, as_bytes, |r: &mut Reader<'_>, len| {
        if len <= super::COPY_MAX {
            return text(r.take(len)?).map(FastStr::new);
        }
        FastStr::from_bytes(r.take_bytes(len)?).map_err(|_| DecodeError::utf8())
    };
    String, as_bytes, |r: &mut Reader<'_>, len| text(r.take(len)?).map(str::to_owned);
    Bytes, as_ref, |r: &mut Reader<'_>, len| r.take_bytes(len);
}

fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError::utf8())
}
