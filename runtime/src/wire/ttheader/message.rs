//! DATA frames, encoded in place.

use bytes::{Bytes, BytesMut};

use super::errors::from_encode;
use crate::codec::{Encode, Length, MAX_MESSAGE_LEN, Piece};
use crate::error::{Result, Side};
use crate::wire::outbox::{ENCODE_APART, FrameBatch};
use crate::wire::ttheader::frame::{DataHead, EncodeError};

/// Binaries of at least this many bytes are not copied into the out buffer but written from where
/// they are.
const MIN_PIECE: usize = 16 * 1024;

/// A message on its way into the out buffer.
pub(super) struct Data<'a> {
    message: &'a dyn Encode,
    length: Length,
    /// The encoded message, if it is a large one.
    apart: Option<Vec<Bytes>>,
}

impl<'a> Data<'a> {
    /// Measures `message`, and encodes it if it is large.
    ///
    /// # Errors
    /// A message too large for any frame; the stream goes on.
    #[inline]
    pub(super) fn new(message: &'a dyn Encode, side: Side) -> Result<Self> {
        let mut data = Self {
            message,
            length: Length::with_pieces(MIN_PIECE),
            apart: None,
        };
        message.measure(&mut data.length);
        let len = data.length.total();
        if len > MAX_MESSAGE_LEN {
            return Err(from_encode(side, EncodeError::FrameTooLarge { len }));
        }
        if len - data.length.pieces() > ENCODE_APART {
            data.apart = Some(encode_apart(message, data.length));
        }
        Ok(data)
    }

    /// Appends the DATA frame: head and payload into reserved room.
    ///
    /// # Errors
    /// A message too large for a frame; the stream goes on.
    #[inline]
    pub(super) fn append(
        &mut self,
        batch: &mut FrameBatch,
        head: &DataHead,
        sid: i32,
        side: Side,
    ) -> Result<()> {
        let Self {
            message,
            length,
            apart,
        } = self;
        let (len, pieces) = (length.total(), length.pieces());
        head.write(sid, len, batch.bytes.buf())
            .map_err(|error| from_encode(side, error))?;
        match apart.take() {
            Some(parts) => parts
                .into_iter()
                .for_each(|part| batch.bytes.push_piece(part)),
            None if pieces == 0 => message.encode_to(batch.bytes.buf()),
            None => batch.bytes.push_with(pieces, |buf, list| {
                message.encode_pieces(*length, buf, list)
            }),
        }
        batch.add_frame();
        Ok(())
    }
}

/// The encoded message in order, large binaries being parts of their own.
#[cold]
fn encode_apart(message: &dyn Encode, length: Length) -> Vec<Bytes> {
    let (mut buf, mut pieces) = (BytesMut::new(), Vec::new());
    message.encode_pieces(length, &mut buf, &mut pieces);
    let (mut buf, mut parts, mut at) = (buf.freeze(), Vec::new(), 0);
    for Piece { at: index, bytes } in pieces {
        parts.push(buf.split_to(index - at));
        parts.push(bytes);
        at = index;
    }
    parts.push(buf);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Value;
    use std::io::IoSlice;

    /// Fields 1 to n, all binary.
    struct Binaries(Vec<Bytes>);

    impl Encode for Binaries {
        fn encoded_len(&self) -> usize {
            let mut length = Length::new();
            self.measure(&mut length);
            length.total()
        }

        fn encode(&self, w: &mut crate::codec::Writer<'_>) {
            self.0.iter().for_each(|bytes| bytes.write(w));
        }

        fn measure(&self, length: &mut Length) {
            self.0
                .iter()
                .for_each(|bytes| Value::measure(bytes, length));
        }
    }

    fn written(message: &Binaries) -> Vec<u8> {
        let mut batch = FrameBatch::default();
        let head = DataHead::new("Bidi").unwrap();
        let mut data = Data::new(message, Side::Client).unwrap();
        data.append(&mut batch, &head, 1, Side::Client).unwrap();
        let mut slices = [IoSlice::new(&[]); crate::wire::io::MAX_SLICES];
        let used = batch.bytes.slices(&mut slices);
        let bytes: Vec<u8> = slices[..used]
            .iter()
            .flat_map(|slice| slice.to_vec())
            .collect();
        assert_eq!(bytes.len(), batch.bytes.len());
        bytes[head.len()..].to_vec()
    }

    #[test]
    fn small_large_and_very_large_messages_are_the_same_bytes_on_the_wire() {
        let small = Bytes::from(vec![1; 100]);
        let piece = Bytes::from(vec![2; MIN_PIECE]);
        let below = Bytes::from(vec![3; MIN_PIECE - 1]);
        let messages = [
            vec![small.clone()],
            vec![piece.clone(), small.clone(), piece.clone()],
            vec![below.clone(); 5],
            [vec![below; 5], vec![piece.clone(), small, piece]].concat(),
        ];
        for message in messages.map(Binaries) {
            assert!(written(&message) == message.encode_to_bytes());
        }
    }
}
