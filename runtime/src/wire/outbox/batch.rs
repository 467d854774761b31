//! Encoded frames that wait for the kernel.

use crate::wire::append::Rewind;
use crate::wire::io::{Batch, Mark as BytesMark};

/// If an empty batch has more capacity than this, in bytes, it frees its buffer.
const KEEP_CAPACITY: usize = 1024 * 1024;

/// Frames back to back.
#[derive(Debug, Default)]
pub(crate) struct FrameBatch {
    pub(crate) bytes: Batch,
    frames: usize,
}

/// A position in a batch, to which the batch can go back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    bytes: BytesMark,
    frames: usize,
}

impl FrameBatch {
    /// Counts a frame whose bytes have been appended.
    #[inline]
    pub(crate) fn add_frame(&mut self) {
        self.frames += 1;
    }

    /// Frames appended since the batch was last empty.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Removes the next `n` bytes, which have been written. A batch that is empty then keeps its
    /// buffer for the next frames, unless the buffer is unusually large.
    pub(crate) fn advance(&mut self, n: usize) {
        self.bytes.advance(n);
        if self.bytes.is_empty() {
            self.frames = 0;
            if self.bytes.capacity() > KEEP_CAPACITY {
                self.bytes.release();
            }
        }
    }
}

impl Rewind for FrameBatch {
    type Mark = Mark;

    fn mark(&self) -> Mark {
        Mark {
            bytes: self.bytes.mark(),
            frames: self.frames,
        }
    }

    /// Between `mark` and `rewind`, nothing may have been written.
    fn rewind(&mut self, mark: Mark) {
        self.bytes.rewind(mark.bytes);
        self.frames = mark.frames;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add_frame(batch: &mut FrameBatch, len: usize) {
        batch.bytes.buf().extend_from_slice(&vec![0; len]);
        batch.add_frame();
    }

    #[test]
    fn frames_are_counted_until_all_are_written() {
        let mut batch = FrameBatch::default();
        add_frame(&mut batch, 10);
        add_frame(&mut batch, 10);
        let mark = batch.mark();
        add_frame(&mut batch, 10);
        batch.rewind(mark);
        assert_eq!((batch.frames(), batch.bytes.len()), (2, 20));
        batch.advance(15);
        assert_eq!(batch.frames(), 2);
        batch.advance(5);
        assert_eq!(batch.frames(), 0);
    }

    #[test]
    fn an_unusually_large_buffer_is_given_back() {
        for (len, kept) in [(1000, true), (KEEP_CAPACITY + 1, false)] {
            let mut batch = FrameBatch::default();
            add_frame(&mut batch, len);
            batch.advance(len);
            assert_eq!(batch.bytes.capacity() > 0, kept, "{len}");
        }
    }
}
