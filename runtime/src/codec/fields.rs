//! The fields of one struct, as decoding meets them.

use super::value::{HEAD_LEN, head};
use super::{DecodeError, DecodeErrorKind, Reader, UnknownFields, Value, skip, wire_type};

/// Decodes the fields of one struct.
///
/// A generated loop names every field once, in order of ids:
///
/// ```text
/// let mut fields = r.fields(Self::NAME);
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
///
/// Lives in registers: nothing takes its address but the inlined methods here.
#[derive(Debug)]
pub struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    /// Head of the next field, 24 bits that are not yet taken; below [`FIRST_HEAD`] at the end of the
    /// struct, [`CUT_SHORT`] where the message ends without one.
    head: u32,
    /// What was left when the pass began; nothing was read since if it is still that.
    pass: usize,
    struct_name: &'static str,
    skipped: Option<i16>,
}

/// What looks like a head but is less than this has the type [`STOP`](wire_type::STOP): the two
/// bytes behind it are of something else.
const FIRST_HEAD: u32 = 1 << 16;

/// The head of no field: it has more than 24 bits.
const CUT_SHORT: u32 = u32::MAX;

/// Before the first pass. No message is that long.
const NO_PASS: usize = usize::MAX;

/// Between passes: the head is known, and nothing has been read for it. No message is that long.
const NEXT_PASS: usize = usize::MAX - 1;

impl<'r, 'a> Fields<'r, 'a> {
    #[inline(always)]
    pub(super) fn new(reader: &'r mut Reader<'a>, struct_name: &'static str) -> Self {
        Self {
            reader,
            head: CUT_SHORT,
            pass: NO_PASS,
            struct_name,
            skipped: None,
        }
    }

    /// Begins a pass over the fields; false at the end of the struct.
    ///
    /// # Errors
    /// Bytes that cannot be skipped; a message that is cut short.
    #[inline(always)]
    pub fn more(&mut self) -> Result<bool, DecodeError> {
        if self.pass == NO_PASS {
            self.head = look(self.reader);
        } else if self.pass == self.reader.remaining() && self.head >= FIRST_HEAD {
            self.skipped = Some(self.head as u16 as i16);
            self.head = skip(self.reader, self.head, self.struct_name)?;
        }
        if self.head < FIRST_HEAD {
            self.reader.take(1)?;
            return Ok(false);
        }
        self.pass = self.reader.remaining();
        Ok(true)
    }

    /// As [`Fields::more`], and adds a field that is skipped to `unknown` unless its id is one of
    /// `known`: a field of the IDL whose wire type is another is not kept, as in Kitex.
    ///
    /// # Errors
    /// See [`Fields::more`].
    #[inline(always)]
    pub fn more_keeping(
        &mut self,
        unknown: &mut UnknownFields,
        known: &[i16],
    ) -> Result<bool, DecodeError> {
        let stuck = self.pass == self.reader.remaining() && self.head >= FIRST_HEAD;
        if !stuck || known.contains(&(self.head as u16 as i16)) {
            return self.more();
        }
        self.skipped = Some(self.head as u16 as i16);
        self.head = keep(self.reader, self.head, self.struct_name, unknown)?;
        // Nothing is left to skip: this begins a pass, or ends the struct.
        self.pass = NEXT_PASS;
        self.more()
    }

    /// Reads the field `id` into `slot` if it comes next.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline(always)]
    pub fn field<T: Value>(&mut self, id: i16, slot: &mut T) -> Result<(), DecodeError> {
        if self.head == head::<T>(id) {
            self.read(id, slot)?;
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
            self.read_by(id, |r| T::read_optional_field(slot, r))?;
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
            self.read(id, slot)?;
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
            let mut value = T::default();
            self.read(id, &mut value)?;
            *union = wrap(value);
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
        fields: &'static [(i16, &'static str); N],
    ) -> Result<(), DecodeError> {
        if *seen == [true; N] {
            return Ok(());
        }
        Err(missing(self.struct_name, seen, fields))
    }

    /// Id of the last field that was skipped: for a union, the member that this IDL does not know.
    #[inline(always)]
    #[must_use]
    pub fn skipped(&self) -> Option<i16> {
        self.skipped
    }

    /// Reads the value of the next field, and the head behind it.
    #[inline(always)]
    fn read<T: Value>(&mut self, id: i16, slot: &mut T) -> Result<(), DecodeError> {
        self.read_by(id, |r| slot.read_field(r))
    }

    /// As [`Fields::read`], by a function of the value's type.
    #[inline(always)]
    fn read_by(
        &mut self,
        id: i16,
        read: impl FnOnce(&mut Reader<'a>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if let Err(error) = read(self.reader) {
            return Err(error.within(self.struct_name, id));
        }
        self.head = look(self.reader);
        Ok(())
    }
}

/// Looks at the next head: one unaligned load, since at least one byte follows every head. That
/// there is none is not an error here, where every field would have to ask for it, but in
/// [`skip`]: nothing wants it.
#[inline(always)]
fn look(r: &Reader<'_>) -> u32 {
    match r.peek::<{ HEAD_LEN + 1 }>() {
        Some(bytes) => u32::from_be_bytes(bytes) >> 8,
        None => look_near_end(r),
    }
}

/// Within four bytes of the end of the message there is room for a stop byte only.
#[inline(never)]
fn look_near_end(r: &Reader<'_>) -> u32 {
    match r.peek() {
        Some([wire_type::STOP]) => 0,
        _ => CUT_SHORT,
    }
}

/// Skips the field that nobody wanted; the head behind it.
#[cold]
#[inline(never)]
fn skip(r: &mut Reader<'_>, head: u32, struct_name: &'static str) -> Result<u32, DecodeError> {
    if head == CUT_SHORT {
        return Err(DecodeError::truncated());
    }
    r.take(HEAD_LEN)?;
    skip::value(r, (head >> 16) as u8)
        .map_err(|error| error.within(struct_name, head as u16 as i16))?;
    Ok(look(r))
}

/// Passes over a field like [`skip`], and keeps its bytes among the unknown fields.
#[cold]
#[inline(never)]
fn keep(
    r: &mut Reader<'_>,
    head: u32,
    struct_name: &'static str,
    unknown: &mut UnknownFields,
) -> Result<u32, DecodeError> {
    let before = r.rest();
    let next = skip(r, head, struct_name)?;
    let len = before.len() - r.remaining();
    if let Some(field) = before.get(..len) {
        unknown.push(field);
    }
    Ok(next)
}

/// The first required field that was not seen.
#[cold]
#[inline(never)]
fn missing(
    struct_name: &'static str,
    seen: &[bool],
    fields: &[(i16, &'static str)],
) -> DecodeError {
    let unseen = seen.iter().zip(fields).find(|(seen, _)| !**seen);
    let (id, field) = unseen.map_or((0, ""), |(_, field)| *field);
    DecodeError::new(DecodeErrorKind::Missing { field }).within(struct_name, id)
}
