//! Reading from one message, checked.

use bytes::Bytes;

use super::DecodeError;
use super::value::{Value, wire_type};

/// Deepest nesting of structs and containers, as in Kitex's skip.
pub const MAX_DEPTH: u32 = 64;

/// Longest string or binary that is copied, in bytes. A longer one shares the message's buffer and keeps it alive;
/// a small one must not pin a large buffer.
pub const COPY_MAX: usize = 256;

/// A cursor over one message.
#[derive(Debug)]
pub struct Reader<'a> {
    source: &'a Bytes,
    at: usize,
    depth: u32,
}

impl<'a> Reader<'a> {
    /// Reads `source` from its start.
    #[must_use]
    pub fn new(source: &'a Bytes) -> Self {
        Self {
            source,
            at: 0,
            depth: 0,
        }
    }

    /// Bytes that have not been read.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.source.len() - self.at
    }

    /// Takes the next `len` bytes.
    ///
    /// # Errors
    /// Fewer are left.
    #[inline]
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let rest = &self.source[self.at..];
        if rest.len() < len {
            return Err(DecodeError::truncated());
        }
        self.at += len;
        Ok(&rest[..len])
    }

    /// Takes the next `len` bytes as a buffer: copied up to [`COPY_MAX`], else shared.
    ///
    /// # Errors
    /// Fewer are left.
    pub fn take_bytes(&mut self, len: usize) -> Result<Bytes, DecodeError> {
        let bytes = self.take(len)?;
        Ok(if len <= COPY_MAX {
            Bytes::copy_from_slice(bytes)
        } else {
            self.source.slice_ref(bytes)
        })
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let chunk = self.source[self.at..].first_chunk::<N>();
        let chunk = *chunk.ok_or_else(DecodeError::truncated)?;
        self.at += N;
        Ok(chunk)
    }

    /// Reads a field's head: type and id as one number, 0 at the end of the struct.
    /// [`Reader::key`] makes the number to compare with.
    ///
    /// # Errors
    /// The message is cut short.
    #[inline]
    pub fn head(&mut self) -> Result<u32, DecodeError> {
        let [kind] = self.array::<1>()?;
        if kind == wire_type::STOP {
            return Ok(0);
        }
        let id = u16::from_be_bytes(self.array::<2>()?);
        Ok(u32::from(kind) << 16 | u32::from(id))
    }

    /// What [`Reader::head`] returns for a field of `T` with this id.
    #[must_use]
    pub const fn key<T: Value>(id: i16) -> u32 {
        (T::TYPE as u32) << 16 | id as u16 as u32
    }

    /// Reads a value.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn read<T: Value>(&mut self) -> Result<T, DecodeError> {
        T::read(self)
    }

    /// Reads past a field that nobody knows, or whose type is not the declared one.
    ///
    /// # Errors
    /// Bytes that are no such value.
    pub fn skip_field(&mut self, head: u32) -> Result<(), DecodeError> {
        super::skip::skip(self, (head >> 16) as u8)
    }

    /// Reads a container's size and checks it against the bytes that are left.
    ///
    /// # Errors
    /// A negative size, or more elements than could be there.
    #[inline]
    pub(crate) fn count(&mut self, min_element: usize) -> Result<usize, DecodeError> {
        let size = i32::from_be_bytes(self.array()?);
        let count = usize::try_from(size).map_err(|_| DecodeError::length(size))?;
        if count.saturating_mul(min_element.max(1)) > self.remaining() {
            return Err(DecodeError::length(size));
        }
        Ok(count)
    }

    /// Runs `read` one level deeper.
    ///
    /// # Errors
    /// [`MAX_DEPTH`] is passed.
    #[inline]
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::too_deep());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}
