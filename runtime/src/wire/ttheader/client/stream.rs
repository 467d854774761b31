//! A stream at the side that opened it.

mod handle;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use bytes::Bytes;
use faststr::FastStr;
use tokio::task::AbortHandle;

pub(super) use handle::Handle;

use super::connection::Shared;
use super::lease::Lease;
use crate::call::{CallEnds, StreamEnd, StreamWatch};
use crate::error::{CancelReason, Error, Result};
use crate::sync::lock;
use crate::wire::TakenAhead;
use crate::wire::ttheader::frame::Frame;
use crate::wire::ttheader::groups::Inbound;
use crate::wire::ttheader::routes::Route;
use crate::wire::ttheader::state::{ClientStream, Effects, Outgoing, Wake, overflow_of};
use crate::wire::ttheader::waiters::{Waiters, Woken};

/// One stream, shared by its connection and its user.
pub(super) struct Stream {
    sid: i32,
    /// Whether DATA may be written. Turned off under the lock of the out buffer, in front of the
    /// frame that closes the stream for sending, so that no DATA follows that frame.
    open: AtomicBool,
    /// Reads of the connection before this stream began.
    reads: u64,
    group: AtomicUsize,
    route: Arc<Route>,
    shared: Arc<Shared>,
    /// Is told of the header and of the end.
    watch: Option<Arc<dyn StreamWatch>>,
    state: Mutex<State>,
}

struct State {
    machine: ClientStream,
    /// What the user's end of the stream holds ahead.
    ahead: TakenAhead,
    waiters: Waiters,
    /// The connection, until the stream ends.
    lease: Option<Lease>,
    /// Watches deadline and parent.
    guard: Option<AbortHandle>,
}

impl Stream {
    pub(super) fn new(
        sid: i32,
        caller: FastStr,
        route: Arc<Route>,
        lease: Lease,
        watch: Option<Arc<dyn StreamWatch>>,
        shared: Arc<Shared>,
    ) -> Self {
        let machine = ClientStream::new(sid, caller, shared.connection.limits.queue);
        let (waiters, lease) = (Waiters::default(), Some(lease));
        Self {
            sid,
            open: AtomicBool::new(true),
            reads: shared.connection.out.reads(),
            group: AtomicUsize::new(0),
            route,
            shared,
            watch,
            state: Mutex::new(State {
                machine,
                ahead: TakenAhead::default(),
                waiters,
                lease,
                guard: None,
            }),
        }
    }

    /// Leaves `guard` running until the stream ends.
    pub(super) fn set_guard(&self, guard: AbortHandle) {
        let mut state = lock(&self.state);
        match state.machine.has_ended() {
            true => guard.abort(),
            false => state.guard = Some(guard),
        }
    }

    /// Takes a frame other than DATA; META has been shown to its hook, which must not run under
    /// this lock.
    ///
    /// # Errors
    /// Fatal for the connection.
    pub(super) fn control(&self, frame: Frame) -> Result<()> {
        let mut state = lock(&self.state);
        let effects = state.machine.on_frame(frame)?;
        match &self.watch {
            Some(watch) if effects.wake == Wake::Header => {
                self.tell_header(&**watch, state, effects);
            }
            _ => self.apply(state, effects),
        }
        Ok(())
    }

    /// Tells the watch that the stream is open.
    pub(super) fn opened(&self) {
        if let Some(watch) = &self.watch {
            watch.opened();
        }
    }

    /// Tells the watch of the header, and then those who wait for it.
    fn tell_header(&self, watch: &dyn StreamWatch, state: MutexGuard<'_, State>, effects: Effects) {
        let header = match state.machine.header() {
            Poll::Ready(Ok(header)) => Some(header.clone()),
            _ => None,
        };
        drop(state);
        if let Some(header) = &header {
            watch.header(header);
        }
        self.apply(lock(&self.state), effects);
    }

    /// Tells the watch of the end, if the stream has ended. A call over this wire is over with its
    /// stream, as in Kitex, whose transport tells the tracers of both at once.
    fn tell_end(&self, state: MutexGuard<'_, State>) {
        let Some(watch) = self.watch.as_ref().filter(|_| state.machine.has_ended()) else {
            return;
        };
        let error = state.machine.end_error().cloned();
        let trailer = state.machine.end_trailer().cloned();
        drop(state);
        watch.ended(StreamEnd {
            trailer: trailer.as_ref(),
            error: error.as_ref(),
            call: CallEnds::Now,
        });
    }

    pub(super) fn cancel(&self, reason: CancelReason) {
        let timed_out = matches!(
            reason,
            CancelReason::Deadline(_) | CancelReason::RecvTimeout(_) | CancelReason::SendTimeout(_)
        );
        let mut state = lock(&self.state);
        if timed_out
            && let Some(lease) = &state.lease
            && self.shared.suspect_if_silent(self.reads)
        {
            lease.distrust_pool();
        }
        let effects = state.machine.cancel(reason);
        self.apply(state, effects);
    }

    pub(super) fn connection_lost(&self, error: Error) {
        let mut state = lock(&self.state);
        let effects = state.machine.on_connection_lost(error);
        self.apply(state, effects);
    }

    /// Reports that the stream ends because too many messages wait for its consumer, if it does.
    fn note_overflow(&self, state: &State, effects: &Effects) {
        if effects.ended
            && let Some(full) = state.machine.end_error().and_then(overflow_of)
        {
            self.shared.tell_overflow(full);
        }
    }

    /// Does what the state machine asks for, in the order of 3.2: state, frames, table, pool.
    fn apply(&self, mut state: MutexGuard<'_, State>, effects: Effects) {
        let woken = state.waiters.take(effects.wake);
        if !effects.ended {
            drop(state);
            return woken.wake();
        }
        // Refused frames mean that the connection is gone, and with it whoever would read them.
        let _ = self.write_last(&effects.write);
        self.ended(state, woken);
    }

    /// Writes `frames`, after which no DATA is written.
    fn write_last(&self, frames: &[Outgoing]) -> Result<()> {
        let close = || self.open.store(false, Ordering::Release);
        let written = self
            .shared
            .connection
            .push(self.sid, &self.route.method, frames, close);
        close();
        written
    }

    fn ended(&self, mut state: MutexGuard<'_, State>, woken: Woken) {
        let (lease, guard) = (state.lease.take(), state.guard.take());
        let waits = state.machine.queued_cost() > 0;
        self.tell_end(state);
        self.shared.forget(self.sid, waits);
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

impl Drop for Stream {
    fn drop(&mut self) {
        self.shared
            .connection
            .backlog
            .take(lock(&self.state).machine.queued_cost());
    }
}
