//! How much memory the process takes.

use peak_alloc::PeakAlloc;
use tokio::sync::{Mutex as Turn, MutexGuard};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Tests that measure take turns.
pub(crate) static TURN: Turn<()> = Turn::const_new(());

/// The most that is held at a time from here on, beyond what is held now.
pub(crate) struct Peak {
    before: usize,
    _turn: MutexGuard<'static, ()>,
}

impl Peak {
    pub(crate) async fn start() -> Self {
        let turn = TURN.lock().await;
        MEMORY.reset_peak_usage();
        Self {
            before: MEMORY.current_usage(),
            _turn: turn,
        }
    }

    pub(crate) fn assert_below(&self, most: usize) {
        let held = MEMORY.peak_usage().saturating_sub(self.before);
        assert!(held < most, "{held} of {most} bytes");
    }
}
