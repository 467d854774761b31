//! All of a frame, or nothing of it.

use super::batch::{FrameBatch, Mark};

/// Takes back a half-appended frame if its encoder fails or panics.
pub(super) struct Append<'a> {
    pub(super) batch: &'a mut FrameBatch,
    mark: Option<Mark>,
}

impl<'a> Append<'a> {
    pub(super) fn new(batch: &'a mut FrameBatch) -> Self {
        let mark = Some(batch.mark());
        Self { batch, mark }
    }

    pub(super) fn done(mut self) {
        self.mark = None;
    }
}

impl Drop for Append<'_> {
    fn drop(&mut self) {
        if let Some(mark) = self.mark {
            self.batch.rewind(mark);
        }
    }
}
