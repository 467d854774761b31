//! Structs: what generated code implements, and what follows from it.

use super::value::{Value, wire_type};
use super::{DecodeError, Encode, Message, Reader, Writer};

/// Bytes of a field's head.
const HEAD: usize = 3;

/// A Thrift struct, union or exception. Generated code implements these three functions; message
/// and value follow.
pub trait Struct: Sized {
    /// Exact number of bytes that [`Struct::write_fields`] writes.
    fn fields_len(&self) -> usize;

    /// Writes the fields, without the stop byte.
    fn write_fields(&self, w: &mut Writer<'_>);

    /// Reads fields up to and including the stop byte.
    ///
    /// # Errors
    /// Bytes that are no such struct.
    fn read_fields(r: &mut Reader<'_>) -> Result<Self, DecodeError>;
}

/// Bytes of a field with its head.
#[inline]
pub fn field_len<T: Value>(value: &T) -> usize {
    HEAD + value.len()
}

/// Bytes of a field that may be absent.
#[inline]
pub fn optional_len<T: Value>(value: &Option<T>) -> usize {
    value.as_ref().map_or(0, field_len)
}

impl<T: Struct> Value for T {
    const TYPE: u8 = wire_type::STRUCT;
    const MIN_LEN: usize = 1;

    #[inline]
    fn len(&self) -> usize {
        self.fields_len() + 1
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        self.write_fields(w);
        w.stop();
    }

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.nested(T::read_fields)
    }
}

impl<T: Struct> Encode for T {
    fn encoded_len(&self) -> usize {
        self.fields_len() + 1
    }

    fn encode(&self, w: &mut Writer<'_>) {
        self.write_fields(w);
        w.stop();
    }
}

impl<T: Struct + Send> Message for T {
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read_fields(r)
    }
}

/// A boxed struct is that struct: recursion needs the box in Rust, not on the wire.
impl<T: Struct> Struct for Box<T> {
    #[inline]
    fn fields_len(&self) -> usize {
        (**self).fields_len()
    }

    #[inline]
    fn write_fields(&self, w: &mut Writer<'_>) {
        (**self).write_fields(w);
    }

    #[inline]
    fn read_fields(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read_fields(r).map(Box::new)
    }
}
