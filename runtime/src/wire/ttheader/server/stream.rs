//! A stream at the side that runs its handler.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;

use super::connection::{HEADER_UNIT, Shared};
use crate::call::Cancellation;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result, Side};
use crate::metadata::Metadata;
use crate::panic::Panic;
use crate::sync::lock;
use crate::wire::ttheader::frame::Frame;
use crate::wire::ttheader::groups::Inbound;
use crate::wire::ttheader::message::Data;
use crate::wire::ttheader::routes::Route;
use crate::wire::ttheader::state::{
    Effects, Outcome, Outgoing, ServerStream, Wake, overflow_of, recv_timeout_error,
};
use crate::wire::ttheader::waiters::register;
use crate::wire::{RawStream, ServerRaw, TakenAhead};

/// One stream, shared by its connection and its handler.
pub(super) struct IncomingStream {
    sid: i32,
    /// Whether DATA may be written: HEADER is, and TRAILER is not. Changed under the lock of the
    /// out buffer, together with those frames.
    open: AtomicBool,
    /// What its HEADER costs the connection, in units of [`HEADER_UNIT`].
    header: u16,
    group: AtomicUsize,
    pub(super) route: Arc<Route>,
    pub(super) shared: Arc<Shared>,
    /// Fires when the stream ends, with the reason.
    pub(super) cancellation: Cancellation,
    state: Mutex<State>,
}

struct State {
    machine: ServerStream,
    /// What the handler's end of the stream holds ahead.
    ahead: TakenAhead,
    /// Waits for a message.
    receiver: Option<Waker>,
}

