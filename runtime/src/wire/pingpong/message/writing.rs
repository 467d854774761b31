//! Writes messages: header, length, envelope, body.

use bytes::{BufMut, BytesMut};

use super::LENGTH_LEN;
use crate::codec::Encode;
use crate::error::{Error, Result, limit};
use crate::wire::pingpong::envelope::Envelope;
use crate::wire::pingpong::framing::Framing;
use crate::wire::ttheader::frame::{EncodeError, Header, MAX_LENGTH};

/// Appends a whole message. Nothing is appended on error.
///
/// # Errors
/// A header that the layout cannot carry; a message above the 4-byte length.
pub(in crate::wire::pingpong) fn put(
    framing: Framing,
    header: &Header,
    envelope: &Envelope,
    body: &dyn Encode,
    out: &mut BytesMut,
) -> Result<()> {
    let payload = Payload::measure(framing, envelope, body)?;
    if framing.has_header() {
        put_header(header, payload.len(), out)?;
    }
    payload.put(out);
    Ok(())
}

/// Appends the TTHeader of a message whose payload has `payload_len` bytes.
pub(in crate::wire::pingpong) fn put_header(
    header: &Header,
    payload_len: usize,
    out: &mut BytesMut,
) -> Result<()> {
    header
        .encode(payload_len, out)
        .map_err(|error| match error {
            EncodeError::FrameTooLarge { len } => {
                limit::message_too_large(len, MAX_LENGTH as usize)
            }
            error => Error::invalid_argument(error.to_string()).caused_by(error),
        })
}

/// The part of a message after the TTHeader; the whole message if it has no TTHeader.
pub(in crate::wire::pingpong) struct Payload<'a> {
    envelope: &'a Envelope,
    body: &'a dyn Encode,
    body_len: usize,
    /// The length prefix of the envelope, if the framing has one.
    length: Option<u32>,
}

impl<'a> Payload<'a> {
    /// # Errors
    /// The message exceeds what its 4-byte length can express.
    pub(in crate::wire::pingpong) fn measure(
        framing: Framing,
        envelope: &'a Envelope,
        body: &'a dyn Encode,
    ) -> Result<Self> {
        let body_len = body.encoded_len();
        let enveloped = envelope.encoded_len() + body_len;
        let length = u32::try_from(enveloped)
            .map_err(|_| limit::message_too_large(enveloped, u32::MAX as usize))?;
        Ok(Self {
            envelope,
            body,
            body_len,
            length: framing.has_length().then_some(length),
        })
    }

    pub(in crate::wire::pingpong) fn len(&self) -> usize {
        let length_len = self.length.map_or(0, |_| LENGTH_LEN);
        length_len + self.envelope.encoded_len() + self.body_len
    }

    pub(in crate::wire::pingpong) fn put(&self, out: &mut BytesMut) {
        out.reserve(self.len());
        if let Some(length) = self.length {
            out.put_u32(length);
        }
        self.envelope.put(out);
        self.body.encode_sized(self.body_len, out);
    }
}
