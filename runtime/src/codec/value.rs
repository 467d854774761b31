//! What can stand in a field, a container or an argument.

use super::{DecodeError, Reader, Writer};

/// Numbers of Thrift's wire types.
pub mod wire_type {
    #![allow(missing_docs)]
    pub const STOP: u8 = 0;
    pub const BOOL: u8 = 2;
    pub const I8: u8 = 3;
    pub const DOUBLE: u8 = 4;
    pub const I16: u8 = 6;
    pub const I32: u8 = 8;
    pub const I64: u8 = 10;
    pub const STRING: u8 = 11;
    pub const STRUCT: u8 = 12;
    pub const MAP: u8 = 13;
    pub const SET: u8 = 14;
    pub const LIST: u8 = 15;
    pub const UUID: u8 = 16;
}

/// A Thrift value of one wire type.
pub trait Value: Sized {
    /// Its number in [`wire_type`].
    const TYPE: u8;
    /// Fewest bytes a value takes: bounds what a container may claim.
    const MIN_LEN: usize;

    /// Exact number of bytes that [`Value::write`] writes.
    fn len(&self) -> usize;

    /// Writes the value, without head.
    fn write(&self, w: &mut Writer<'_>);

    /// Reads the value.
    ///
    /// # Errors
    /// Bytes that are no such value.
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

macro_rules! fixed {
    ($($ty:ty: $wire:ident, $len:literal;)*) => {$(
        impl Value for $ty {
            const TYPE: u8 = wire_type::$wire;
            const MIN_LEN: usize = $len;

            #[inline]
            fn len(&self) -> usize {
                $len
            }

            #[inline]
            fn write(&self, w: &mut Writer<'_>) {
                w.put(&self.to_be_bytes());
            }

            #[inline]
            fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_be_bytes(r.array()?))
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

    #[inline]
    fn len(&self) -> usize {
        1
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        w.put_u8(u8::from(*self));
    }

    /// Kitex takes 1 for true and any other byte for false.
    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(r.array::<1>()? == [1])
    }
}
