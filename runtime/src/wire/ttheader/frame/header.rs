//! A TTHeader as a value, for streaming and ping-pong alike.

use bytes::BytesMut;
use faststr::FastStr;

use super::encode::HeaderRef;
use super::error::{DecodeError, EncodeError};
use super::info::{Entry, InfoReader};
use super::layout::str_key;
use super::pairs::{IntPairs, last_wins};
use super::prelude::Prelude;
use crate::metadata::Metadata;

/// Everything of a TTHeader frame but its payload.
///
/// The access token is the string [`str_key::ACL_TOKEN`] here and the ACL section on the wire.
/// Header strings are bytes by the letter and UTF-8 by convention; bytes that are not UTF-8 are
/// replaced by U+FFFD on reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// FLAGS; streaming frames carry [`super::FLAG_STREAMING`], ping-pong 0.
    pub flags: u16,
    /// SEQUENCE: stream id, or sequence id of the call.
    pub seq_id: i32,
    /// PROTOCOL ID: [`super::PROTOCOL_THRIFT_STRUCT`] for streaming,
    /// [`super::PROTOCOL_THRIFT_BINARY`] for ping-pong.
    pub protocol_id: u8,
    /// Pairs with integer keys, each key once.
    pub ints: IntPairs,
    /// Pairs with string keys.
    pub strings: Metadata,
}

impl Header {
    /// Decodes the header info of a frame whose fixed part is `prelude`. `info` must be exactly
    /// the [`Prelude::info_len`] bytes behind the fixed part.
    ///
    /// # Errors
    /// [`DecodeError::UnknownProtocol`], [`DecodeError::UnknownInfo`], [`DecodeError::Overrun`].
    pub fn decode(prelude: &Prelude, info: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = InfoReader::new(info)?;
        let (mut ints, mut strings) = (IntPairs::new(), Vec::new());
        while let Some(entry) = reader.next()? {
            match entry {
                Entry::Int(key, value) => ints.push((key, text(value))),
                Entry::Str(key, value) => strings.push((text(key), text(value))),
                Entry::AclToken(value) => {
                    strings.push((FastStr::from_static_str(str_key::ACL_TOKEN), text(value)));
                }
            }
        }
        Ok(Self {
            flags: prelude.flags,
            seq_id: prelude.seq_id,
            protocol_id: reader.protocol_id(),
            ints: last_wins(ints),
            strings: Metadata::from_unique(last_wins(strings)),
        })
    }

    /// The value of integer key `key`.
    #[must_use]
    pub fn int(&self, key: u16) -> Option<&FastStr> {
        self.ints
            .iter()
            .find(|(k, _)| *k == key)
            .map(|(_, value)| value)
    }

    /// Appends fixed part and header info of a frame whose payload is `payload_len` bytes; the
    /// caller appends the payload. On error nothing has been appended.
    ///
    /// # Errors
    /// See [`EncodeError`].
    pub fn encode(&self, payload_len: usize, out: &mut BytesMut) -> Result<(), EncodeError> {
        HeaderRef {
            flags: self.flags,
            seq_id: self.seq_id,
            protocol_id: self.protocol_id,
            ints: self.ints.iter().map(|(key, value)| (*key, value.as_str())),
            strings: &self.strings,
        }
        .encode(payload_len, out)
    }
}

/// A header string as text. Up to 30 bytes are stored inline, without allocating.
pub(super) fn text(bytes: &[u8]) -> FastStr {
    match std::str::from_utf8(bytes) {
        Ok(text) => FastStr::new(text),
        Err(_) => FastStr::from_string(String::from_utf8_lossy(bytes).into_owned()),
    }
}
