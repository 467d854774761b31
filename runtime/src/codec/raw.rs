//! A message as bytes.

use std::fmt;
use std::ops::Deref;

use bytes::Bytes;

use super::{DecodeError, Encode, Message, Reader, Writer};

/// A message that is carried as it is, whatever its codec. Middleware sees it in the place of a typed
/// message.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawMessage(Bytes);

impl RawMessage {
    /// The bytes, without a copy.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl<B: Into<Bytes>> From<B> for RawMessage {
    fn from(bytes: B) -> Self {
        Self(bytes.into())
    }
}

impl Deref for RawMessage {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// Its size: what users send does not belong into logs.
impl fmt::Debug for RawMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawMessage({} bytes)", self.0.len())
    }
}

impl Encode for RawMessage {
    fn encoded_len(&self) -> usize {
        self.0.len()
    }

    fn encode(&self, w: &mut Writer<'_>) {
        w.put(&self.0);
    }
}

impl Message for RawMessage {
    /// Without a copy. What the frame of the message holds besides it lives as long as the message.
    fn decode_from(bytes: Bytes) -> Result<Self, DecodeError> {
        Ok(Self(bytes))
    }

    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let rest = r.take(r.remaining())?;
        Ok(Self(Bytes::copy_from_slice(rest)))
    }
}
