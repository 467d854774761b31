//! Writing fixed part and header info.

use bytes::{BufMut, BytesMut};

use super::error::EncodeError;
use super::layout::{
    LENGTH_OF_PRELUDE, MAGIC, MAX_INFO_LEN, MAX_LENGTH, MAX_STRING_LEN, PRELUDE_LEN, info_id,
    str_key,
};
use crate::metadata::Metadata;

/// Bytes of PROTOCOL ID and TRANSFORM COUNT.
const INFO_FIXED: usize = 2;
/// Bytes of a section's info id and pair count.
const SECTION_HEAD: usize = 3;
/// Bytes of one length field or integer key.
const SHORT: usize = 2;

/// A header to be written, borrowed. `ints` is gone through more than once.
pub(super) struct HeaderRef<'a, I> {
    pub(super) flags: u16,
    pub(super) seq_id: i32,
    pub(super) protocol_id: u8,
    pub(super) ints: I,
    pub(super) strings: &'a Metadata,
}

impl<'a, I: Iterator<Item = (u16, &'a str)> + Clone> HeaderRef<'a, I> {
    /// Appends the header of a frame with `payload_len` bytes of payload. Everything is checked
    /// first, so an error leaves `out` as it was.
    pub(super) fn encode(self, payload_len: usize, out: &mut BytesMut) -> Result<(), EncodeError> {
        let info_len = self.info_len()?;
        let length = frame_length(info_len, payload_len)?;
        out.reserve(PRELUDE_LEN + info_len);
        let info_end = out.len() + PRELUDE_LEN + info_len;
        out.put_u32(length);
        out.put_u16(MAGIC);
        out.put_u16(self.flags);
        out.put_i32(self.seq_id);
        // `info_len` is a multiple of 4 and at most MAX_INFO_LEN: fits.
        out.put_u16((info_len / 4) as u16);
        out.put_u8(self.protocol_id);
        out.put_u8(0);
        self.put_strings(out);
        self.put_ints(out);
        out.resize(info_end, info_id::PADDING);
        Ok(())
    }

    /// Bytes of the padded header info, after all checks of 1.3.
    pub(super) fn info_len(&self) -> Result<usize, EncodeError> {
        let (mut strings, mut string_count) = (0, 0);
        for (key, value) in self.strings.iter() {
            let value_len = string_len(value)?;
            if key == str_key::ACL_TOKEN {
                strings += 1 + value_len;
            } else {
                strings += string_len(key)? + value_len;
                string_count += 1;
            }
        }
        let (mut ints, mut int_count) = (0, 0);
        for (_, value) in self.ints.clone() {
            ints += SHORT + string_len(value)?;
            int_count += 1;
        }
        let sections = section_len(string_count)? + section_len(int_count)?;
        let len = (INFO_FIXED + strings + ints + sections).next_multiple_of(4);
        if len > MAX_INFO_LEN {
            Err(EncodeError::HeaderTooLarge { len })
        } else {
            Ok(len)
        }
    }

    /// ACL token, then string KV without it (statement 8).
    fn put_strings(&self, out: &mut BytesMut) {
        let mut count = self.strings.len();
        if let Some(token) = self.strings.get(str_key::ACL_TOKEN) {
            out.put_u8(info_id::ACL_TOKEN);
            put_string(token, out);
            count -= 1;
        }
        if count == 0 {
            return;
        }
        out.put_u8(info_id::STRINGS);
        out.put_u16(count as u16);
        for (key, value) in self.strings.iter() {
            if key != str_key::ACL_TOKEN {
                put_string(key, out);
                put_string(value, out);
            }
        }
    }

    fn put_ints(&self, out: &mut BytesMut) {
        let count = self.ints.clone().count();
        if count == 0 {
            return;
        }
        out.put_u8(info_id::INTS);
        out.put_u16(count as u16);
        for (key, value) in self.ints.clone() {
            out.put_u16(key);
            put_string(value, out);
        }
    }
}

/// LENGTH of a frame, if it can be expressed.
#[inline]
pub(super) fn frame_length(info_len: usize, payload_len: usize) -> Result<u32, EncodeError> {
    let len = payload_len.saturating_add(LENGTH_OF_PRELUDE + info_len);
    match u32::try_from(len) {
        Ok(length) if length <= MAX_LENGTH => Ok(length),
        _ => Err(EncodeError::FrameTooLarge { len }),
    }
}

fn section_len(count: usize) -> Result<usize, EncodeError> {
    match count {
        0 => Ok(0),
        _ if count > usize::from(u16::MAX) => Err(EncodeError::TooManyPairs { count }),
        _ => Ok(SECTION_HEAD),
    }
}

fn string_len(text: &str) -> Result<usize, EncodeError> {
    match text.len() {
        len if len > MAX_STRING_LEN => Err(EncodeError::StringTooLong { len }),
        len => Ok(SHORT + len),
    }
}

fn put_string(text: &str, out: &mut BytesMut) {
    out.put_u16(text.len() as u16);
    out.put_slice(text.as_bytes());
}
