//! The out buffer of a connection: many streams or calls append frames, and one task writes them.

mod batch;
mod senders;
mod writing;

use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

pub(super) use batch::FrameBatch;
use senders::Senders;

use crate::error::{Error, Result};
use crate::sync::lock;
use crate::wire::append::Append;
use crate::wire::end_all;
use crate::wire::io::BoxWriter;

/// Bytes that may wait for the kernel, unless the user says otherwise, before senders are held back: some
/// writes' worth, so that the writer never runs dry, and little to be held by a peer that takes nothing.
pub(super) const OUT_HIGH_WATER: usize = 512 * 1024;

/// A message with more bytes than this to copy is encoded before the out buffer is locked, so that other
/// streams and calls need not wait for it.
pub(super) const ENCODE_APART: usize = 64 * 1024;

/// Bytes of frames other than DATA that may wait while a server goes on reading.
const MAX_ANSWERS: usize = 1024 * 1024;

/// How many senders are woken before other tasks run, the writer among them. Most of those who wait find no room
/// left by those before them.
const SENDERS_AT_ONCE: usize = 64;

/// Frames are encoded straight into the buffer, under a lock held for one frame. The writer is
/// woken when the buffer turns non-empty, and takes all that has come together by then.
///
/// A frame may be written by its own sender when it is the only one: see [`Outbox::is_lone`].
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    /// Bytes that the kernel has not taken. Changed under the lock of `queue`,
    /// read without.
    pending: AtomicUsize,
    high_water: usize,
    send_timeout: Duration,
    /// Whether senders wait although there is room. Changed under the lock of `queue`.
    crowded: AtomicBool,
    /// Bytes of frames other than DATA, appended since `pending` was last below half the
    /// high-water mark. Changed under the lock of `queue`.
    answers: AtomicUsize,
    /// Reads of the connection's other direction; tells a conversation from a burst.
    reads: AtomicU64,
    /// `None` once the connection is closed.
    socket: Mutex<Option<BoxWriter>>,
}

#[derive(Default)]
struct Queue {
    batch: FrameBatch,
    /// The writer, waiting for a frame. `None` while it is writing.
    writer: Option<Waker>,
    /// Senders that wait for room.
    senders: Senders,
    /// The connection's reader, while the peer does not take its answers.
    reader: Option<Waker>,
    /// Why nothing more is accepted.
    closed: Option<Error>,
    /// A sender has written frames that may still be in a buffer of the socket. A TLS session has
    /// such a buffer.
    unflushed: bool,
    /// The writer ends when all is written.
    finishing: bool,
    /// Frames of the last write, and the value of `reads` then.
    last_frames: usize,
    last_read: u64,
}

impl Outbox {
    /// If the peer takes no bytes for `send_timeout`, [`Outbox::write_all`] ends.
    pub(crate) fn new(socket: BoxWriter, high_water: usize, send_timeout: Duration) -> Self {
        Self {
            queue: Mutex::default(),
            pending: AtomicUsize::new(0),
            high_water,
            send_timeout,
            crowded: AtomicBool::new(false),
            answers: AtomicUsize::new(0),
            reads: AtomicU64::new(0),
            socket: Mutex::new(Some(socket)),
        }
    }

    /// Appends what `write` writes: all of it, or nothing when it fails (statement 18).
    ///
    /// # Errors
    /// That of `write`, or the reason why the connection is closed.
    #[inline]
    pub(crate) fn push<T>(&self, write: impl FnOnce(&mut FrameBatch) -> Result<T>) -> Result<T> {
        self.append(write, |_| ())
    }

    /// The same for frames other than DATA, which do not wait for room: their bytes are counted
    /// for [`Outbox::answers_taken`].
    pub(crate) fn push_control(
        &self,
        write: impl FnOnce(&mut FrameBatch) -> Result<()>,
    ) -> Result<()> {
        self.append(write, |added| {
            self.answers.store(
                self.answers.load(Ordering::Relaxed) + added,
                Ordering::Relaxed,
            );
        })
    }

