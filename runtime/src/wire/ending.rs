//! The end of many streams or calls at the same time, with their connection or their server: other
//! tasks run in between.
//!
//! [`end_all`] is for streams that this crate ends itself, one after the other. [`Turns`] is for
//! streams that h2 ends: it wakes the tasks of all of them at once, and each task asks for its turn
//! before it does anything.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::vec;

use tokio::runtime::Handle;

use super::io::yield_once;
use crate::sync::lock;

/// How many streams end before the tasks run that this wakes. Ending one takes up to 15 µs, with what those
/// tasks do then. A thread of tokio has a queue of 256 tasks; those beyond wait behind all others.
///
/// The tasks that end streams go on behind those that they have woken, by [`yield_once`]. After
/// `tokio::task::yield_now` they would go on after 61 other tasks, whatever their number is (tokio's
/// `event_interval`): tens of thousands would pile up, and calls of other connections wait behind them.
const AT_ONCE: usize = 64;

/// Calls `end` with each of `streams` in turn, of which there may be more than 100,000. On a runtime, other
/// tasks run in between.
pub(crate) fn end_all<S, F>(streams: Vec<S>, end: F)
where
    S: Send + 'static,
    F: Fn(S) + Send + 'static,
{
    let streams = streams.into_iter();
    let mut left = Ending { streams, end };
    left.end_some();
    if let Ok(runtime) = Handle::try_current()
        && left.streams.len() > 0
    {
        runtime.spawn(async move {
            while left.streams.len() > 0 {
                yield_once().await;
                left.end_some();
            }
        });
    }
}

/// Streams that still have to end. Dropping this ends them at once, for example when a runtime
/// shuts down.
struct Ending<S, F: Fn(S)> {
    streams: vec::IntoIter<S>,
    end: F,
}

impl<S, F: Fn(S)> Ending<S, F> {
    fn end_some(&mut self) {
        let some = self.streams.by_ref().take(AT_ONCE);
        some.for_each(&self.end);
    }
}

impl<S, F: Fn(S)> Drop for Ending<S, F> {
    fn drop(&mut self) {
        while self.streams.len() > 0 {
            self.end_some();
        }
    }
}

/// Lets tasks go on a few at a time that were all woken at once, because their streams have ended.
#[derive(Debug)]
pub(super) struct Turns(Mutex<Waiting>);

#[derive(Debug)]
struct Waiting {
    /// How many tasks may still go on at once.
    left: usize,
    tasks: VecDeque<Waker>,
    /// Whether there is a task that wakes them.
    released: bool,
}

/// Whether one task has asked for its turn.
#[derive(Debug, Default)]
pub(super) struct Turn {
    asked: bool,
}

impl Default for Turns {
    fn default() -> Self {
        Self(Mutex::new(Waiting {
            left: AT_ONCE,
            tasks: VecDeque::new(),
            released: false,
        }))
    }
}

impl Turn {
    /// Ready when the task may go on. It may also go on when anything else wakes it.
    pub(super) fn poll(&mut self, turns: &Arc<Turns>, cx: &Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.asked, true) {
            return Poll::Ready(());
        }
        turns.ask(cx)
    }
}

impl Turns {
    /// Waits until a task may go on that ends with many others.
    pub(super) async fn turn(self: &Arc<Self>) {
        let mut turn = Turn::default();
        poll_fn(|cx| turn.poll(self, cx)).await;
    }

    fn ask(self: &Arc<Self>, cx: &Context<'_>) -> Poll<()> {
        let mut waiting = lock(&self.0);
        if waiting.left > 0 {
            waiting.left -= 1;
            return Poll::Ready(());
        }
        // A client's streams may be polled by another executor than tokio.
        let Ok(runtime) = Handle::try_current() else {
            return Poll::Ready(());
        };
        waiting.tasks.push_back(cx.waker().clone());
        if std::mem::replace(&mut waiting.released, true) {
            return Poll::Pending;
        }
        drop(waiting);
        let release = Release(Arc::clone(self));
        runtime.spawn(async move {
            loop {
                yield_once().await;
                if !release.wake(AT_ONCE) {
                    return;
                }
            }
        });
        Poll::Pending
    }
}

