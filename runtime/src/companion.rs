//! A task that runs while its owner lives.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tracing::Span;

use crate::sync::lock;
use crate::trace;

/// The task of an owner, which has this as a field: when the owner is dropped, the task is aborted. So the
/// task must not keep its owner alive.
///
/// The owner begins the task whenever it needs it. That does nothing while the task runs, and once it has
/// returned. A task that is lost begins anew: its runtime has ended, or it has panicked.
#[derive(Debug, Default)]
pub(crate) struct Companion {
    /// Whether the task runs, or has returned.
    runs: Arc<AtomicBool>,
    task: Mutex<Option<AbortHandle>>,
}

impl Companion {
    /// Whether there is nothing to begin: the task runs, or has returned.
    pub(crate) fn runs(&self) -> bool {
        self.runs.load(Ordering::Acquire)
    }

    /// Begins the task, unless it runs or has returned. It belongs to no call, and so to no span. Outside of a
    /// runtime nothing begins.
    pub(crate) fn begin<F>(&self, task: impl FnOnce() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if self.runs() {
            return;
        }
        let mut held = lock(&self.task);
        if self.runs() || Handle::try_current().is_err() {
            return;
        }
        self.runs.store(true, Ordering::Release);
        let lost = Lost(Arc::clone(&self.runs));
        let task = task();
        let running = async move {
            task.await;
            lost.returned();
        };
        *held = Some(trace::spawn(&Span::none(), running).abort_handle());
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.task).take() {
            task.abort();
        }
    }
}

/// Notes that a task is lost, when it is dropped before it has returned.
struct Lost(Arc<AtomicBool>);

impl Lost {
    /// It is not lost.
    fn returned(mut self) {
        // The flag that everybody else has stays as it is.
        self.0 = Arc::default();
    }
}

impl Drop for Lost {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::runtime::{Builder, Runtime};
    use tokio::task::yield_now;

    use super::*;

    fn runtime() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }

    /// Begins a task that never returns, and lets it run. `alive` lives as long as the task does.
    async fn begin(companion: &Companion, alive: &Arc<()>) {
        let alive = Arc::clone(alive);
        companion.begin(|| async move {
            let _alive = alive;
            pending().await
        });
        yield_now().await;
    }

    /// How many tasks there are.
    fn tasks(alive: &Arc<()>) -> usize {
        Arc::strong_count(alive) - 1
    }

    #[test]
    fn there_is_one_task_and_another_one_when_its_runtime_has_ended() {
        let (companion, alive) = (Companion::default(), Arc::new(()));
        for _ in 0..2 {
            let runtime = runtime();
            for _ in 0..2 {
                runtime.block_on(begin(&companion, &alive));
                assert!(companion.runs());
                assert_eq!(tasks(&alive), 1);
            }
            drop(runtime);
            assert!(!companion.runs());
            assert_eq!(tasks(&alive), 0);
        }
    }

    #[test]
    fn a_task_that_no_runtime_has_run_yet_is_lost_with_it_too() {
        let companion = Companion::default();
        let runtime = runtime();
        let entered = runtime.enter();
        companion.begin(pending);
        assert!(companion.runs());
        drop(entered);
        drop(runtime);
        assert!(!companion.runs());
    }

    #[tokio::test]
    async fn the_task_ends_with_its_owner() {
        let (companion, alive) = (Companion::default(), Arc::new(()));
        begin(&companion, &alive).await;
        assert_eq!(tasks(&alive), 1);
        drop(companion);
        yield_now().await;
        assert_eq!(tasks(&alive), 0);
    }

    #[tokio::test]
    async fn a_task_that_has_panicked_begins_again() {
        let (companion, alive) = (Companion::default(), Arc::new(()));
        companion.begin(|| async { panic!("a test wants it") });
        yield_now().await;
        assert!(!companion.runs());
        begin(&companion, &alive).await;
        assert_eq!((companion.runs(), tasks(&alive)), (true, 1));
    }

    #[tokio::test]
    async fn a_task_that_has_returned_does_not_begin_again() {
        let companion = Companion::default();
        companion.begin(|| async {});
        yield_now().await;
        assert!(companion.runs());
        companion.begin(|| async { unreachable!("it has returned") });
        yield_now().await;
        assert!(companion.runs());
    }

    #[test]
    fn outside_of_a_runtime_nothing_begins() {
        let companion = Companion::default();
        companion.begin(pending);
        assert!(!companion.runs());
    }
}
