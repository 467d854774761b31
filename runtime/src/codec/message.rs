//! What a transport carries.

use std::any::type_name;
use std::fmt;

use bytes::{Bytes, BytesMut};

use super::{DecodeError, Length, Piece, Reader, Writer};

/// A value that knows its size on the wire and can be written. Object safe, so that a transport
/// is compiled once and not per message type.
pub trait Encode {
    /// Exact number of bytes that [`Encode::encode`] writes.
    fn encoded_len(&self) -> usize;

    /// Writes exactly [`Encode::encoded_len`] bytes.
    fn encode(&self, w: &mut Writer<'_>);

    /// Adds [`Encode::encoded_len`], and of it what can become pieces.
    fn measure(&self, length: &mut Length) {
        length.add(self.encoded_len());
    }

    /// Appends the encoded value to `out`, reserving once.
    ///
    /// # Panics
    /// `encoded_len` and `encode` disagree, or the message is longer than
    /// [`MAX_MESSAGE_LEN`](super::MAX_MESSAGE_LEN). `out` is then as before.
    fn encode_to(&self, out: &mut BytesMut) {
        self.encode_sized(self.encoded_len(), out);
    }

    /// As [`Encode::encode_to`], for who knows the [`Encode::encoded_len`] already.
    ///
    /// # Panics
    /// See [`Encode::encode_to`].
    fn encode_sized(&self, encoded_len: usize, out: &mut BytesMut) {
        Writer::append(out, encoded_len, |w| self.encode(w));
    }

    /// The encoded value in a buffer of its own.
    ///
    /// # Panics
    /// See [`Encode::encode_to`].
    fn encode_to_bytes(&self) -> Bytes {
        let len = self.encoded_len();
        let mut out = BytesMut::with_capacity(len);
        self.encode_sized(len, &mut out);
        out.freeze()
    }

    /// Appends the value to `out`, but for large binaries: these are not copied, `pieces` gets them
    /// with the index of `out` at which they belong, in ascending order.
    ///
    /// `length` is what [`Encode::measure`] gave for this value, starting from
    /// [`Length::with_pieces`].
    ///
    /// # Panics
    /// See [`Encode::encode_to`]. `pieces` may then hold pieces of this value.
    fn encode_pieces(&self, length: Length, out: &mut BytesMut, pieces: &mut Vec<Piece>) {
        Writer::append_pieces(out, length, pieces, |w| self.encode(w));
    }
}

/// A message: encodes itself, and decodes from the bytes of one message.
pub trait Message: Encode + fmt::Debug + Send + Sized + 'static {
    /// What the IDL calls the type. Of types that do not know it, the name of the Rust type.
    #[must_use]
    fn name() -> &'static str {
        short_name::<Self>()
    }

    /// Reads one message.
    ///
    /// # Errors
    /// Bytes that are not this message. Never panics, and never reserves more than a small
    /// multiple of the bytes that are there.
    fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Reads one message from the start of `bytes`; bytes behind its end are ignored, as in Kitex.
    ///
    /// # Errors
    /// See [`Message::decode`].
    fn decode_from(bytes: Bytes) -> Result<Self, DecodeError> {
        Self::decode(&mut Reader::new(&bytes))
    }
}

/// The name of a Rust type without its path and its parameters.
pub(crate) fn short_name<T>() -> &'static str {
    let path = type_name::<T>();
    let path = path.split_once('<').map_or(path, |(path, _)| path);
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}
