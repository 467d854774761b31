//! Writing the frames of a stream.

use bytes::{BufMut, Bytes, BytesMut};

use super::encode::{HeaderRef, frame_length};
use super::error::EncodeError;
use super::kind::FrameKind;
use super::layout::{FLAG_STREAMING, PRELUDE_LEN, PROTOCOL_THRIFT_STRUCT, int_key};
use super::pairs::IntPairs;
use crate::metadata::Metadata;

/// Appends a whole frame to `out`. Keys 9 and 27 come from `method` and `kind`; if `ints` holds
/// them too, those are left out (spec 7.6). On error nothing has been appended (statement 18).
///
/// For DATA use [`DataHead`], which costs a copy of a few dozen bytes.
///
/// # Errors
/// See [`EncodeError`].
pub fn write_frame(
    kind: FrameKind,
    sid: i32,
    method: &str,
    ints: &IntPairs,
    strings: &Metadata,
    payload: &[u8],
    out: &mut BytesMut,
) -> Result<(), EncodeError> {
    header_ref(kind, sid, method, ints, strings).encode(payload.len(), out)?;
    out.put_slice(payload);
    Ok(())
}

/// Whether a frame of `kind` for `method` can carry `strings`, whatever its stream id.
///
/// # Errors
/// What [`write_frame`] would return.
pub fn check_pairs(kind: FrameKind, method: &str, strings: &Metadata) -> Result<(), EncodeError> {
    header_ref(kind, 0, method, &IntPairs::new(), strings)
        .info_len()
        .map(drop)
}

fn header_ref<'a>(
    kind: FrameKind,
    sid: i32,
    method: &'a str,
    ints: &'a IntPairs,
    strings: &'a Metadata,
) -> HeaderRef<'a, impl Iterator<Item = (u16, &'a str)> + Clone> {
    let own = [
        (int_key::TO_METHOD, method),
        (int_key::FRAME_TYPE, kind.digit()),
    ];
    let extra = ints
        .iter()
        .filter(|(key, _)| !matches!(*key, int_key::TO_METHOD | int_key::FRAME_TYPE))
        .map(|(key, value)| (*key, value.as_str()));
    HeaderRef {
        flags: FLAG_STREAMING,
        seq_id: sid,
        protocol_id: PROTOCOL_THRIFT_STRUCT,
        ints: own.into_iter().chain(extra),
        strings,
    }
}

/// The bytes before the payload of a DATA frame of one method. They are the same for all its
/// streams and messages except LENGTH and stream id: 34 bytes for a name of four letters.
///
/// Cloning shares the bytes.
#[derive(Debug, Clone)]
pub struct DataHead(Bytes);

impl DataHead {
    /// Builds the head for `method`.
    ///
    /// # Errors
    /// [`EncodeError::StringTooLong`] for a name of more than 65535 bytes.
    pub fn new(method: &str) -> Result<Self, EncodeError> {
        let mut head = BytesMut::new();
        let (ints, strings) = (IntPairs::new(), Metadata::new());
        write_frame(FrameKind::Data, 0, method, &ints, &strings, &[], &mut head)?;
        Ok(Self(head.freeze()))
    }

    /// How many bytes [`DataHead::write`] appends.
    #[inline]
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // a head is never empty
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Appends the head of a DATA frame with `payload_len` bytes of payload, which the caller
    /// appends (or queues) next.
    ///
    /// # Errors
    /// [`EncodeError::FrameTooLarge`], and then nothing has been appended.
    #[inline]
    pub fn write(
        &self,
        sid: i32,
        payload_len: usize,
        out: &mut BytesMut,
    ) -> Result<(), EncodeError> {
        let length = frame_length(self.0.len() - PRELUDE_LEN, payload_len)?;
        let start = out.len();
        out.extend_from_slice(&self.0);
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        out[start + 8..start + 12].copy_from_slice(&sid.to_be_bytes());
        Ok(())
    }
}
