//! Encoded frames on their way to the kernel.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes, BytesMut};

/// The most slices handed to one `writev`.
pub(super) const MAX_SLICES: usize = 64;

/// Capacity above which an empty batch gives its buffer back, in bytes.
const KEEP_CAPACITY: usize = 1024 * 1024;

/// Frames back to back. Small bytes stand in one buffer; large payload pieces stay where they are
/// and are woven in by offset, so that they are never copied.
#[derive(Debug, Default)]
pub(super) struct Batch {
    buf: BytesMut,
    /// Each piece goes before the byte of `buf` at its offset. Offsets never decrease.
    pieces: VecDeque<(usize, Bytes)>,
    /// Bytes in `pieces`.
    pieces_len: usize,
    /// Bytes of `buf` that are written already.
    written: usize,
    frames: usize,
}

/// A place in a batch to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    buf: usize,
    pieces: usize,
    frames: usize,
}

impl Batch {
    /// The buffer that heads and small payloads are appended to.
    #[inline]
    pub(super) fn buf(&mut self) -> &mut BytesMut {
        &mut self.buf
    }

    /// Appends `piece` without copying it.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "waits for a Writer that hands out pieces")
    )]
    pub(super) fn push_piece(&mut self, piece: Bytes) {
        self.pieces_len += piece.len();
        self.pieces.push_back((self.buf.len(), piece));
    }

    /// Counts a frame whose bytes have been appended.
    #[inline]
    pub(super) fn add_frame(&mut self) {
        self.frames += 1;
    }

    /// Frames appended since the batch was last empty.
    pub(super) fn frames(&self) -> usize {
        self.frames
    }

    /// Bytes still to be written.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.buf.len() - self.written + self.pieces_len
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            buf: self.buf.len(),
            pieces: self.pieces.len(),
            frames: self.frames,
        }
    }

    /// Takes back everything appended since `mark`. Nothing may have been written in between.
    pub(super) fn rewind(&mut self, mark: Mark) {
        self.buf.truncate(mark.buf);
        for (_, piece) in self.pieces.drain(mark.pieces..) {
            self.pieces_len -= piece.len();
        }
        self.frames = mark.frames;
    }

    /// Fills `slices` with what comes next and returns how many of them are used.
    pub(super) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; MAX_SLICES]) -> usize {
        let (mut used, mut at) = (0, self.written);
        for (offset, piece) in &self.pieces {
            if used + 2 > MAX_SLICES {
                return used;
            }
            if *offset > at {
                slices[used] = IoSlice::new(&self.buf[at..*offset]);
                used += 1;
                at = *offset;
            }
            slices[used] = IoSlice::new(piece);
            used += 1;
        }
        if at < self.buf.len() && used < MAX_SLICES {
            slices[used] = IoSlice::new(&self.buf[at..]);
            used += 1;
        }
        used
    }

    /// Forgets the next `n` bytes, which have been written. An emptied batch keeps its buffer for
    /// the next frames, unless it has grown unusually large.
    pub(super) fn advance(&mut self, mut n: usize) {
        while let Some((offset, piece)) = self.pieces.front_mut() {
            let before = (*offset - self.written).min(n);
            self.written += before;
            n -= before;
            let of_piece = piece.len().min(n);
            piece.advance(of_piece);
            self.pieces_len -= of_piece;
            n -= of_piece;
            if self.written < *offset || !piece.is_empty() {
                return;
            }
            self.pieces.pop_front();
        }
        self.written += n;
        if self.is_empty() {
            self.reset();
        }
    }

    fn reset(&mut self) {
        self.written = 0;
        self.frames = 0;
        if self.buf.capacity() > KEEP_CAPACITY {
            self.buf = BytesMut::new();
        } else {
            self.buf.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes everything, `step` bytes at a time at most.
    fn drain(batch: &mut Batch, step: usize) -> Vec<u8> {
        let mut out = Vec::new();
        while !batch.is_empty() {
            let n = {
                let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                let used = batch.slices(&mut slices);
                let all: Vec<u8> = slices[..used].iter().flat_map(|s| s.to_vec()).collect();
                let n = all.len().min(step);
                out.extend_from_slice(&all[..n]);
                n
            };
            assert_ne!(n, 0, "no progress");
            batch.advance(n);
        }
        out
    }

    fn sample() -> Batch {
        let mut batch = Batch::default();
        batch.push_piece(Bytes::from_static(b"first"));
        batch.buf().extend_from_slice(b"-head-");
        batch.push_piece(Bytes::from_static(b"second"));
        batch.push_piece(Bytes::from_static(b"third"));
        batch.buf().extend_from_slice(b"-tail");
        batch.add_frame();
        batch
    }

    #[test]
    fn pieces_keep_their_place_however_the_kernel_cuts_the_bytes() {
        for step in 1..30 {
            let mut batch = sample();
            assert_eq!(batch.len(), 27);
            assert_eq!(drain(&mut batch, step), b"first-head-secondthird-tail");
            assert_eq!(batch.frames(), 0);
        }
    }

    #[test]
    fn more_pieces_than_one_write_takes() {
        let mut batch = Batch::default();
        let mut expected = Vec::new();
        for i in 0..200u8 {
            batch.buf().extend_from_slice(&[i, i]);
            batch.push_piece(Bytes::from(vec![i; 3]));
            expected.extend_from_slice(&[i; 5]);
        }
        assert_eq!(drain(&mut batch, usize::MAX), expected);
    }

    #[test]
    fn a_rewound_frame_leaves_no_trace() {
        let mut batch = sample();
        let mark = batch.mark();
        batch.buf().extend_from_slice(b"half a frame");
        batch.push_piece(Bytes::from_static(b"piece"));
        batch.add_frame();
        batch.rewind(mark);
        assert_eq!(batch.frames(), 1);
        assert_eq!(drain(&mut batch, 7), b"first-head-secondthird-tail");
    }
}
