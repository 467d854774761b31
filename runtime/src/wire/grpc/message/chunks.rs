//! The contents of DATA frames that have arrived on one stream and were not read.

use std::collections::VecDeque;

use bytes::{BufMut, Bytes, BytesMut};

use crate::wire::grpc::MAX_FRAME;

/// What a chunk costs beside its bytes.
const CHUNK: usize = 64;
/// How large the buffers are into which h2 reads frames: 8 KiB, or as long as the longest frame.
pub(in super::super) const READ_BUFFER: u32 = MAX_FRAME;
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
    /// How long `current` was at first, if it is out of the buffer that it was read into; 0 if it is not.
    own_len: u32,
    /// See [`Chunks::pinned`].
    pinned: u32,
    /// The address of what was the first byte of `current`.
    at: usize,
}

impl Chunks {
    /// Adds a chunk behind the others.
    pub(super) fn push(&mut self, chunk: Bytes) {
        if self.current.is_empty() && self.waiting.is_empty() {
            self.begin(chunk, false);
        } else if !chunk.is_empty() {
            self.waiting.push_back(chunk);
        }
    }

    /// Makes the next chunk the current one. `false` if there is none.
    pub(super) fn load(&mut self) -> bool {
        let Some(chunk) = self.waiting.pop_front() else {
            return false;
        };
        self.begin(chunk, self.own > 0);
        self.own = self.own.saturating_sub(1);
        true
    }

    fn begin(&mut self, chunk: Bytes, own: bool) {
        let at = chunk.as_ptr() as usize;
        // Chunks that begin near each other lie in one buffer, which counts once.
        let distance = at.wrapping_sub(self.at).min(READ_BUFFER as usize) as u32;
        let len = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
        let (own_len, pins) = if own { (len, len) } else { (0, distance) };
        self.pinned = self.pinned.saturating_add(pins);
        (self.current, self.own_len, self.at) = (chunk, own_len, at);
    }

    /// Begins to count what [`Chunks::pinned`] gives.
    pub(super) fn begin_pinning(&mut self) {
        if self.current.is_empty() {
            (self.pinned, self.at) = (0, 0);
        } else {
            self.pinned = self.own_len.max(READ_BUFFER);
        }
    }

    /// How much memory is kept alive by messages out of the chunks that were read since
    /// [`Chunks::begin_pinning`].
    pub(super) fn pinned(&self) -> usize {
        self.pinned as usize
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
    /// copied. Chunks become longer by it, so that each byte is copied again a few times at most. What
    /// little is left of such a chunk is copied out of it, too.
    pub(super) fn unshare(&mut self) -> usize {
        let mut copied = 0;
        let few = self.current.len() < self.own_len as usize / 2;
        if !self.current.is_empty() && (self.own_len == 0 || few) {
            self.begin(Bytes::copy_from_slice(&self.current), true);
            copied += self.current.len();
        }
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
