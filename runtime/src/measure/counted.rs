//! The length of a message that a wire encodes.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::BytesMut;

use crate::codec::{Encode, Length, Piece, Writer};

/// A message that notes its length when a wire asks for it, as each wire does anyway before it
/// encodes. So the bytes of a message are counted without measuring it a second time.
pub(crate) struct Counted<'a, E: ?Sized> {
    message: &'a E,
    len: AtomicUsize,
}

impl<'a, E: Encode + ?Sized> Counted<'a, E> {
    pub(crate) fn new(message: &'a E) -> Self {
        let len = AtomicUsize::new(0);
        Self { message, len }
    }

    /// The length in bytes; 0 if no wire has asked for it yet.
    pub(crate) fn len(&self) -> usize {
        self.len.load(Ordering::Relaxed)
    }

    fn note(&self, len: usize) {
        self.len.store(len, Ordering::Relaxed);
    }
}

impl<E: Encode + ?Sized> Encode for Counted<'_, E> {
    fn encoded_len(&self) -> usize {
        let len = self.message.encoded_len();
        self.note(len);
        len
    }

    fn encode(&self, w: &mut Writer<'_>) {
        self.message.encode(w);
    }

    fn measure(&self, length: &mut Length) {
        let before = length.total();
        self.message.measure(length);
        self.note(length.total().wrapping_sub(before));
    }

    fn encode_sized(&self, encoded_len: usize, out: &mut BytesMut) {
        self.message.encode_sized(encoded_len, out);
    }

    fn encode_pieces(&self, length: Length, out: &mut BytesMut, pieces: &mut Vec<Piece>) {
        self.message.encode_pieces(length, out, pieces);
    }
}

impl<E: ?Sized> fmt::Debug for Counted<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Counted")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
