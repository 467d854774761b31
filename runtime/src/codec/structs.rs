//! Structs: what generated code implements, and what follows from it.

use super::fields::Fields;
use super::value::{Value, wire_type};
use super::{DecodeError, Encode, Message, Reader, Writer};

/// Bytes of a field's head.
const HEAD: usize = 3;

/// A Thrift struct, union or exception. Generated code lists the fields twice, to write and to
/// read; [`Value`], [`Encode`] and [`Message`] follow.
pub trait Struct: Default {
    /// The IDL's name, for errors.
    const NAME: &'static str;

    /// Hands every field that is to be written to `sink`, in order. The same listing computes the
    /// size and writes the bytes, so the two cannot differ.
    fn encode_fields<S: FieldSink>(&self, sink: &mut S);

    /// Reads all fields into `self`, which begins as the default.
    ///
    /// # Errors
    /// Bytes that are no such struct.
    fn decode_fields(&mut self, fields: &mut Fields<'_, '_>) -> Result<(), DecodeError>;
}

/// Where a struct's fields go.
pub trait FieldSink {
    /// Takes a field.
    fn field<T: Value>(&mut self, id: i16, value: &T);

    /// Takes a field if it is set.
    #[inline]
    fn optional<T: Value>(&mut self, id: i16, value: &Option<T>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }
}

/// Adds up what the fields will take.
struct Size(usize);

impl FieldSink for Size {
    #[inline]
    fn field<T: Value>(&mut self, _: i16, value: &T) {
        self.0 += HEAD + value.len();
    }
}

impl FieldSink for Writer<'_> {
    #[inline]
    fn field<T: Value>(&mut self, id: i16, value: &T) {
        self.head(T::TYPE, id);
        value.write(self);
    }
}

impl<T: Struct> Value for T {
    const TYPE: u8 = wire_type::STRUCT;
    const MIN_LEN: usize = 1;

    #[inline]
    fn len(&self) -> usize {
        // The stop byte.
        let mut size = Size(1);
        self.encode_fields(&mut size);
        size.0
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        self.encode_fields(w);
        w.stop();
    }

    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        r.nested(|r| {
            let mut value = T::default();
            value.decode_fields(&mut Fields::new(r, T::NAME))?;
            Ok(value)
        })
    }
}

impl<T: Struct> Encode for T {
    fn encoded_len(&self) -> usize {
        self.len()
    }

    fn encode(&self, w: &mut Writer<'_>) {
        self.write(w);
    }
}

impl<T: Struct + Send> Message for T {
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read(r)
    }
}

/// A boxed struct is that struct: recursion needs the box in Rust, not on the wire.
impl<T: Struct> Struct for Box<T> {
    const NAME: &'static str = T::NAME;

    #[inline]
    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        (**self).encode_fields(sink);
    }

    #[inline]
    fn decode_fields(&mut self, fields: &mut Fields<'_, '_>) -> Result<(), DecodeError> {
        (**self).decode_fields(fields)
    }
}
