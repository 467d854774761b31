//! The task of a connection.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite};

use super::budget::Budget;
use super::drive_queue::{DriveQueue, Signal};
use super::events::End;
use super::io::FlushHandle;
use super::keepalive::Keepalive;
use super::progress::Progress;

/// A connection of either side.
pub(super) trait Http2: Unpin {
    /// Reads, gathers what is to be written, and deals with what has come. Ready when the
    /// connection is over.
    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>>;

    /// Tells observers why the connection is over.
    fn tell_end(&self, end: &End);
}

/// Runs a connection; completes with it.
pub(super) struct Driver<H: Http2, IO> {
    /// `None` once it is over.
    h2: Option<H>,
    /// Sends at once what h2 has written to this connection.
    flusher: FlushHandle<IO>,
    drive_queue: Arc<DriveQueue>,
    /// A waker that wakes the connection's task by way of [`DriveQueue`].
    waker: Waker,
    keepalive: Option<Keepalive>,
    progress: Progress,
    budget: Budget,
    /// Streams to be driven next.
    queue: VecDeque<Arc<Signal>>,
    /// Whether other tasks had their turn since this one was woken.
    yielded: bool,
    /// Whether `tell_end` was called.
    told: bool,
}

impl<H: Http2, IO: AsyncRead + AsyncWrite + Unpin> Driver<H, IO> {
    pub(super) fn new(
        h2: H,
        flusher: FlushHandle<IO>,
        drive_queue: Arc<DriveQueue>,
        keepalive: Option<Keepalive>,
        progress: Progress,
        budget: Budget,
    ) -> Self {
        Self {
            h2: Some(h2),
            flusher,
            waker: Waker::from(Arc::clone(&drive_queue)),
            drive_queue,
            keepalive,
            progress,
            budget,
            queue: VecDeque::new(),
            yielded: false,
            told: false,
        }
    }

    fn over(&mut self, end: End) -> Poll<()> {
        tell(&mut self.told, self.h2.as_ref(), &end);
        Poll::Ready(())
    }

    /// The connection, while it runs.
    pub(super) fn h2(&mut self) -> Option<&mut H> {
        self.h2.as_mut()
    }

    /// Once each time there is something to send: who else can run now adds to the write. A runtime
    /// of several threads runs this task right behind the first stream that wakes it.
    fn let_others_go_first(&mut self, cx: &Context<'_>) -> bool {
        self.yielded = !self.yielded && self.drive_queue.is_wanted();
        if self.yielded {
            cx.waker().wake_by_ref();
        }
        self.yielded
    }

    fn poll_h2(&mut self) -> Poll<()> {
        let Some(h2) = &mut self.h2 else {
            return Poll::Ready(());
        };
        let cx = &mut Context::from_waker(&self.waker);
        let run = h2.poll_run(cx);
        let Poll::Ready(ended) = run else {
            return Poll::Pending;
        };
        // The gathered bytes may contain the GOAWAY that tells the peer the reason. They are
        // written as far as possible now; nothing waits for the rest.
        let _ = self.flusher.poll_flush(cx);
        self.over(End::Http2(ended))
    }

    /// Ready when the peer is unusable: it does not answer a ping, has not finished a frame or its
    /// preface, or takes nothing of what is written.
    fn poll_gone(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let seen = self.flusher.seen();
        if let Poll::Ready(end) = self.progress.poll_late(cx, seen) {
            return self.over(end);
        }
        let keepalive = self.keepalive.as_mut();
        match keepalive.is_some_and(|keepalive| keepalive.poll_dead(cx).is_ready()) {
            true => self.over(End::Silent),
            false => Poll::Pending,
        }
    }

    /// Ready when the connection cannot be written to.
    fn poll_broken(&mut self) -> Poll<()> {
        match self
            .flusher
            .poll_flush(&mut Context::from_waker(&self.waker))
        {
            Poll::Ready(Err(error)) => self.over(End::Broken(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Pending,
        }
    }
}

impl<H: Http2, IO: AsyncRead + AsyncWrite + Unpin> Future for Driver<H, IO> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let driver = &mut *self;
        driver.drive_queue.awake();
        if driver.let_others_go_first(cx) {
            return Poll::Pending;
        }
        loop {
            let more = driver.drive_queue.drive_ready(&mut driver.queue);
            driver.drive_queue.begin();
            if driver.poll_h2().is_ready() {
                return Poll::Ready(());
            }
            if !more && driver.drive_queue.poll_asleep(cx).is_pending() {
                break;
            }
        }
        // Once for all that was there to do: many frames, one write.
        if driver.poll_broken().is_ready() {
            return Poll::Ready(());
        }
        // What is to be read next waits until what was read is in order.
        if !driver.budget.keep(cx) && driver.flusher.begin_turn() {
            cx.waker().wake_by_ref();
        }
        driver.poll_gone(cx)
    }
}

impl<H: Http2, IO> Drop for Driver<H, IO> {
    /// Ends the streams with the connection, for whatever reason that ends: h2 tells them first.
    fn drop(&mut self) {
        tell(&mut self.told, self.h2.as_ref(), &End::Dropped);
        self.h2 = None;
        self.drive_queue.close(std::mem::take(&mut self.queue));
    }
}

/// Tells observers the first end only: it is the cause of the later ones.
fn tell<H: Http2>(told: &mut bool, h2: Option<&H>, end: &End) {
    if let (false, Some(h2)) = (std::mem::replace(told, true), h2) {
        h2.tell_end(end);
    }
}
