//! Appends a message to a buffer as a whole, or not at all.

use bytes::BytesMut;

/// A buffer that can go back to an earlier state.
pub(super) trait Rewind {
    /// A position in the buffer.
    type Mark: Copy;

    fn mark(&self) -> Self::Mark;

    /// Removes everything that was appended since `mark`.
    fn rewind(&mut self, mark: Self::Mark);
}

impl Rewind for BytesMut {
    type Mark = usize;

    fn mark(&self) -> usize {
        self.len()
    }

    fn rewind(&mut self, mark: usize) {
        self.truncate(mark);
    }
}

/// Removes what was appended, unless the caller keeps it. If an encoder fails or panics, no half of
/// a message stays behind; the peer could not read anything after it, and every stream of the
/// connection would end.
pub(super) struct Append<'a, B: Rewind> {
    pub(super) buf: &'a mut B,
    mark: Option<B::Mark>,
}

impl<'a, B: Rewind> Append<'a, B> {
    pub(super) fn new(buf: &'a mut B) -> Self {
        let mark = Some(buf.mark());
        Self { buf, mark }
    }

    pub(super) fn keep(mut self) {
        self.mark = None;
    }
}

impl<B: Rewind> Drop for Append<'_, B> {
    fn drop(&mut self) {
        if let Some(mark) = self.mark {
            self.buf.rewind(mark);
        }
    }
}
