//! The contents of DATA frames that have arrived on one stream and were not read.

use std::collections::VecDeque;

use bytes::{BufMut, Bytes, BytesMut};

/// What a chunk costs beside its bytes.
const CHUNK: usize = 64;
/// How many chunks there is room for even when fewer wait.
const FEW: usize = 8;

/// Chunks in the order in which they arrived.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    /// The chunk that is being read, or what is left of it. Empty when it is used up: the reader
    /// then calls [`Chunks::load`].
    pub(super) current: Bytes,
    /// The chunks behind `current`.
    waiting: VecDeque<Bytes>,
    /// How many chunks of `waiting`, counted from the front, are out of the buffers that they were
    /// read into.
    own: usize,
    /// Whether `current` is.
    owns_current: bool,
}

impl Chunks {
    /// Adds a chunk behind the others.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.current.is_empty() && self.waiting.is_empty() {
            (self.current, self.owns_current) = (chunk, false);
        } else if !chunk.is_empty() {
            self.waiting.push_back(chunk);
        }
    }

    /// Makes the next chunk the current one. `false` if there is none.
    pub(super) fn load(&mut self) -> bool {
        let Some(chunk) = self.waiting.pop_front() else {
            return false;
        };
        (self.current, self.owns_current) = (chunk, self.own > 0);
        self.own = self.own.saturating_sub(1);
        true
    }

    /// Whether no byte is left.
    #[inline]
    pub(super) fn are_used_up(&self) -> bool {
        self.current.is_empty() && self.waiting.is_empty()
    }

    /// What the chunks hold, in bytes.
    pub(super) fn held(&self) -> usize {
        let waiting: usize = self.waiting.iter().map(|chunk| chunk.len() + CHUNK).sum();
        self.current.len() + waiting
    }

    /// Copies the chunks out of the buffers that they were read into, and gives the number of bytes
    /// copied. Chunks become longer by it, so that each byte is copied again a few times at most.
    pub(super) fn unshare(&mut self) -> usize {
        let mut copied = 0;
        if !self.owns_current && !self.current.is_empty() {
            self.current = Bytes::copy_from_slice(&self.current);
            copied += self.current.len();
        }
        self.owns_current = true;
        let mut len: usize = self.waiting.range(self.own..).map(Bytes::len).sum();
        if len == 0 {
            return copied;
        }
        while let Some(last) = self.own.checked_sub(1)
            && self.waiting[last].len() <= len
        {
            len += self.waiting[last].len();
            self.own = last;
        }
        let mut joined = BytesMut::with_capacity(len);
        self.waiting
            .range(self.own..)
            .for_each(|chunk| joined.put_slice(chunk));
        self.waiting.truncate(self.own);
        self.waiting.push_back(joined.freeze());
        self.waiting.shrink_to(FEW);
        self.own = self.waiting.len();
        copied + len
    }
}