    #[inline]
    fn append<T>(
        &self,
        write: impl FnOnce(&mut FrameBatch) -> Result<T>,
        count: impl FnOnce(usize),
    ) -> Result<T> {
        let mut queue = self.lock();
        if let Some(error) = &queue.closed {
            return Err(error.clone());
        }
        let before = queue.batch.bytes.len();
        let append = Append::new(&mut queue.batch);
        let written = write(append.buf)?;
        append.keep();
        let added = queue.batch.bytes.len() - before;
        count(added);
        self.set_pending(self.pending() + added, &queue);
        if added == 0 || queue.writer.is_none() || self.write_alone(&mut queue) {
            return Ok(written);
        }
        let writer = queue.writer.take();
        drop(queue);
        if let Some(writer) = writer {
            writer.wake();
        }
        Ok(written)
    }

    /// Ready while less than the high-water mark is waiting, or when the connection is closed.
    #[inline]
    pub(crate) fn poll_ready(&self, sid: i32, cx: &mut Context<'_>) -> Poll<()> {
        if self.pending() < self.high_water {
            return Poll::Ready(());
        }
        self.poll_room(sid, cx)
    }

    /// Out of line, so that sending while there is room is short.
    #[inline(never)]
    fn poll_room(&self, sid: i32, cx: &mut Context<'_>) -> Poll<()> {
        let mut queue = self.lock();
        if queue.closed.is_some() || self.pending() < self.high_water {
            return Poll::Ready(());
        }
        queue.senders.wait(sid, cx.waker());
        Poll::Pending
    }

    /// Wakes the sender of a stream that has ended.
    pub(crate) fn release(&self, sid: i32) {
        if self.pending() <= self.high_water / 2 && !self.crowded.load(Ordering::Relaxed) {
            return;
        }
        let waiting = self.lock().senders.remove(sid);
        if let Some(sender) = waiting {
            sender.wake();
        }
    }

    /// Waits while the peer leaves answers lying: streams that it opens are answered even if it
    /// reads nothing, and that has to end somewhere.
    pub(crate) async fn answers_taken(&self) {
        poll_fn(|cx| {
            if self.answers.load(Ordering::Relaxed) <= MAX_ANSWERS {
                return Poll::Ready(());
            }
            let mut queue = self.lock();
            if queue.closed.is_some() || self.answers.load(Ordering::Relaxed) <= MAX_ANSWERS {
                return Poll::Ready(());
            }
            queue.reader = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Notes that the peer's bytes were read.
    #[inline]
    pub(crate) fn note_read(&self) {
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// Reads so far, to tell whether the peer was heard of in between.
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Lets the writer end when everything is written; later frames are refused with `reason`.
    pub(crate) fn finish(&self, reason: Error) {
        let mut queue = self.lock();
        queue.finishing = true;
        queue.closed.get_or_insert(reason);
        let writer = queue.writer.take();
        drop(queue);
        if let Some(writer) = writer {
            writer.wake();
        }
    }

    /// Refuses further frames, forgets those that wait and drops the socket.
    pub(crate) fn close(&self, reason: Error) {
        let mut queue = self.lock();
        queue.finishing = true;
        queue.closed.get_or_insert(reason);
        queue.batch = FrameBatch::default();
        queue.unflushed = false;
        let writer = queue.writer.take();
        let senders = queue.senders.take(usize::MAX);
        drop(queue);
        lock(&self.socket).take();
        writer.into_iter().for_each(Waker::wake);
        end_all(senders, Waker::wake);
    }

    /// Takes the senders that are to be woken next.
    fn next_senders(&self, queue: &mut Queue) -> Vec<Waker> {
        let some = queue.senders.take(SENDERS_AT_ONCE);
        self.crowded
            .store(!queue.senders.is_empty(), Ordering::Relaxed);
        some
    }

    #[inline]
    fn pending(&self) -> usize {
        self.pending.load(Ordering::Relaxed)
    }

    /// Sets what only changes while `_locked` is held, and so needs no atomic addition.
    #[inline]
    fn set_pending(&self, pending: usize, _locked: &Queue) {
        self.pending.store(pending, Ordering::Relaxed);
        if pending <= self.high_water / 2 {
            self.answers.store(0, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        lock(&self.queue)
    }
}

#[cfg(test)]
mod tests;
