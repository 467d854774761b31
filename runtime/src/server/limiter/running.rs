//! So many calls at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// The calls that run.
#[derive(Debug, Default)]
pub(super) struct Running(AtomicUsize);

impl Running {
    /// Counts a call, unless `most` run already.
    pub(super) fn take(&self, most: usize) -> bool {
        let next = |running: usize| (running < most).then_some(running + 1);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        taken.is_ok()
    }

    /// A call has ended.
    pub(super) fn give_back(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    /// How many run.
    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}
