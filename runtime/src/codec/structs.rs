//! Structs: what generated code implements, and what follows from it.

use std::fmt;

use super::reader::fill;
use super::value::HEAD_LEN;
use super::{
    DecodeError, Encode, Length, Message, Reader, UnknownFields, Value, Writer, wire_type,
};

/// A Thrift struct, union or exception. Generated code implements this; [`Message`] and [`Value`]
/// follow.
///
/// ```
/// use streamgen_runtime::codec::{DecodeError, FieldSink, Reader, Struct};
/// use streamgen_runtime::{FastStr, Message};
///
/// #[derive(Debug, Default, PartialEq)]
/// struct Person {
///     name: FastStr,
///     age: Option<i32>,
/// }
///
/// impl Struct for Person {
///     const NAME: &'static str = "Person";
///
///     fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
///         sink.field(1, &self.name);
///         sink.optional(2, &self.age);
///     }
///
///     fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
///         let mut fields = r.fields(Self::NAME);
///         while fields.more()? {
///             fields.field(1, &mut self.name)?;
///             fields.optional(2, &mut self.age)?;
///         }
///         Ok(())
///     }
/// }
///
/// use streamgen_runtime::codec::Encode as _;
/// let ada = Person { name: "Ada".into(), age: Some(36) };
/// let bytes = ada.encode_to_bytes();
/// assert_eq!(Person::decode_from(bytes)?, ada);
/// # Ok::<(), DecodeError>(())
/// ```
pub trait Struct: Default {
    /// What the IDL calls it: for errors.
    const NAME: &'static str;

    /// Bytes of memory that [`Default::default`] takes besides the size of the type.
    const APART: usize = 0;

    /// Hands every field that is set to `sink`, in order of ids. Runs twice per message, to measure
    /// and to write, and must hand out the same both times.
    fn encode_fields<S: FieldSink>(&self, sink: &mut S);

    /// Reads into `self`, which is [`Default::default`], until [`Fields::more`](super::Fields::more) says that the
    /// struct has ended.
    ///
    /// # Errors
    /// Bytes that are no such struct; a required field that is absent.
    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError>;
}

/// Where [`Struct::encode_fields`] hands its fields: [`Length`] counts them, [`Writer`] writes them.
pub trait FieldSink {
    /// A field that is there.
    fn field<T: Value>(&mut self, id: i16, value: &T);

    /// A field that may be absent.
    #[inline(always)]
    fn optional<T: Value>(&mut self, id: i16, value: &Option<T>) {
        if let Some(value) = value {
            self.field(id, value);
        }
    }

    /// Fields that were kept when the struct was read. They come last.
    fn unknown(&mut self, fields: &UnknownFields);
}

impl<T: Struct> Value for T {
    const TYPE: u8 = wire_type::STRUCT;
    const MIN_LEN: usize = 1;
    const APART: usize = <T as Struct>::APART;

    #[inline]
    fn measure(&self, length: &mut Length) {
        length.add(1);
        self.encode_fields(length);
    }

    #[inline]
    fn write(&self, w: &mut Writer<'_>) {
        self.encode_fields(w);
        w.stop();
    }

    /// A struct that is there already is dropped first: its fields do not stay where the bytes have
    /// none.
    #[inline]
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        charge_empty::<T>(r)?;
        *self = empty();
        r.nested(|r| self.decode_fields(r))
    }

    #[inline(never)]
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        charge_empty::<T>(r)?;
        let mut value = empty::<T>();
        r.nested(|r| value.decode_fields(r))?;
        Ok(value)
    }

    /// In a function of its own, like the next one: as a part of every struct that has such a field,
    /// it would multiply the code of a schema that nests.
    #[inline(never)]
    fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.take(HEAD_LEN)?;
        self.read_into(r)
    }

    #[inline(never)]
    fn read_optional_field(slot: &mut Option<Self>, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.take(HEAD_LEN)?;
        charge_empty::<T>(r)?;
        let value = slot.insert(empty());
        r.nested(|r| value.decode_fields(r))
    }

    #[inline]
    fn read_all(
        values: &mut Vec<Self>,
        count: usize,
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        r.nested(|r| {
            fill(values, count, |values| {
                charge_empty::<T>(r)?;
                values.push(empty());
                match values.last_mut() {
                    Some(value) => value.decode_fields(r),
                    None => Ok(()),
                }
            })
        })
    }
}

/// What a struct starts from. In a function of its own for the reason that
/// [`Value::read_field`] is.
#[inline(never)]
fn empty<T: Struct>() -> T {
    T::default()
}

/// Charges what [`empty`] takes apart. Most types take nothing.
#[inline(always)]
fn charge_empty<T: Struct>(r: &mut Reader<'_>) -> Result<(), DecodeError> {
    match <T as Struct>::APART {
        0 => Ok(()),
        bytes => r.charge(bytes),
    }
}

impl<T: Struct> Encode for T {
    fn encoded_len(&self) -> usize {
        let mut length = Length::new();
        Value::measure(self, &mut length);
        length.total()
    }

    fn encode(&self, w: &mut Writer<'_>) {
        self.write(w);
    }

    fn measure(&self, length: &mut Length) {
        Value::measure(self, length);
    }
}

impl<T: Struct + fmt::Debug + Send + 'static> Message for T {
    fn name() -> &'static str {
        T::NAME
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        T::read(r)
    }
}

/// A boxed struct is that struct: recursion needs the box in Rust, not on the wire.
impl<T: Struct> Struct for Box<T> {
    const NAME: &'static str = T::NAME;
    const APART: usize = size_of::<T>() + T::APART;

    #[inline]
    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        (**self).encode_fields(sink);
    }

    #[inline]
    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        (**self).decode_fields(r)
    }
}
