//! Encoded frames on their way to the kernel.

use std::io::{self, IoSlice};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};

use crate::codec::Piece;
use crate::wire::append::Rewind;
use crate::wire::io::BoxWriter;

/// The most slices handed to one `writev`.
pub(crate) const MAX_SLICES: usize = 64;

/// Capacity above which an empty batch gives its buffer back, in bytes.
const KEEP_CAPACITY: usize = 1024 * 1024;

/// Frames back to back. Small bytes stand in one buffer; large payload pieces stay where they are
/// and are woven in by offset, so that they are never copied.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    buf: BytesMut,
    /// Each goes before the byte of `buf` at its index. Indices never decrease.
    pieces: Vec<Piece>,
    /// How many of `pieces` are written.
    pieces_written: usize,
    /// Bytes in the others.
    pieces_len: usize,
    /// Bytes of `buf` that are written already.
    written: usize,
    frames: usize,
}

/// A place in a batch to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    buf: usize,
    pieces: usize,
    pieces_len: usize,
    frames: usize,
}

impl Batch {
    /// The buffer that heads and small payloads are appended to.
    #[inline]
    pub(crate) fn buf(&mut self) -> &mut BytesMut {
        &mut self.buf
    }

    /// Appends bytes without copying them.
    pub(crate) fn push_piece(&mut self, bytes: Bytes) {
        self.pieces_len += bytes.len();
        self.pieces.push(Piece {
            at: self.buf.len(),
            bytes,
        });
    }

    /// Appends what `write` writes to the buffer and adds to the pieces, whose bytes are
    /// `pieces_len` in all.
    pub(crate) fn push_with(
        &mut self,
        pieces_len: usize,
        write: impl FnOnce(&mut BytesMut, &mut Vec<Piece>),
    ) {
        write(&mut self.buf, &mut self.pieces);
        self.pieces_len += pieces_len;
    }

    /// Counts a frame whose bytes have been appended.
    #[inline]
    pub(crate) fn add_frame(&mut self) {
        self.frames += 1;
    }

    /// Frames appended since the batch was last empty.
    pub(crate) fn frames(&self) -> usize {
        self.frames
    }

    /// Bytes still to be written.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.buf.len() - self.written + self.pieces_len
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `slices` with what comes next and returns how many of them are used.
    pub(crate) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; MAX_SLICES]) -> usize {
        let (mut used, mut at) = (0, self.written);
        for piece in &self.pieces[self.pieces_written..] {
            if used + 2 > MAX_SLICES {
                return used;
            }
            if piece.at > at {
                slices[used] = IoSlice::new(&self.buf[at..piece.at]);
                used += 1;
                at = piece.at;
            }
            slices[used] = IoSlice::new(&piece.bytes);
            used += 1;
        }
        if at < self.buf.len() && used < MAX_SLICES {
            slices[used] = IoSlice::new(&self.buf[at..]);
            used += 1;
        }
        used
    }

    /// Writes as much as `socket` takes; the caller then [advances](Batch::advance).
    pub(crate) fn poll_write(
        &self,
        socket: &mut BoxWriter,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut slices = [IoSlice::new(&[]); MAX_SLICES];
        let written = match self.slices(&mut slices) {
            1 => ready!(socket.as_mut().poll_write(cx, &slices[0])),
            used => ready!(socket.as_mut().poll_write_vectored(cx, &slices[..used])),
        };
        Poll::Ready(match written {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            other => other,
        })
    }

    /// Forgets the next `n` bytes, which have been written. An emptied batch keeps its buffer for
    /// the next frames, unless it has grown unusually large.
    pub(crate) fn advance(&mut self, mut n: usize) {
        while let Some(piece) = self.pieces.get_mut(self.pieces_written) {
            let before = (piece.at - self.written).min(n);
            self.written += before;
            n -= before;
            let of_piece = piece.bytes.len().min(n);
            piece.bytes.advance(of_piece);
            self.pieces_len -= of_piece;
            n -= of_piece;
            if self.written < piece.at || !piece.bytes.is_empty() {
                return;
            }
            piece.bytes = Bytes::new(); // lets go of the memory
            self.pieces_written += 1;
        }
        self.written += n;
        if self.is_empty() {
            self.reset();
        }
    }

    fn reset(&mut self) {
        self.written = 0;
        self.frames = 0;
        self.pieces.clear();
        self.pieces_written = 0;
        if self.buf.capacity() > KEEP_CAPACITY {
            self.buf = BytesMut::new();
        } else {
            self.buf.clear();
        }
    }
}

impl Rewind for Batch {
    type Mark = Mark;

    fn mark(&self) -> Mark {
        Mark {
            buf: self.buf.len(),
            pieces: self.pieces.len(),
            pieces_len: self.pieces_len,
            frames: self.frames,
        }
    }

    /// Nothing may have been written in between.
    fn rewind(&mut self, mark: Mark) {
        self.buf.truncate(mark.buf);
        self.pieces.truncate(mark.pieces);
        self.pieces_len = mark.pieces_len;
        self.frames = mark.frames;
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
