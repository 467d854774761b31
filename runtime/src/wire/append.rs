//! All of a message, or nothing of it.

use bytes::BytesMut;

/// A buffer that can go back to where it was.
pub(super) trait Rewind {
    /// A place in the buffer.
    type Mark: Copy;

    fn mark(&self) -> Self::Mark;

    /// Takes back everything appended since `mark`.
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

/// Takes back what was appended unless it is kept: an encoder that fails or panics leaves no half of a
/// message, which would end every stream of the connection.
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
