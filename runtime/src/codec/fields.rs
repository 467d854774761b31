//! Reading the fields of one struct.

use super::value::Value;
use super::{DecodeError, Reader};

/// The fields of a struct that is being read. Generated code asks for each field in order of its
/// id inside a `while fields.more()?` loop: one pass if they arrive in that order, as everybody
/// writes them, and one more for each field that does not.
#[derive(Debug)]
pub struct Fields<'r, 'a> {
    reader: &'r mut Reader<'a>,
    struct_name: &'static str,
    /// The head that was read last; 0 behind the last field.
    head: u32,
    started: bool,
    /// Whether this pass took a field.
    progress: bool,
    skipped: Option<i16>,
}

impl<'r, 'a> Fields<'r, 'a> {
    pub(super) fn new(reader: &'r mut Reader<'a>, struct_name: &'static str) -> Self {
        Self {
            reader,
            struct_name,
            head: 0,
            started: false,
            progress: false,
            skipped: None,
        }
    }

    /// Begins a pass; false behind the last field. A field that the last pass did not take is
    /// unknown, or of another type than declared, and is skipped.
    ///
    /// # Errors
    /// Bytes that are no fields.
    #[inline]
    pub fn more(&mut self) -> Result<bool, DecodeError> {
        if !self.started {
            self.started = true;
            self.head = self.reader.head()?;
        } else if !self.progress {
            self.skip_unknown()?;
        }
        self.progress = false;
        Ok(self.head != 0)
    }

    #[cold]
    fn skip_unknown(&mut self) -> Result<(), DecodeError> {
        if self.head != 0 {
            self.skipped.get_or_insert(self.head as u16 as i16);
            self.reader.skip_field(self.head)?;
            self.head = self.reader.head()?;
        }
        Ok(())
    }

    /// Reads the value if it is this field's turn.
    #[inline]
    fn take<T: Value>(&mut self, id: i16) -> Result<Option<T>, DecodeError> {
        if self.head != Reader::key::<T>(id) {
            return Ok(None);
        }
        let value = T::read(self.reader)?;
        self.head = self.reader.head()?;
        self.progress = true;
        Ok(Some(value))
    }

    /// A field that keeps its default when it does not arrive.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn field<T: Value>(&mut self, id: i16, slot: &mut T) -> Result<(), DecodeError> {
        if let Some(value) = self.take(id)? {
            *slot = value;
        }
        Ok(())
    }

    /// An optional field.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn optional<T: Value>(&mut self, id: i16, slot: &mut Option<T>) -> Result<(), DecodeError> {
        if let Some(value) = self.take(id)? {
            *slot = Some(value);
        }
        Ok(())
    }

    /// A required field; `seen` is for [`Fields::check_required`].
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn required<T: Value>(
        &mut self,
        id: i16,
        slot: &mut T,
        seen: &mut bool,
    ) -> Result<(), DecodeError> {
        if let Some(value) = self.take(id)? {
            *slot = value;
            *seen = true;
        }
        Ok(())
    }

    /// A member of a union; the last one that arrives stays, as in Kitex.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn member<T: Value, U>(
        &mut self,
        id: i16,
        union: &mut U,
        member: impl FnOnce(T) -> U,
    ) -> Result<(), DecodeError> {
        if let Some(value) = self.take(id)? {
            *union = member(value);
        }
        Ok(())
    }

    /// Id of the first field that was skipped, if any was.
    #[must_use]
    pub fn skipped(&self) -> Option<i16> {
        self.skipped
    }

    /// Whether all required fields have arrived. `fields` names them, in the order of `seen`.
    ///
    /// # Errors
    /// The first that has not.
    #[inline]
    pub fn check_required(
        &self,
        seen: &[bool],
        fields: &[(i16, &'static str)],
    ) -> Result<(), DecodeError> {
        match seen.iter().position(|seen| !seen) {
            None => Ok(()),
            Some(at) => Err(DecodeError::missing(self.struct_name, fields[at].1)),
        }
    }
}
