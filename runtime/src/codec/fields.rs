//! The fields of one struct, as decoding meets them.

use super::value::{HEAD_LEN, head};
use super::{DecodeError, DecodeErrorKind, Reader, Value, skip, wire_type};

/// Decodes the fields of one struct.
///
/// A generated loop names every field once, in order of ids:
///
/// ```text
/// while fields.more()? {
///     fields.field(1, &mut self.id)?;
///     fields.optional(2, &mut self.note)?;
/// }
/// ```
///
/// Each line compares the head that comes next with its own and, if they are equal, reads the value
/// and looks at the head behind it. Fields that arrive in order are so read in one pass. A field out
/// of order is read in a later pass; one that a whole pass did not want (an unknown id, or a known
/// one with another wire type) is skipped by [`Fields::more`]. A field that arrives twice counts as
/// the last time.
#[derive(Debug)]
pub struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Head of the next field, 24 bits that are not yet taken; [`END`] at the end of the struct.
    head: u32,
    /// What was left when the pass began; nothing was read since if it is still that.
    pass: usize,
    struct_name: &'static str,
    skipped: Option<i16>,
}

/// The head of no field: type [`STOP`](wire_type::STOP).
const END: u32 = 0;

impl<'r, 'a> Fields<'r, 'a> {
    #[inline(always)]
    pub(super) fn new(
        reader: &'r mut Reader<'a>,
        struct_name: &'static str,
    ) -> Result<Self, DecodeError> {
        let mut fields = Self {
            reader,
            head: END,
            pass: usize::MAX,
            struct_name,
            skipped: None,
        };
        fields.look()?;
        Ok(fields)
    }

    /// Begins a pass over the fields; false at the end of the struct.
    ///
    /// # Errors
    /// Bytes that cannot be skipped.
    #[inline(always)]
    pub fn more(&mut self) -> Result<bool, DecodeError> {
        if self.head == END {
            self.reader.array::<1>()?;
            return Ok(false);
        }
        if self.pass == self.reader.remaining() {
            return self.skip();
        }
        self.pass = self.reader.remaining();
        Ok(true)
    }

    /// Skips the field that nobody wanted, then begins a pass.
    #[cold]
    #[inline(never)]
    fn skip(&mut self) -> Result<bool, DecodeError> {
        let id = self.head as u16 as i16;
        self.reader.array::<HEAD_LEN>()?;
        skip::value(self.reader, (self.head >> 16) as u8)
            .and_then(|()| self.look())
            .map_err(|error| error.within(self.struct_name, id))?;
        self.skipped = Some(id);
        if self.head == END {
            self.reader.array::<1>()?;
            return Ok(false);
        }
        self.pass = self.reader.remaining();
        Ok(true)
    }

    /// Reads the field `id` into `slot` if it comes next.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline(always)]
    pub fn field<T: Value>(&mut self, id: i16, slot: &mut T) -> Result<(), DecodeError> {
        if self.head == head::<T>(id) {
            *slot = self.read(id)?;
        }
        Ok(())
    }

    /// As [`Fields::field`], for a field that may be absent.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline(always)]
    pub fn optional<T: Value>(&mut self, id: i16, slot: &mut Option<T>) -> Result<(), DecodeError> {
        if self.head == head::<T>(id) {
            *slot = Some(self.read(id)?);
        }
        Ok(())
    }

    /// As [`Fields::field`], and notes in `seen` that the field was there.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline(always)]
    pub fn required<T: Value>(
        &mut self,
        id: i16,
        slot: &mut T,
        seen: &mut bool,
    ) -> Result<(), DecodeError> {
        if self.head == head::<T>(id) {
            *slot = self.read(id)?;
            *seen = true;
        }
        Ok(())
    }

    /// Reads a union's member `id` into `union`, by way of its variant `wrap`, if it comes next.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline(always)]
    pub fn member<T: Value, U>(
        &mut self,
        id: i16,
        union: &mut U,
        wrap: impl FnOnce(T) -> U,
    ) -> Result<(), DecodeError> {
        if self.head == head::<T>(id) {
            *union = wrap(self.read(id)?);
        }
        Ok(())
    }

    /// Fails unless every required field was seen; `fields` are their ids and IDL names.
    ///
    /// # Errors
    /// The first one that is missing, with its struct.
    #[inline(always)]
    pub fn check_required<const N: usize>(
        &self,
        seen: &[bool; N],
        fields: &[(i16, &'static str); N],
    ) -> Result<(), DecodeError> {
        if *seen == [true; N] {
            return Ok(());
        }
        self.missing(seen, fields)
    }

    #[cold]
    #[inline(never)]
    fn missing(&self, seen: &[bool], fields: &[(i16, &'static str)]) -> Result<(), DecodeError> {
        let mut unseen = seen.iter().zip(fields).filter(|(seen, _)| !**seen);
        unseen.next().map_or(Ok(()), |(_, &(id, field))| {
            Err(DecodeError::new(DecodeErrorKind::Missing { field }).within(self.struct_name, id))
        })
    }

    /// Id of the last field that was skipped: for a union, the member that this IDL does not know.
    #[inline]
    #[must_use]
    pub fn skipped(&self) -> Option<i16> {
        self.skipped
    }

    /// Reads the value of the next field, and the head behind it.
    #[inline(always)]
    fn read<T: Value>(&mut self, id: i16) -> Result<T, DecodeError> {
        match T::read_field(self.reader) {
            Ok(value) => {
                self.look()?;
                Ok(value)
            }
            Err(error) => Err(error.within(self.struct_name, id)),
        }
    }

    /// Looks at the next head: one unaligned load, since at least one byte follows every head.
    #[inline(always)]
    fn look(&mut self) -> Result<(), DecodeError> {
        match self.reader.peek::<{ HEAD_LEN + 1 }>() {
            Some(bytes) => {
                let head = u32::from_be_bytes(bytes) >> 8;
                // Behind a stop byte come bytes of something else.
                self.head = if head >> 16 == 0 { END } else { head };
                Ok(())
            }
            None => self.look_near_end(),
        }
    }

    /// Within four bytes of the end of the message there is room for a stop byte only.
    #[inline(never)]
    fn look_near_end(&mut self) -> Result<(), DecodeError> {
        self.head = END;
        match self.reader.peek() {
            Some([wire_type::STOP]) => Ok(()),
            _ => Err(DecodeError::truncated()),
        }
    }
}