impl IncomingStream {
    /// A stream that the supervisor has taken on; [`RunningStream`](super::connection::RunningStream) sees to the
    /// end of that.
    pub(super) fn new(sid: i32, route: Arc<Route>, header: u16, shared: Arc<Shared>) -> Self {
        let cost = usize::from(header) * HEADER_UNIT;
        shared.headers.fetch_add(cost, Ordering::Relaxed);
        let limits = shared.connection.limits.queue;
        let machine = ServerStream::new(sid, route.method.clone(), limits);
        let cancellation = Cancellation::new();
        shared.supervisor.begin(&cancellation);
        Self {
            sid,
            open: AtomicBool::new(false),
            header,
            group: AtomicUsize::new(0),
            route,
            shared,
            cancellation,
            state: Mutex::new(State {
                machine,
                ahead: TakenAhead::default(),
                receiver: None,
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

    /// The handler has panicked.
    pub(super) fn finish_panicked(&self, panic: &Panic) {
        let Route {
            service, method, ..
        } = &*self.route;
        self.finish(Outcome::Exception(panic.exception(service, method)));
    }

    pub(super) fn connection_lost(&self, cause: &Error) {
        let mut state = lock(&self.state);
        let effects = state.machine.on_connection_lost(Some(cause));
        self.apply(state, effects);
    }

    /// Reports that the stream ends because too many messages wait for its consumer, if it does.
    fn note_overflow(&self, state: &State, effects: &Effects) {
        if effects.ended
            && let Some(full) = state.machine.reason().and_then(overflow_of)
        {
            self.shared.tell_overflow(full);
        }
    }

    /// Does what the state machine asks for. The id is forgotten before frames are written (3.3).
    fn apply(&self, mut state: MutexGuard<'_, State>, effects: Effects) {
        let receiver = match effects.wake {
            Wake::Recv | Wake::Everyone => state.receiver.take(),
            Wake::Header | Wake::Nobody => None,
        };
        if effects.ended {
            self.shared
                .streams
                .remove(self.sid, state.machine.queued_cost() > 0);
        }
        if effects.ended || !effects.write.is_empty() {
            // Refused frames mean that the connection is gone, and with it whoever would read
            // them.
            let _ = self.write(&effects.write, false);
            self.open.store(false, Ordering::Release);
        }
        let reason = if effects.ended {
            state.machine.reason().cloned()
        } else {
            None
        };
        drop(state);
        if let Some(reason) = reason {
            self.cancellation.cancel(reason);
            self.shared.connection.out.release(self.sid);
        }
        if let Some(receiver) = receiver {
            receiver.wake();
        }
    }

    /// Writes `frames`; from then on DATA may be written, or may not.
    fn write(&self, frames: &[Outgoing], open: bool) -> Result<()> {
        let set = || self.open.store(open, Ordering::Release);
        self.shared
            .connection
            .push(self.sid, &self.route.method, frames, set)
    }

    /// Why nothing can be sent.
    fn end_reason(&self) -> Result<()> {
        lock(&self.state).machine.send().map(drop)
    }
}

impl Inbound for IncomingStream {
    fn group(&self) -> &AtomicUsize {
        &self.group
    }

    fn deliver(&self, batch: &mut VecDeque<Bytes>, bytes: usize) {
        let mut state = lock(&self.state);
        let before = state.machine.queued_cost();
        let effects = state.machine.on_batch(batch, bytes);
        self.shared
            .connection
            .backlog
            .add(state.machine.queued_cost() - before);
        self.note_overflow(&state, &effects);
        self.apply(state, effects);
    }

    fn waiting(&self) -> usize {
        lock(&self.state).machine.queued_cost()
    }

    fn unshare(&self, most: usize) -> bool {
        lock(&self.state).machine.unshare(most)
    }

    fn shed(&self, budget: usize) {
        let mut state = lock(&self.state);
        let before = state.machine.queued_cost();
        let effects = state.machine.shed(budget);
        self.shared.connection.backlog.take(before);
        self.note_overflow(&state, &effects);
        self.apply(state, effects);
    }
}

impl Drop for IncomingStream {
    fn drop(&mut self) {
        let connection = &self.shared.connection;
        let mut state = lock(&self.state);
        connection.backlog.take(state.machine.queued_cost());
        connection.ahead.give_back(&mut state.ahead);
        drop(state);
        let cost = usize::from(self.header) * HEADER_UNIT;
        self.shared.headers.fetch_sub(cost, Ordering::Relaxed);
    }
}

impl RawStream for IncomingStream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if let Some(reason) = self.cancellation.reason() {
            return Poll::Ready(Err(reason.clone()));
        }
        self.shared.connection.out.poll_ready(self.sid, cx).map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let mut data = Data::new(message, Side::Server)?;
        if !self.open.load(Ordering::Acquire) {
            let mut state = lock(&self.state);
            if let Some(header) = state.machine.send()? {
                self.write(&[header], true)?;
            }
        }
        let written = self.shared.connection.out.push(|batch| {
            let open = self.open.load(Ordering::Relaxed);
            if open {
                data.append(batch, &self.route.head, self.sid, Side::Server)?;
            }
            Ok(open)
        })?;
        if written { Ok(()) } else { self.end_reason() }
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let connection = &self.shared.connection;
        let mut state = lock(&self.state);
        let State { machine, ahead, .. } = &mut *state;
        if batch.is_empty() {
            connection.ahead.give_back(ahead);
        }
        let before = machine.queued_cost();
        let received = machine.recv_into(batch, |bytes| connection.ahead.reserve(ahead, bytes));
        let taken = before - machine.queued_cost();
        if received.is_pending() {
            register(&mut state.receiver, cx);
        }
        drop(state);
        connection.backlog.take(taken);
        received
    }

    fn cancel(&self, reason: CancelReason) {
        let mut state = lock(&self.state);
        let effects = state.machine.cancel(reason);
        self.apply(state, effects);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        recv_timeout_error(Side::Server, timeout, true)
    }
}

impl ServerRaw for IncomingStream {
    fn set_header(&self, header: Metadata) -> Result<()> {
        lock(&self.state).machine.set_header(header)
    }

    fn send_header(&self, header: Metadata) -> Result<()> {
        let mut state = lock(&self.state);
        let header = state.machine.send_header(header)?;
        self.write(&[header], true)
    }

    fn set_trailer(&self, trailer: Metadata) -> Result<()> {
        lock(&self.state).machine.set_trailer(trailer)
    }
}
