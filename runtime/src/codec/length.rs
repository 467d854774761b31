//! The size pass.

use super::value::HEAD_LEN;
use super::{FieldSink, UnknownFields, Value};

/// Adds up how long a message will be, and how much of it can travel as pieces of its own.
#[derive(Debug, Clone, Copy)]
pub struct Length {
    total: usize,
    pieces: usize,
    min_piece: usize,
}

impl Length {
    /// Counts from zero; binaries of at least `min_piece` bytes count as pieces.
    #[must_use]
    #[inline]
    pub fn with_pieces(min_piece: usize) -> Self {
        Self {
            total: 0,
            pieces: 0,
            min_piece,
        }
    }

    /// Counts from zero; nothing is a piece.
    #[must_use]
    #[inline]
    pub fn new() -> Self {
        Self::with_pieces(usize::MAX)
    }

    /// Adds bytes.
    #[inline(always)]
    pub fn add(&mut self, len: usize) {
        // Cannot overflow for values that fit in memory; if it did, the writer would run out of room.
        self.total = self.total.wrapping_add(len);
    }

    /// Adds bytes that live in a `Bytes`, and can be a piece.
    #[inline]
    pub fn add_bytes(&mut self, len: usize) {
        self.add(len);
        if len >= self.min_piece {
            self.pieces += len;
        }
    }

    /// All bytes of the message.
    #[must_use]
    #[inline]
    pub fn total(&self) -> usize {
        self.total
    }

    /// Those of them that become pieces.
    #[must_use]
    #[inline]
    pub fn pieces(&self) -> usize {
        self.pieces
    }

    #[inline]
    pub(super) fn min_piece(&self) -> usize {
        self.min_piece
    }
}

impl Default for Length {
    fn default() -> Self {
        Self::new()
    }
}

impl FieldSink for Length {
    #[inline(always)]
    fn field<T: Value>(&mut self, _id: i16, value: &T) {
        self.add(HEAD_LEN);
        value.measure(self);
    }

    fn unknown(&mut self, fields: &UnknownFields) {
        self.add(fields.as_bytes().len());
    }
}
