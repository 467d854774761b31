//! A stream at the side that opened it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};

use bytes::Bytes;
use faststr::FastStr;

use super::connection::Shared;
use super::lease::Lease;
use super::request::OpenRequest;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result, Side};
use crate::frame::{DataHead, Frame};
use crate::metadata::Metadata;
use crate::stream::{ClientStream, Effects};
use crate::transport::RawStream;
use crate::transport::ttstream::backlog::cost;
use crate::transport::ttstream::groups::Inbound;
use crate::transport::ttstream::message::append_message;
use crate::transport::ttstream::sync::lock;
use crate::transport::ttstream::waiters::{Waiters, Woken, register};

/// One stream, shared by its connection and its user.
pub(super) struct Stream {
    pub(super) sid: i32,
    pub(super) method: FastStr,
    head: DataHead,
    shared: Arc<Shared>,
    /// Whether DATA may be written. Turned off under the lock of the out buffer, in front of the
    /// frame that closes the stream for sending, so that no DATA follows that frame.
    open: AtomicBool,
    group: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    machine: ClientStream,
    waiters: Waiters,
    /// Cost of the messages in the queue.
    queued: usize,
    /// The connection, until the stream ends.
    lease: Option<Lease>,
    /// Watches deadline and parent.
    guard: Option<tokio::task::AbortHandle>,
}

impl Stream {
    pub(super) fn new(
        sid: i32,
        request: &OpenRequest,
        head: DataHead,
        lease: Lease,
        shared: Arc<Shared>,
    ) -> Self {
        let limits = shared.link.limits.queue;
        let machine = ClientStream::new(sid, request.caller.clone(), limits);
        let (waiters, lease) = (Waiters::default(), Some(lease));
        Self {
            sid,
            method: request.method.clone(),
            head,
            shared,
            open: AtomicBool::new(true),
            group: AtomicUsize::new(0),
            state: Mutex::new(State {
                machine,
                waiters,
                queued: 0,
                lease,
                guard: None,
            }),
        }
    }

    /// Leaves `guard` running until the stream ends.
    pub(super) fn set_guard(&self, guard: tokio::task::AbortHandle) {
        let mut state = lock(&self.state);
        match state.machine.has_ended() {
            true => guard.abort(),
            false => state.guard = Some(guard),
        }
    }

    /// Takes a frame other than DATA.
    ///
    /// # Errors
    /// Fatal for the connection.
    pub(super) fn control(&self, frame: Frame) -> Result<()> {
        let mut state = lock(&self.state);
        let effects = state.machine.on_frame(frame, self.shared.meta.as_deref())?;
        self.apply(state, effects);
        Ok(())
    }

    pub(super) fn cancel(&self, reason: CancelReason) {
        let mut state = lock(&self.state);
        let effects = state.machine.cancel(reason);
        self.apply(state, effects);
    }

    pub(super) fn connection_lost(&self, error: Error) {
        let mut state = lock(&self.state);
        let effects = state.machine.on_connection_lost(error);
        self.apply(state, effects);
    }

    /// Does what the state machine asks for, in the order of 3.2: state, frames, table, pool.
    fn apply(&self, mut state: MutexGuard<'_, State>, effects: Effects) {
        let woken = state.waiters.take(effects.wake);
        if !effects.ended {
            drop(state);
            return woken.wake();
        }
        let close = || self.open.store(false, Ordering::Release);
        // Refused frames mean that the connection is gone, and with it whoever would read them.
        let _ = self
            .shared
            .link
            .push(self.sid, &self.method, &effects.write, close);
        close();
        self.ended(state, woken);
    }

    fn ended(&self, mut state: MutexGuard<'_, State>, woken: Woken) {
        let (lease, guard) = (state.lease.take(), state.guard.take());
        drop(state);
        self.shared.streams.remove(self.sid);
        self.shared.link.out.release(self.sid);
        woken.wake();
        // Last: either may drop what this call runs in.
        drop(lease);
        if let Some(guard) = guard {
            guard.abort();
        }
    }
}

impl Inbound for Stream {
    fn group(&self) -> &AtomicUsize {
        &self.group
    }

    fn deliver(&self, batch: &mut VecDeque<Bytes>, bytes: usize) {
        let mut state = lock(&self.state);
        if state.machine.has_ended() {
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

/// What the user holds. Dropping it cancels a stream that has not ended.
pub(super) struct Handle {
    pub(super) stream: Arc<Stream>,
    pub(super) detached: AtomicBool,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if !self.detached.load(Ordering::Relaxed) {
            self.stream.cancel(CancelReason::User);
        }
    }
}

impl RawStream for Handle {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let stream = &*self.stream;
        if !stream.open.load(Ordering::Acquire) {
            return Poll::Ready(lock(&stream.state).machine.send());
        }
        stream.shared.link.out.poll_ready(stream.sid, cx).map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let Stream {
            sid,
            head,
            shared,
            open,
            state,
            ..
        } = &*self.stream;
        let written = open.load(Ordering::Acquire)
            && shared.link.out.push(|batch| {
                let open = open.load(Ordering::Relaxed);
                if open {
                    append_message(batch, head, *sid, message, Side::Client)?;
                }
                Ok(open)
            })?;
        if written {
            Ok(())
        } else {
            lock(state).machine.send()
        }
    }

    fn close_send(&self) -> Result<()> {
        let stream = &*self.stream;
        let mut state = lock(&stream.state);
        let Some(trailer) = state.machine.close_send() else {
            return Ok(());
        };
        let close = || stream.open.store(false, Ordering::Release);
        // A lost connection has ended the stream, and then half-closing is no error.
        let _ = stream
            .shared
            .link
            .push(stream.sid, &stream.method, &[trailer], close);
        close();
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let mut state = lock(&self.stream.state);
        let received = state.machine.recv_into(batch);
        match received {
            Poll::Pending => register(&mut state.waiters.recv, cx),
            Poll::Ready(_) => {
                let taken = std::mem::take(&mut state.queued);
                drop(state);
                if taken > 0 {
                    self.stream.shared.link.backlog.take(taken);
                }
            }
        }
        received
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut state = lock(&self.stream.state);
        let header = state.machine.header().map_ok(Clone::clone);
        if header.is_pending() {
            register(&mut state.waiters.header, cx);
        }
        header
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut state = lock(&self.stream.state);
        let trailer = state.machine.trailer().map_ok(Clone::clone);
        if trailer.is_pending() {
            register(&mut state.waiters.trailer, cx);
        }
        trailer
    }

    fn cancel(&self, reason: CancelReason) {
        self.stream.cancel(reason);
    }

    fn detach(&self) {
        self.detached.store(true, Ordering::Relaxed);
    }

    fn set_header(&self, _: Metadata) -> Result<()> {
        Err(server_only("set_header"))
    }

    fn send_header(&self, _: Metadata) -> Result<()> {
        Err(server_only("send_header"))
    }

    fn set_trailer(&self, _: Metadata) -> Result<()> {
        Err(server_only("set_trailer"))
    }
}

#[cold]
fn server_only(call: &str) -> Error {
    Error::invalid_argument(format!("{call} is for the server's end of a stream"))
}
