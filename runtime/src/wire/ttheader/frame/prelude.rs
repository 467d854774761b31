//! The fixed 14 bytes every TTHeader frame begins with.

use super::error::DecodeError;
use super::layout::{LENGTH_AND_MAGIC, LENGTH_OF_PRELUDE, MAGIC, MAX_LENGTH, PRELUDE_LEN};

/// The decoded fixed part. Its lengths agree with each other: [`Prelude::peek`] returns no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prelude {
    /// FLAGS, as read.
    pub flags: u16,
    /// SEQUENCE: the stream id, or the sequence id of a ping-pong call.
    pub seq_id: i32,
    /// Bytes of header info, from offset 14 on. At least 4.
    pub info_len: usize,
    /// Bytes of payload behind the header info.
    pub payload_len: usize,
}

impl Prelude {
    /// Reads the fixed part of the frame at the start of `bytes`; `None` while fewer than 14 bytes
    /// are there. A wrong magic or length is reported as soon as the first 6 bytes have arrived.
    ///
    /// `max_length` caps LENGTH, in bytes, and is itself capped by [`MAX_LENGTH`].
    ///
    /// # Errors
    /// [`DecodeError::TooLong`], [`DecodeError::TooShort`], [`DecodeError::BadMagic`] and
    /// [`DecodeError::EmptyHeader`].
    #[inline]
    pub fn peek(bytes: &[u8], max_length: u32) -> Result<Option<Self>, DecodeError> {
        let Some(fixed) = bytes.first_chunk::<PRELUDE_LEN>() else {
            return peek_partial(bytes, max_length).map(|()| None);
        };
        let [l0, l1, l2, l3, m0, m1, f0, f1, s0, s1, s2, s3, h0, h1] = *fixed;
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        // The magic is checked first: if the bytes are no TTHeader, their length means nothing.
        check_magic([m0, m1])?;
        check_length(length, max_length)?;
        let info_len = usize::from(u16::from_be_bytes([h0, h1])) * 4;
        if info_len == 0 {
            return Err(DecodeError::EmptyHeader);
        }
        // Kitex takes a negative payload length for "no payload"; the frame's end would then lie
        // inside its own header (spec 1.1).
        let Some(payload_len) = (length as usize).checked_sub(LENGTH_OF_PRELUDE + info_len) else {
            return Err(DecodeError::TooShort { length });
        };
        Ok(Some(Self {
            flags: u16::from_be_bytes([f0, f1]),
            seq_id: i32::from_be_bytes([s0, s1, s2, s3]),
            info_len,
            payload_len,
        }))
    }

    /// Bytes of the whole frame: fixed part, header info and payload.
    #[inline]
    #[must_use]
    pub fn frame_len(&self) -> usize {
        self.header_len() + self.payload_len
    }

    /// Bytes before the payload: fixed part and header info.
    #[inline]
    #[must_use]
    pub fn header_len(&self) -> usize {
        PRELUDE_LEN + self.info_len
    }
}

/// Finds what can already be seen to be wrong in fewer than 14 bytes.
#[cold]
fn peek_partial(bytes: &[u8], max_length: u32) -> Result<(), DecodeError> {
    // Not even a length that is too large is told before the magic is there: the error must not
    // depend on how the bytes were cut.
    let Some(&[l0, l1, l2, l3, m0, m1]) = bytes.first_chunk::<LENGTH_AND_MAGIC>() else {
        return Ok(());
    };
    check_magic([m0, m1])?;
    check_length(u32::from_be_bytes([l0, l1, l2, l3]), max_length)
}

#[inline]
fn check_length(length: u32, max_length: u32) -> Result<(), DecodeError> {
    let max = max_length.min(MAX_LENGTH);
    if length > max {
        return Err(DecodeError::TooLong { length, max });
    }
    // The smallest header info is one word.
    if (length as usize) < LENGTH_OF_PRELUDE + 4 {
        return Err(DecodeError::TooShort { length });
    }
    Ok(())
}

#[inline]
fn check_magic(magic: [u8; 2]) -> Result<(), DecodeError> {
    match u16::from_be_bytes(magic) {
        MAGIC => Ok(()),
        other => Err(DecodeError::BadMagic(other)),
    }
}
