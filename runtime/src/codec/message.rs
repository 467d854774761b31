//! What a transport can carry.

use bytes::{Bytes, BytesMut};

use super::{DecodeError, Reader, Writer};

/// A value that knows its size on the wire and can be written. Object safe, so that a transport
/// is compiled once and not per message type.
pub trait Encode {
    /// Exact number of bytes that [`Encode::encode`] writes.
    fn encoded_len(&self) -> usize;

    /// Writes exactly [`Encode::encoded_len`] bytes.
    fn encode(&self, w: &mut Writer<'_>);

    /// Appends the encoded value to `out`, reserving once.
    fn encode_to(&self, out: &mut BytesMut) {
        Writer::append(out, self.encoded_len(), |w| self.encode(w));
    }

    /// The encoded value in a buffer of its own.
    fn encode_to_bytes(&self) -> Bytes {
        let mut out = BytesMut::new();
        self.encode_to(&mut out);
        out.freeze()
    }
}

/// A message: encodes itself, and decodes from the bytes of one message.
pub trait Message: Encode + Send + Sized {
    /// Reads one message.
    ///
    /// # Errors
    /// Bytes that are not this message. Never panics, and never allocates more than a small
    /// multiple of the bytes that are there.
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Reads one message that is all of `bytes`; bytes behind its end are ignored, as in Kitex.
    ///
    /// # Errors
    /// See [`Message::decode`].
    fn decode_from(bytes: Bytes) -> Result<Self, DecodeError> {
        Self::decode(&mut Reader::new(&bytes))
    }
}