/// Wakes the waiting tasks. Dropping this wakes all of them, for example when a runtime shuts down.
struct Release(Arc<Turns>);

impl Release {
    /// Wakes at most so many tasks. `false` if none waited.
    fn wake(&self, most: usize) -> bool {
        let mut waiting = lock(&self.0.0);
        let some = waiting.tasks.len().min(most);
        if some == 0 {
            (waiting.left, waiting.released) = (AT_ONCE, false);
            return false;
        }
        let tasks: Vec<_> = waiting.tasks.drain(..some).collect();
        drop(waiting);
        tasks.into_iter().for_each(Waker::wake);
        true
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        while self.wake(usize::MAX) {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;
    use tokio::task::JoinSet;

    use super::*;

    const ALL: usize = 100 * AT_ONCE;

    /// Counts the tasks that were woken and have not run yet.
    #[derive(Default)]
    struct Woken {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    impl Woken {
        fn add(&self) {
            let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
        }

        fn ran(&self) {
            self.now.fetch_sub(1, Ordering::SeqCst);
        }
    }

    /// Ends many streams for each of which a task waits, and gives how many of these were ready at a time.
    async fn most_woken() -> usize {
        let (woken, mut tasks) = (Arc::new(Woken::default()), JoinSet::new());
        let streams = (0..ALL).map(|_| {
            let (end, woken) = (Arc::new(Notify::new()), Arc::clone(&woken));
            let ended = Arc::clone(&end);
            tasks.spawn(async move {
                ended.notified().await;
                woken.ran();
            });
            end
        });
        let streams: Vec<_> = streams.collect();
        tokio::task::yield_now().await;
        let count = Arc::clone(&woken);
        end_all(streams, move |end: Arc<Notify>| {
            count.add();
            end.notify_one();
        });
        while tasks.join_next().await.is_some() {}
        woken.most.load(Ordering::SeqCst)
    }

    #[tokio::test]
    async fn tasks_of_streams_that_end_do_not_pile_up() {
        let most = most_woken().await;
        assert!(most <= AT_ONCE, "{most}");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn they_do_not_pile_up_on_several_threads() {
        // Another thread may have taken some of them, and not run them yet.
        let most = most_woken().await;
        assert!(most <= ALL / 10, "{most}");
    }

    /// Lets an unrelated task run until all have ended, and gives how many had ended each time that it
    /// ran.
    async fn seen(ended: Arc<AtomicUsize>, all: usize) -> Vec<usize> {
        let other = tokio::spawn(async move {
            let mut seen = Vec::new();
            while ended.load(Ordering::Relaxed) < all {
                seen.push(ended.load(Ordering::Relaxed));
                yield_once().await;
            }
            seen
        });
        other.await.unwrap()
    }

    #[tokio::test]
    async fn other_tasks_run_while_many_tasks_end() {
        let (turns, ended) = (Arc::new(Turns::default()), Arc::new(AtomicUsize::new(0)));
        let all = 10 * AT_ONCE;
        for _ in 0..all {
            let (turns, ended) = (Arc::clone(&turns), Arc::clone(&ended));
            tokio::spawn(async move {
                turns.turn().await;
                ended.fetch_add(1, Ordering::Relaxed);
            });
        }
        let seen = seen(ended, all).await;
        assert!(seen.len() >= 9, "{seen:?}");
        let most = seen.windows(2).map(|pair| pair[1] - pair[0]).max();
        assert!(most <= Some(2 * AT_ONCE), "{seen:?}");
    }

    #[test]
    fn nobody_waits_for_a_runtime_that_is_gone() {
        let turns = Arc::new(Turns::default());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let cx = &mut Context::from_waker(Waker::noop());
        runtime.block_on(async {
            lock(&turns.0).left = 0;
            assert!(Turn::default().poll(&turns, cx).is_pending());
        });
        drop(runtime);
        assert!(lock(&turns.0).tasks.is_empty());
        // Without a runtime there is no waiting.
        lock(&turns.0).left = 0;
        assert!(Turn::default().poll(&turns, cx).is_ready());
    }
}
