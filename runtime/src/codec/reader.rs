//! Reading from one message, checked.

use bytes::Bytes;

use super::{DecodeError, DecodeErrorKind, Fields, Value, budget, skip, value, wire_type};

/// Deepest nesting of structs: bounds the stack that a message can take. Within a value that is
/// skipped, structs and containers count from that value on.
pub const MAX_DEPTH: u32 = 64;

/// Longest string or binary, in bytes, that is copied when sharing it would keep alive a buffer
/// more than [`PIN_FACTOR`] times as long; longer ones are always shared.
pub const COPY_MAX: usize = 4096;

/// How many times its own length a shared string or binary of up to [`COPY_MAX`] bytes may keep
/// alive.
pub const PIN_FACTOR: usize = 32;

/// Memory, in bytes, that is reserved at once on what a container claims to hold, unless its
/// elements take no more memory than bytes on the wire. Beyond it, memory grows with what arrives.
const RESERVE_MAX: usize = 256 * 1024;

/// A cursor over one message.
#[derive(Debug)]
pub struct Reader<'a> {
    /// What has not been read; a part of `source`.
    rest: &'a [u8],
    source: &'a Bytes,
    /// Bytes that a value sharing `source` keeps alive.
    pinned: usize,
    /// Structs that may still open.
    depth_left: u32,
    /// Bytes that may still be built; see [`decoded_max`](super::decoded_max).
    budget: usize,
}

impl<'a> Reader<'a> {
    /// Reads `source` from its start.
    #[must_use]
    #[inline]
    pub fn new(source: &'a Bytes) -> Self {
        Self::within(source, source.len())
    }

    /// Reads `source`, which is a part of a buffer of `buffer_len` bytes. Small values are then
    /// copied sooner, so as not to keep that buffer alive (see [`COPY_MAX`]).
    #[must_use]
    #[inline]
    pub fn within(source: &'a Bytes, buffer_len: usize) -> Self {
        Self {
            rest: source,
            source,
            pinned: buffer_len.max(source.len()),
            depth_left: MAX_DEPTH,
            budget: budget::decoded_max(source.len()),
        }
    }

    /// Reads past values of `rest`, which is no message of its own: nothing of it can be shared.
    pub(super) fn past(rest: &'a [u8]) -> Self {
        static NOTHING: Bytes = Bytes::new();
        Self {
            rest,
            source: &NOTHING,
            pinned: 0,
            depth_left: MAX_DEPTH,
            budget: 0,
        }
    }

    /// Bytes that have not been read.
    #[inline]
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads a value.
    ///
    /// # Errors
    /// Bytes that are no `T`.
    #[inline]
    pub fn read<T: Value>(&mut self) -> Result<T, DecodeError> {
        T::read(self)
    }

    /// Takes a field's head, for structs that are not known when compiling: type and id as one
    /// number, 0 at the end of the struct. [`Reader::key`] makes the number to compare with.
    ///
    /// # Errors
    /// The message is cut short.
    #[inline]
    pub fn head(&mut self) -> Result<u32, DecodeError> {
        let [wire_type] = self.array()?;
        if wire_type == wire_type::STOP {
            return Ok(0);
        }
        let [high, low] = self.array()?;
        Ok(u32::from_be_bytes([0, wire_type, high, low]))
    }

    /// What [`Reader::head`] returns for a field `id` of type `T`.
    #[must_use]
    #[inline]
    pub const fn key<T: Value>(id: i16) -> u32 {
        value::head::<T>(id)
    }

    /// Reads past the value of a field that nobody knows.
    ///
    /// # Errors
    /// Bytes that are no value of the type that `head` names.
    pub fn skip_field(&mut self, head: u32) -> Result<(), DecodeError> {
        skip::value(self, (head >> 16) as u8)
    }

