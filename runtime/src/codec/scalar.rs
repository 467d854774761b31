//! Fixed-size values: numbers and bool.

use super::value::HEAD_LEN;
use super::{DecodeError, Length, Reader, Value, Writer, wire_type};

/// Types whose big-endian bytes are the value. Head and value are one write and one read, a list is
/// one bounds check and a loop that vectorises.
macro_rules! fixed {
    ($($ty:ty: $wire:ident, $len:literal;)*) => {$(
        impl Value for $ty {
            const TYPE: u8 = wire_type::$wire;
            const MIN_LEN: usize = $len;

            #[inline(always)]
            fn measure(&self, length: &mut Length) {
                length.add($len);
            }

            #[inline(always)]
            fn write(&self, w: &mut Writer<'_>) {
                w.put_array(self.to_be_bytes());
            }

            #[inline(always)]
            fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                *self = Self::from_be_bytes(r.array()?);
                Ok(())
            }

            #[inline(always)]
            fn write_field(&self, id: i16, w: &mut Writer<'_>) {
                let mut field = [0; HEAD_LEN + $len];
                field[0] = wire_type::$wire;
                field[1..HEAD_LEN].copy_from_slice(&id.to_be_bytes());
                field[HEAD_LEN..].copy_from_slice(&self.to_be_bytes());
                w.put_array(field);
            }

            #[inline(always)]
            fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
                let [_, _, _, value @ ..] = r.array::<{ HEAD_LEN + $len }>()?;
                *self = Self::from_be_bytes(value);
                Ok(())
            }

            #[inline(always)]
            fn measure_all(values: &[Self], length: &mut Length) {
                length.add(values.len() * $len);
            }

            #[inline]
            fn write_all(values: &[Self], w: &mut Writer<'_>) {
                w.put_arrays(values, |value| value.to_be_bytes());
            }

            #[inline]
            fn read_all(
                values: &mut Vec<Self>,
                count: usize,
                r: &mut Reader<'_>,
            ) -> Result<(), DecodeError> {
                let bytes = r.arrays(count)?;
                values.extend(bytes.iter().map(|value| Self::from_be_bytes(*value)));
                Ok(())
            }
        }
    )*};
}

fixed! {
    i8: I8, 1;
    i16: I16, 2;
    i32: I32, 4;
    i64: I64, 8;
    f64: DOUBLE, 8;
}

impl Value for bool {
    const TYPE: u8 = wire_type::BOOL;
    const MIN_LEN: usize = 1;

    #[inline(always)]
    fn measure(&self, length: &mut Length) {
        length.add(1);
    }

    /// Strictly 0 or 1: Kitex takes nothing else for true.
    #[inline(always)]
    fn write(&self, w: &mut Writer<'_>) {
        w.put_array([u8::from(*self)]);
    }

    /// 1 is true, any other byte is false, as in Kitex (gopkg protocol/thrift/binary.go).
    #[inline(always)]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        *self = r.array()? == [1];
        Ok(())
    }

    #[inline(always)]
    fn write_field(&self, id: i16, w: &mut Writer<'_>) {
        let [high, low] = id.to_be_bytes();
        w.put_array([wire_type::BOOL, high, low, u8::from(*self)]);
    }

    #[inline(always)]
    fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let [_, _, _, byte] = r.array()?;
        *self = byte == 1;
        Ok(())
    }
}
