//! What can stand in a field, a container or an argument.

use super::reader::fill;
use super::{DecodeError, Length, Reader, Writer};

/// Bytes of a field's head: wire type and id.
pub(super) const HEAD_LEN: usize = 3;

/// A Thrift value of one wire type.
///
/// Implemented here for every base type and container; structs get it from
/// [`Struct`](super::Struct), enums from [`enum_impls!`](crate::enum_impls).
#[allow(clippy::len_without_is_empty)]
pub trait Value: Sized + Default {
    /// Its number in [`wire_type`](super::wire_type).
    const TYPE: u8;

    /// Fewest bytes that a value takes, at least 1: bounds what a container may claim to hold.
    const MIN_LEN: usize;

    /// Bytes of memory that an empty value takes besides its own size: what a pointer in it points to.
    /// Who makes one in order to read into it charges them to the message.
    const APART: usize = 0;

    /// Adds the bytes of the value, without head.
    fn measure(&self, length: &mut Length);

    /// Writes the value, without head.
    fn write(&self, w: &mut Writer<'_>);

    /// Reads a value to where it stays; moving it there would cost more than reading it.
    ///
    /// # Errors
    /// Bytes that are no such value. `self` is then some value.
    fn read_into(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError>;

    /// Reads a value.
    ///
    /// # Errors
    /// Bytes that are no such value.
    #[inline]
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let mut value = Self::default();
        value.read_into(r)?;
        Ok(value)
    }

    /// Bytes of the value, without head.
    #[inline]
    fn len(&self) -> usize {
        let mut length = Length::new();
        self.measure(&mut length);
        length.total()
    }

    /// Writes a field: head and value. Fixed-size types write both at once.
    #[inline]
    fn write_field(&self, id: i16, w: &mut Writer<'_>) {
        w.head(Self::TYPE, id);
        self.write(w);
    }

    /// Reads a field whose head is known but not yet passed. Fixed-size types take both at once.
    ///
    /// # Errors
    /// See [`Value::read_into`].
    #[inline]
    fn read_field(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.take(HEAD_LEN)?;
        self.read_into(r)
    }

    /// As [`Value::read_field`], for a field that may be absent; what `slot` held is dropped.
    ///
    /// # Errors
    /// See [`Value::read_into`].
    #[inline]
    fn read_optional_field(slot: &mut Option<Self>, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        slot.insert(Self::default()).read_field(r)
    }

    /// Adds the bytes of a list's elements; fixed-size types multiply.
    #[inline]
    fn measure_all(values: &[Self], length: &mut Length) {
        for value in values {
            value.measure(length);
        }
    }

    /// Writes a list's elements; fixed-size types need one bounds check for all.
    #[inline]
    fn write_all(values: &[Self], w: &mut Writer<'_>) {
        for value in values {
            value.write(w);
        }
    }

    /// Reads `count` elements of a list into `values`, which is empty. The caller has checked that
    /// so many can be there.
    ///
    /// # Errors
    /// See [`Value::read_into`].
    #[inline]
    fn read_all(
        values: &mut Vec<Self>,
        count: usize,
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        fill(values, count, |values| {
            values.push(Self::default());
            match values.last_mut() {
                Some(value) => value.read_into(r),
                None => Ok(()),
            }
        })
    }
}

/// The wire type and id of a field as the number that its head is, read as 24 bits.
#[inline(always)]
pub(super) const fn head<T: Value>(id: i16) -> u32 {
    (T::TYPE as u32) << 16 | (id as u16) as u32
}