    /// Takes the next `len` bytes.
    ///
    /// # Errors
    /// Fewer are left.
    #[inline(always)]
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        match self.rest.split_at_checked(len) {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(head)
            }
            None => Err(DecodeError::truncated()),
        }
    }

    /// Takes the next `N` bytes.
    ///
    /// # Errors
    /// Fewer are left.
    #[inline(always)]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        match self.rest.split_first_chunk::<N>() {
            Some((head, rest)) => {
                self.rest = rest;
                Ok(*head)
            }
            None => Err(DecodeError::truncated()),
        }
    }

    /// The next `N` bytes, not taken; `None` if fewer are left.
    #[inline(always)]
    pub(super) fn peek<const N: usize>(&self) -> Option<[u8; N]> {
        self.rest.first_chunk().copied()
    }

    /// Takes the next `count` groups of `N` bytes.
    #[inline]
    pub(super) fn arrays<const N: usize>(
        &mut self,
        count: usize,
    ) -> Result<&'a [[u8; N]], DecodeError> {
        let bytes = self.take(count.saturating_mul(N))?;
        Ok(bytes.as_chunks().0)
    }

    /// Takes the bytes of a string or binary.
    ///
    /// # Errors
    /// A negative length, or more than is left.
    #[inline]
    pub fn string(&mut self) -> Result<&'a [u8], DecodeError> {
        let len = self.count(1)?;
        self.take(len)
    }

    /// A part of the message that was taken, as a value of its own: copied or shared
    /// (see [`COPY_MAX`]).
    #[inline]
    pub(super) fn own(&self, part: &'a [u8]) -> Bytes {
        if part.len() <= COPY_MAX && part.len().saturating_mul(PIN_FACTOR) < self.pinned {
            Bytes::copy_from_slice(part)
        } else {
            self.source.slice_ref(part)
        }
    }

    /// Reads a container's count and checks it against the bytes that are left, before anybody
    /// reserves memory for it.
    ///
    /// # Errors
    /// A negative count, or more elements than could be there.
    #[inline(always)]
    pub(super) fn count(&mut self, min_len: usize) -> Result<usize, DecodeError> {
        let claim = i32::from_be_bytes(self.array()?);
        // A negative claim becomes a huge number, which fails like every other claim too large.
        let count = claim as u32 as usize;
        if count.saturating_mul(min_len) > self.rest.len() {
            return Err(DecodeError::new(DecodeErrorKind::Length(claim)));
        }
        Ok(count)
    }

    /// Takes `bytes` of memory, which the caller is about to fill, from what the message may build.
    ///
    /// # Errors
    /// The budget has not so many bytes left.
    #[inline(always)]
    pub(super) fn charge(&mut self, bytes: usize) -> Result<(), DecodeError> {
        match self.budget.checked_sub(bytes) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(budget::exceeded(self.source.len())),
        }
    }

    /// The fields of the struct that begins here; `struct_name` is for errors.
    #[inline(always)]
    pub fn fields(&mut self, struct_name: &'static str) -> Fields<'_, 'a> {
        Fields::new(self, struct_name)
    }

    /// Runs `read` one level deeper.
    #[inline(always)]
    pub(super) fn nested(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if self.depth_left == 0 {
            return Err(DecodeError::new(DecodeErrorKind::TooDeep));
        }
        self.depth_left -= 1;
        read(self)?;
        self.depth_left += 1;
        Ok(())
    }
}

/// For how many of `count` elements to reserve memory before any has been read.
#[inline]
pub(super) fn reservation<T>(count: usize) -> usize {
    count.min(RESERVE_MAX / size_of::<T>().max(1))
}

/// Pushes `count` elements to `values`, which is empty. Its memory grows with what is read, and never to
/// more than `count`.
#[inline(always)]
pub(super) fn fill<T>(
    values: &mut Vec<T>,
    count: usize,
    mut push: impl FnMut(&mut Vec<T>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    values.reserve_exact(reservation::<T>(count));
    while values.len() < count {
        if values.len() == values.capacity() {
            values.reserve_exact(values.len().clamp(1, count - values.len()));
        }
        for _ in values.len()..count.min(values.capacity()) {
            push(values)?;
        }
    }
    Ok(())
}
