//! Writes the out buffer of a connection to its socket.

use std::future::poll_fn;
use std::io;
use std::sync::TryLockError;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use super::{FrameBatch, Outbox, Queue};
use crate::call::WaitTimer;
use crate::sync::lock;
use crate::wire::io::yield_once;
use crate::wire::taken;

impl Outbox {
    /// Writes until the connection is finished, and flushes whatever buffers the bytes. Each
    /// connection calls this once.
    ///
    /// # Errors
    /// The socket failed, or the peer takes no bytes. The connection cannot be used any more.
    pub(crate) async fn write_all(&self) -> io::Result<()> {
        let mut batch = FrameBatch::default();
        let mut stuck = WaitTimer::new(self.send_timeout);
        while poll_fn(|cx| self.poll_filled(cx)).await {
            // Whoever else can run now adds its frames to this write.
            yield_once().await;
            self.take(&mut batch);
            while !batch.is_empty() {
                stuck.restart();
                let write = poll_fn(|cx| taken(self.poll_write(&batch, cx), &mut stuck, cx));
                let n = write.await?;
                batch.advance(n);
                self.wrote(n);
            }
            stuck.restart();
            poll_fn(|cx| taken(self.poll_flush(cx), &mut stuck, cx)).await?;
        }
        Ok(())
    }

    /// `true` when there are frames to write or to flush, `false` when the connection is finished
    /// and none are left.
    fn poll_filled(&self, cx: &mut Context<'_>) -> Poll<bool> {
        let mut queue = self.lock();
        if !queue.batch.is_empty() || queue.unflushed {
            return Poll::Ready(true);
        }
        if queue.finishing {
            return Poll::Ready(false);
        }
        queue.writer = Some(cx.waker().clone());
        let senders = self.next_senders(&mut queue);
        drop(queue);
        if !senders.is_empty() {
            // Comes back behind them: others may wait, and those may have nothing to send any more.
            cx.waker().wake_by_ref();
            senders.into_iter().for_each(Waker::wake);
        }
        Poll::Pending
    }

    /// Swaps the filled batch for the empty `batch`.
    fn take(&self, batch: &mut FrameBatch) {
        let mut queue = self.lock();
        std::mem::swap(&mut queue.batch, batch);
        queue.unflushed = false;
        queue.last_frames = batch.frames();
        queue.last_read = self.reads.load(Ordering::Relaxed);
    }

    fn poll_write(&self, batch: &FrameBatch, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match lock(&self.socket).as_mut() {
            Some(socket) => batch.bytes.poll_write(socket.as_mut(), cx),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match lock(&self.socket).as_mut() {
            Some(socket) => socket.as_mut().poll_flush(cx),
            None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Accounts for `n` written bytes and lets some senders go on at half the high-water mark: others do when
    /// more is written, or nothing is left to write.
    fn wrote(&self, n: usize) {
        let mut queue = self.lock();
        let pending = self.pending() - n;
        self.set_pending(pending, &queue);
        if pending > self.high_water / 2 {
            return;
        }
        let reader = queue.reader.take();
        let senders = self.next_senders(&mut queue);
        drop(queue);
        reader.into_iter().chain(senders).for_each(Waker::wake);
    }

    /// Whether the one frame in the buffer is better written by its sender than by the writer.
    ///
    /// A wake of the writer is spared when two peers talk in turns: the last write held a single
    /// frame, and something was read since. In a burst neither holds for long, and frames are
    /// left to come together.
    fn is_lone(&self, queue: &Queue) -> bool {
        queue.batch.frames() == 1
            && queue.last_frames == 1
            && queue.last_read != self.reads.load(Ordering::Relaxed)
    }

    /// Writes and flushes the buffer from the sender's own task if that is better, while the writer
    /// waits. `false`: something is left for the writer.
    pub(super) fn write_alone(&self, queue: &mut Queue) -> bool {
        if !self.is_lone(queue) {
            return false;
        }
        let mut socket = match self.socket.try_lock() {
            Ok(socket) => socket,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        let Some(socket) = socket.as_mut() else {
            return false;
        };
        // The writer polls with its own waker when this does not write or flush everything; it also
        // meets again any error found here.
        let mut cx = Context::from_waker(Waker::noop());
        let Poll::Ready(Ok(n)) = queue.batch.bytes.poll_write(socket.as_mut(), &mut cx) else {
            return false;
        };
        queue.batch.advance(n);
        queue.last_read = self.reads.load(Ordering::Relaxed);
        self.set_pending(self.pending() - n, queue);
        if !queue.batch.is_empty() {
            return false;
        }
        queue.unflushed = !matches!(socket.as_mut().poll_flush(&mut cx), Poll::Ready(Ok(())));
        !queue.unflushed
    }
}
