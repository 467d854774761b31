//! A stream at the side that runs its handler.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use bytes::Bytes;
use faststr::FastStr;

use super::connection::Shared;
use crate::cancellation::Cancellation;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result, Side};
use crate::frame::{DataHead, Frame};
use crate::metadata::Metadata;
use crate::stream::{Effects, Outcome, Outgoing, ServerStream};
use crate::transport::RawStream;
use crate::transport::ttstream::backlog::cost;
use crate::transport::ttstream::groups::Inbound;
use crate::transport::ttstream::message::append_message;
use crate::transport::ttstream::sync::lock;
use crate::transport::ttstream::waiters::{Waiters, register};

/// One stream, shared by its connection and its handler.
pub(super) struct Stream {
    sid: i32,
    pub(super) method: FastStr,
    /// Fires when the stream ends, with the reason.
    pub(super) cancellation: Cancellation,
    head: DataHead,
    shared: Arc<Shared>,
    /// Whether DATA may be written: HEADER is, and TRAILER is not. Changed under the lock of the
    /// out buffer, together with those frames.
    open: AtomicBool,
    group: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    machine: ServerStream,
    waiters: Waiters,
    /// Cost of the messages in the queue.
    queued: usize,
}

impl Stream {
    pub(super) fn new(sid: i32, method: FastStr, head: DataHead, shared: Arc<Shared>) -> Self {
        let machine = ServerStream::new(sid, method.clone(), shared.link.limits.queue);
        Self {
            sid,
            method,
            cancellation: Cancellation::new(),
            head,
            shared,
            open: AtomicBool::new(false),
            group: AtomicUsize::new(0),
            state: Mutex::new(State {
                machine,
                waiters: Waiters::default(),
                queued: 0,
            }),
        }
    }

    /// Takes a frame other than DATA.
    ///
    /// # Errors
    /// Fatal for the connection.
    pub(super) fn control(&self, frame: Frame) -> Result<()> {
        let mut state = lock(&self.state);
        let effects = state.machine.on_frame(frame)?;
        self.apply(state, effects);
        Ok(())
    }

    /// The handler has returned: writes what is left to write.
    pub(super) fn finish(&self, outcome: Outcome) {
        let mut state = lock(&self.state);
        let effects = state.machine.finish(outcome);
        self.apply(state, effects);
    }

    pub(super) fn connection_lost(&self, cause: &Error) {
        let mut state = lock(&self.state);
        let effects = state.machine.on_connection_lost(Some(cause));
        self.apply(state, effects);
    }

    /// Does what the state machine asks for. The id is forgotten before frames are written (3.3).
    fn apply(&self, mut state: MutexGuard<'_, State>, effects: Effects) {
        let woken = state.waiters.take(effects.wake);
        if effects.ended {
            self.shared.streams.remove(self.sid);
        }
        if effects.ended || !effects.write.is_empty() {
            let close = || self.open.store(false, Ordering::Release);
            // Refused frames mean that the connection is gone, and with it whoever would read them.
            let _ = self
                .shared
                .link
                .push(self.sid, &self.method, &effects.write, close);
            close();
        }
        let reason = effects
            .ended
            .then(|| state.machine.reason().cloned())
            .flatten();
        drop(state);
        if let Some(reason) = reason {
            self.cancellation.cancel(reason);
            self.shared.link.out.release(self.sid);
        }
        woken.wake();
    }

    /// Writes `header`, behind which DATA may follow.
    fn write_header(&self, header: Outgoing) -> Result<()> {
        let open = || self.open.store(true, Ordering::Release);
        self.shared
            .link
            .push(self.sid, &self.method, &[header], open)
    }

    /// Why nothing can be sent.
    fn end_reason(&self) -> Result<()> {
        lock(&self.state).machine.send().map(drop)
    }
}

impl Inbound for Stream {
    fn group(&self) -> &AtomicUsize {
        &self.group
    }

    fn deliver(&self, batch: &mut VecDeque<Bytes>, bytes: usize) {
        let mut state = lock(&self.state);
        if state.machine.reason().is_some() {
            return;
        }
        let cost = cost(batch.len(), bytes);
        state.queued += cost;
        self.shared.link.backlog.add(cost);
        for payload in batch.drain(..) {
            let effects = state.machine.on_data(payload);
            if effects.ended {
                return self.apply(state, effects);
            }
        }
        let waiting = state.waiters.recv.take();
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.shared.link.backlog.take(lock(&self.state).queued);
    }
}

impl RawStream for Stream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(reason) = self.cancellation.reason() {
            return Poll::Ready(Err(reason.clone()));
        }
        self.shared.link.out.poll_ready(self.sid, cx).map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        if !self.open.load(Ordering::Acquire) {
            let mut state = lock(&self.state);
            if let Some(header) = state.machine.send()? {
                self.write_header(header)?;
            }
        }
        let written = self.shared.link.out.push(|batch| {
            let open = self.open.load(Ordering::Relaxed);
            if open {
                append_message(batch, &self.head, self.sid, message, Side::Server)?;
            }
            Ok(open)
        })?;
        if written { Ok(()) } else { self.end_reason() }
    }

    fn close_send(&self) -> Result<()> {
        Err(client_only("close_send"))
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let mut state = lock(&self.state);
        let received = state.machine.recv_into(batch);
        match received {
            Poll::Pending => register(&mut state.waiters.recv, cx),
            Poll::Ready(_) => {
                let taken = std::mem::take(&mut state.queued);
                drop(state);
                if taken > 0 {
                    self.shared.link.backlog.take(taken);
                }
            }
        }
        received
    }

    fn poll_header(&self, _: &mut Context<'_>) -> Poll<Result<Metadata>> {
        Poll::Ready(Err(client_only("header")))
    }

    fn poll_trailer(&self, _: &mut Context<'_>) -> Poll<Result<Metadata>> {
        Poll::Ready(Err(client_only("trailer")))
    }

    /// A server has no frame to cancel with: its handler ends a stream by returning (section 2).
    fn cancel(&self, _: CancelReason) {}

    fn detach(&self) {}

    fn set_header(&self, header: Metadata) -> Result<()> {
        lock(&self.state).machine.set_header(header)
    }

    fn send_header(&self, header: Metadata) -> Result<()> {
        let mut state = lock(&self.state);
        let header = state.machine.send_header(header)?;
        self.write_header(header)
    }

    fn set_trailer(&self, trailer: Metadata) -> Result<()> {
        lock(&self.state).machine.set_trailer(trailer)
    }
}

#[cold]
fn client_only(call: &str) -> Error {
    Error::invalid_argument(format!("{call} is for the client's end of a stream"))
}
