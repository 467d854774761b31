//! How the streams of a connection reach the task that runs it.
//!
//! h2 has one lock for a connection and one task that writes. Streams do not call into h2 for
//! each message: they fill a buffer of their own and put themselves on a list; the connection's
//! task takes the list, hands each buffer to h2 in one piece and writes them all at once.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::task::{Context, Poll, Wake, Waker};

use crate::sync::lock;
use crate::wire::end_all;

/// What streams hand to h2 before it writes. h2 takes a frame of each stream in turn: were it given
/// the large messages of many streams at once, all of them would arrive last, and be in memory
/// until then.
const BATCH: usize = 32 * 1024;

/// A stream that the connection's task looks after.
pub(super) trait Driven: Send + Sync {
    /// Hands on what can be handed on, gives its length in bytes, and looks for a reset. `cx` wakes
    /// the stream's signal.
    fn drive(&self, cx: &mut Context<'_>) -> usize;
}

/// The list of streams that want the connection's task.
#[derive(Default)]
pub(super) struct DriveQueue(Mutex<State>);

#[derive(Default)]
struct State {
    ready: Vec<Arc<Signal>>,
    /// Set when something was asked for while the task was running.
    again: bool,
    /// The task has ended, and nobody comes for the list any more.
    closed: bool,
    /// The task, while it sleeps.
    task: Option<Waker>,
}

/// Wakes the connection's task for one stream. It does not keep the stream alive: h2 keeps
/// wakers under its lock, and a stream that was dropped there would want that lock.
pub(super) struct Signal {
    drive_queue: Arc<DriveQueue>,
    /// Whether it is on the list. Set only while somebody comes for the list.
    queued: AtomicBool,
    stream: OnceLock<Weak<dyn Driven>>,
}

impl DriveQueue {
    /// Puts the stream on the list, if it is not there. `false` if nobody comes for the list any more.
    fn push(&self, signal: &Arc<Signal>) -> bool {
        let mut state = lock(&self.0);
        if state.closed {
            return false;
        }
        if signal.queued.swap(true, Ordering::AcqRel) {
            return true;
        }
        state.ready.push(Arc::clone(signal));
        let task = state.task.take();
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
        true
    }

    /// Drives streams that asked for it, in turn, until they have handed on [`BATCH`] bytes. `false`
    /// if none is left.
    ///
    /// `queue` holds those that are next.
    pub(super) fn drive_ready(&self, queue: &mut VecDeque<Arc<Signal>>) -> bool {
        let mut handed_on = 0;
        loop {
            queue.extend(lock(&self.0).ready.drain(..));
            if queue.is_empty() {
                return false;
            }
            while let Some(signal) = queue.pop_front() {
                handed_on += signal.drive();
                if handed_on >= BATCH {
                    return true;
                }
            }
        }
    }

    /// The connection is over: lets every stream that asked notice it, a few at a time, and takes no
    /// more. Streams that ask later are told so by [`Signal::raise`].
    pub(super) fn close(&self, queue: VecDeque<Arc<Signal>>) {
        let mut state = lock(&self.0);
        state.closed = true;
        let ready = std::mem::take(&mut state.ready);
        drop(state);
        let all = queue.into_iter().chain(ready).collect();
        end_all(all, |signal: Arc<Signal>| {
            signal.drive();
        });
    }

    /// Forgets what was asked for so far, because it is about to be done.
    pub(super) fn begin(&self) {
        lock(&self.0).again = false;
    }

    /// Pending until the next request. Ready at once if there was a request since
    /// [`DriveQueue::begin`].
    pub(super) fn poll_asleep(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = lock(&self.0);
        if state.again || !state.ready.is_empty() {
            state.task = None;
            return Poll::Ready(());
        }
        match &mut state.task {
            Some(task) => task.clone_from(cx.waker()),
            None => state.task = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    /// Whether anything was asked for.
    pub(super) fn is_wanted(&self) -> bool {
        let state = lock(&self.0);
        state.again || !state.ready.is_empty()
    }

    /// The task runs from here on, and need not be woken.
    pub(super) fn awake(&self) {
        lock(&self.0).task = None;
    }
}

/// h2 wakes this when the connection's task has to write or read.
impl Wake for DriveQueue {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = lock(&self.0);
        state.again = true;
        let task = state.task.take();
        drop(state);
        if let Some(task) = task {
            task.wake();
        }
    }
}

impl Signal {
    pub(super) fn new(drive_queue: Arc<DriveQueue>) -> Arc<Self> {
        Arc::new(Self {
            drive_queue,
            queued: AtomicBool::new(false),
            stream: OnceLock::new(),
        })
    }

    /// Says which stream it is for; once.
    pub(super) fn bind<S: Driven + 'static>(&self, stream: &Arc<S>) {
        let weak: Weak<S> = Arc::downgrade(stream);
        let _ = self.stream.set(weak);
    }

    /// Asks the connection's task to drive the stream. If the connection is over, this drives the
    /// stream itself, which then finds its end: h2 tells that only to streams that were driven before.
    ///
    /// Not to be called under a lock that driving the stream takes.
    pub(super) fn raise(self: &Arc<Self>) {
        if !self.ask() {
            Arc::clone(self).drive();
        }
    }

    /// Asks the connection's task to drive the stream. The caller has changed the stream under a lock
    /// that driving takes, too. If the task took that lock before the caller did, it had cleared
    /// `queued` by then, so this puts the stream on the list again.
    ///
    /// `false` if the connection is over.
    fn ask(self: &Arc<Self>) -> bool {
        self.queued.load(Ordering::Relaxed) || self.drive_queue.push(self)
    }

    fn drive(self: Arc<Self>) -> usize {
        // Before the stream is looked at: what it asks for from here on is asked anew.
        self.queued.store(false, Ordering::Release);
        let Some(stream) = self.stream.get().and_then(Weak::upgrade) else {
            return 0;
        };
        let waker = Waker::from(self);
        stream.drive(&mut Context::from_waker(&waker))
    }
}

/// h2 wakes this under its lock, which driving the stream takes. It tells every driven stream of the end
/// of the connection before the list is closed, so nothing is lost if nobody comes.
impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.ask();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ask();
    }
}

#[cfg(test)]
mod tests;
