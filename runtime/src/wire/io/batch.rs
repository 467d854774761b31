//! Bytes that wait for the kernel: the batch copies small ones together and shares large ones.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::AsyncWrite;

use crate::codec::Piece;

/// The most slices that one `writev` gets: they take 1 KiB of the stack. The system's own bound is
/// 1,024.
pub(crate) const MAX_SLICES: usize = 64;
/// With fewer written bytes than this, moving the unwritten ones to the front is not worthwhile.
const RECLAIM: usize = 16 * 1024;

/// Bytes that wait to be written, in order. Small ones are copied into one buffer. Large pieces are
/// never copied: the batch remembers at which offset of the buffer each piece goes.
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
}

/// A place in a batch to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    buf: usize,
    pieces: usize,
    pieces_len: usize,
}

impl Batch {
    /// The buffer that small bytes are appended to.
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

    /// Bytes still to be written.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.buf.len() - self.written + self.pieces_len
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            buf: self.buf.len(),
            pieces: self.pieces.len(),
            pieces_len: self.pieces_len,
        }
    }

    /// Takes back everything appended since `mark`. Nothing may have been written in between.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        self.buf.truncate(mark.buf);
        self.pieces.truncate(mark.pieces);
        self.pieces_len = mark.pieces_len;
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

    /// Writes as many bytes as `io` takes. The caller then [advances](Batch::advance) the batch.
    pub(crate) fn poll_write<IO: AsyncWrite + ?Sized>(
        &self,
        io: Pin<&mut IO>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        let mut slices = [IoSlice::new(&[]); MAX_SLICES];
        let written = match self.slices(&mut slices) {
            1 => ready!(io.poll_write(cx, &slices[0])),
            used => ready!(io.poll_write_vectored(cx, &slices[..used])),
        };
        Poll::Ready(match written {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            other => other,
        })
    }

    /// Removes the next `n` bytes, which have been written. A batch that is empty then keeps its
    /// buffer.
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
        self.pieces.clear();
        self.pieces_written = 0;
        self.buf.clear();
    }

    /// Makes room in a batch that is appended to while it is being written. If the peer reads
    /// slowly, such a batch is never empty, and would otherwise grow for ever.
    #[inline]
    pub(crate) fn reclaim(&mut self) {
        let left = self.buf.len() - self.written;
        if self.written >= RECLAIM.max(left) {
            self.move_to_front(left);
        }
    }

    #[cold]
    fn move_to_front(&mut self, left: usize) {
        self.buf.copy_within(self.written.., 0);
        self.buf.truncate(left);
        self.pieces.drain(..self.pieces_written);
        self.pieces_written = 0;
        for piece in &mut self.pieces {
            piece.at -= self.written;
        }
        self.written = 0;
    }

    /// The bytes that were copied into the buffer, written or not.
    pub(crate) fn copied(&self) -> usize {
        self.buf.len()
    }

    /// Bytes that the buffer has room for.
    pub(crate) fn capacity(&self) -> usize {
        self.buf.capacity()
    }

    /// Frees the buffer of an empty batch.
    pub(crate) fn release(&mut self) {
        debug_assert!(self.is_empty(), "its bytes would be lost");
        self.buf = BytesMut::new();
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
        batch
    }

    #[test]
    fn pieces_keep_their_place_however_the_kernel_cuts_the_bytes() {
        for step in 1..30 {
            let mut batch = sample();
            assert_eq!(batch.len(), 27);
            assert_eq!(drain(&mut batch, step), b"first-head-secondthird-tail");
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
    fn what_is_taken_back_leaves_no_trace() {
        let mut batch = sample();
        let mark = batch.mark();
        batch.buf().extend_from_slice(b"half a frame");
        batch.push_piece(Bytes::from_static(b"piece"));
        batch.rewind(mark);
        assert_eq!(drain(&mut batch, 7), b"first-head-secondthird-tail");
    }

    /// A peer takes a little less than the batch holds, again and again.
    #[test]
    fn a_batch_that_is_never_emptied_does_not_grow() {
        let (mut batch, mut sent, mut taken) = (Batch::default(), Vec::new(), Vec::new());
        for number in 0..10_000_u32 {
            let (small, large) = ([number as u8; 300], vec![!number as u8; 50]);
            sent.extend_from_slice(&small);
            sent.extend_from_slice(&large);
            batch.reclaim();
            batch.buf().extend_from_slice(&small);
            batch.push_piece(large.into());
            if batch.len() > 1000 {
                let mut slices = [IoSlice::new(&[]); MAX_SLICES];
                let used = batch.slices(&mut slices);
                let all: Vec<u8> = slices[..used].iter().flat_map(|s| s.to_vec()).collect();
                taken.extend_from_slice(&all[..350]);
                batch.advance(350);
            }
            assert!(batch.capacity() <= 4 * RECLAIM, "{}", batch.capacity());
            assert!(batch.pieces.len() <= 2 * RECLAIM / 300);
        }
        taken.extend(drain(&mut batch, usize::MAX));
        assert!(taken == sent);
    }
}
