//! What is to be written, gathered.

use std::cell::Cell;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::output::{Output, OutputCharge};
use crate::wire::io::Batch;

/// Bytes that are gathered before they are written even though more may follow. Three frames: with
/// more, what is written has left the processor's cache when the kernel copies it.
const GATHER: usize = 48 * 1024;
/// What h2 keeps for a frame at least.
const FRAME: usize = 256;
/// From this length on a payload is not copied.
const LARGE: usize = 4 * 1024;
/// A buffer up to this size is kept while nothing is to be written; idle connections are many.
const KEPT: usize = 16 * 1024;

thread_local! {
    /// The piece that h2 looked at last. It does so to write it, which is the next thing it does on
    /// this thread.
    static LOOKED_AT: Cell<Option<Bytes>> = const { Cell::new(None) };
}

/// A payload as h2 holds it. h2 lends what it writes to a byte stream, which would have to copy it to
/// keep it; by [`LOOKED_AT`] a large one is shared instead.
pub(super) struct Payload {
    bytes: Bytes,
    _waits: Option<OutputCharge>,
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        let _waits = None;
        Self { bytes, _waits }
    }
}

impl Payload {
    /// A payload for which the windows of the stream and of its connection have room. It counts as
    /// waiting only if h2 cannot write it soon.
    pub(super) fn granted(bytes: Bytes, output: &Arc<Output>) -> Self {
        match output.is_backed_up() {
            true => Self::charged(bytes, output),
            false => bytes.into(),
        }
    }

    /// A payload that waits on its connection as long as h2 holds it.
    pub(super) fn charged(bytes: Bytes, output: &Arc<Output>) -> Self {
        let _waits = Some(output.charge(bytes.len().max(FRAME)));
        Self { bytes, _waits }
    }
}

impl Buf for Payload {
    fn remaining(&self) -> usize {
        self.bytes.len()
    }

    fn chunk(&self) -> &[u8] {
        &self.bytes
    }

    fn chunks_vectored<'a>(&'a self, dst: &mut [IoSlice<'a>]) -> usize {
        if self.bytes.len() >= LARGE {
            LOOKED_AT.set(Some(self.bytes.clone()));
        }
        self.bytes.chunks_vectored(dst)
    }

    fn advance(&mut self, len: usize) {
        self.bytes.advance(len);
    }
}

/// Bytes that wait to be written.
#[derive(Default)]
pub(super) struct Gathered {
    bytes: Batch,
    /// Whether more than [`KEPT`] bytes were copied since the buffer was last empty.
    grown: bool,
}

impl Gathered {
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The number of bytes that wait.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it is time to write.
    pub(super) fn is_full(&self) -> bool {
        self.len() >= GATHER
    }

    /// Adds everything; gives its length.
    pub(super) fn add(&mut self, bufs: &[IoSlice<'_>]) -> usize {
        let piece = LOOKED_AT.take();
        let before = self.len();
        self.bytes.reclaim();
        for buf in bufs {
            match piece.as_ref().and_then(|piece| shared(piece, buf)) {
                Some(slice) => self.bytes.push_piece(slice),
                None => self.bytes.buf().extend_from_slice(buf),
            }
        }
        self.grown |= self.bytes.copied() > KEPT;
        self.len() - before
    }

    /// Writes all of it.
    pub(super) fn poll_write<IO: AsyncWrite + Unpin>(
        &mut self,
        io: &mut IO,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.is_empty() {
            let written = ready!(self.bytes.poll_write(Pin::new(&mut *io), cx))?;
            self.bytes.advance(written);
        }
        if std::mem::take(&mut self.grown) {
            self.bytes.release();
        }
        Poll::Ready(Ok(()))
    }
}

/// The part of `piece` that `buf` is, if it is one and worth sharing.
fn shared(piece: &Bytes, buf: &[u8]) -> Option<Bytes> {
    let (whole, part) = (piece.as_ptr_range(), buf.as_ptr_range());
    let inside = whole.start <= part.start && part.end <= whole.end;
    (inside && buf.len() >= LARGE).then(|| piece.slice_ref(buf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Waker;

    /// Takes at most `step` bytes at a time.
    struct Slow {
        step: usize,
        taken: Vec<u8>,
    }

    impl AsyncWrite for Slow {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &[u8],
        ) -> Poll<io::Result<usize>> {
            let len = buf.len().min(self.step);
            self.taken.extend_from_slice(&buf[..len]);
            Poll::Ready(Ok(len))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    fn payload(len: usize) -> Bytes {
        (0..len).map(|i| i as u8).collect()
    }

    /// As h2 does it: looks at the piece behind a frame's head, then writes both.
    fn add(gathered: &mut Gathered, head: &[u8], piece: &Payload) {
        let mut slices = [IoSlice::new(head), IoSlice::new(&[])];
        let used = piece.chunks_vectored(&mut slices[1..]);
        gathered.add(&slices[..=used]);
    }

    #[test]
    fn large_payloads_are_shared_and_small_ones_copied() {
        let (large, small) = (payload(LARGE), payload(LARGE - 1));
        let mut gathered = Gathered::default();
        add(&mut gathered, b"head", &large.clone().into());
        add(&mut gathered, b"head", &small.clone().into());
        assert_eq!(gathered.len(), large.len() + small.len() + 8);
        assert_eq!(gathered.bytes.copied(), small.len() + 8);
    }

    #[test]
    fn what_h2_looked_at_and_did_not_write_is_not_mistaken_for_what_it_writes() {
        let looked_at = Payload::from(payload(LARGE));
        let mut slices = [IoSlice::new(&[])];
        looked_at.chunks_vectored(&mut slices);
        let written = payload(LARGE);
        let mut gathered = Gathered::default();
        gathered.add(&[IoSlice::new(&written)]);
        assert_eq!(gathered.bytes.copied(), written.len());
    }

    #[test]
    fn bytes_keep_their_order_however_they_are_taken() {
        for step in [1, 3, 5_000, usize::MAX] {
            let mut gathered = Gathered::default();
            let mut expected = Vec::new();
            for len in [3, LARGE, 0, 10_000, 1, 2, LARGE + 1] {
                let payload = payload(len);
                add(&mut gathered, b"head", &payload.clone().into());
                expected.extend_from_slice(b"head");
                expected.extend_from_slice(&payload);
            }
            let mut io = Slow {
                step,
                taken: Vec::new(),
            };
            let written = gathered.poll_write(&mut io, &mut Context::from_waker(Waker::noop()));
            assert!(matches!(written, Poll::Ready(Ok(()))));
            assert!(gathered.is_empty());
            assert!(io.taken == expected);
        }
    }

    #[test]
    fn a_large_buffer_is_not_kept() {
        let mut gathered = Gathered::default();
        let small = payload(LARGE - 1);
        while !gathered.is_full() {
            gathered.add(&[IoSlice::new(&small)]);
        }
        let mut io = Slow {
            step: usize::MAX,
            taken: Vec::new(),
        };
        let _ = gathered.poll_write(&mut io, &mut Context::from_waker(Waker::noop()));
        assert_eq!(gathered.bytes.capacity(), 0);
    }
}
