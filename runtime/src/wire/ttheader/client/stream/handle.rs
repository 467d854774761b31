//! The user's end of a stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;

use super::{State, Stream};
use crate::codec::Encode;
use crate::error::{CancelReason, Error, Result, Side};
use crate::metadata::Metadata;
use crate::sync::lock;
use crate::wire::ttheader::message::Data;
use crate::wire::ttheader::state::recv_timeout_error;
use crate::wire::ttheader::waiters::register;
use crate::wire::{ClientRaw, RawStream};

/// What the user holds. Dropping it cancels a stream that has not ended.
pub(in super::super) struct Handle {
    pub(in super::super) stream: Arc<Stream>,
    pub(in super::super) detached: AtomicBool,
}

impl Drop for Handle {
    fn drop(&mut self) {
        let Stream { shared, state, .. } = &*self.stream;
        shared.connection.ahead.give_back(&mut lock(state).ahead);
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
        stream
            .shared
            .connection
            .out
            .poll_ready(stream.sid, cx)
            .map(Ok)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        let Stream {
            sid,
            open,
            route,
            shared,
            state,
            ..
        } = &*self.stream;
        let mut data = Data::new(message, Side::Client)?;
        let written = open.load(Ordering::Acquire)
            && shared.connection.out.push(|batch| {
                let open = open.load(Ordering::Relaxed);
                if open {
                    data.append(batch, &route.head, *sid, Side::Client)?;
                }
                Ok(open)
            })?;
        if written {
            return Ok(());
        }
        let state = lock(state);
        let refused = state.machine.send();
        self.stream.tell_end(state);
        refused
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let connection = &self.stream.shared.connection;
        let mut state = lock(&self.stream.state);
        let State { machine, ahead, .. } = &mut *state;
        if batch.is_empty() {
            connection.ahead.give_back(ahead);
        }
        let before = machine.queued_cost();
        let received = machine.recv_into(batch, |bytes| connection.ahead.reserve(ahead, bytes));
        let taken = before - machine.queued_cost();
        match received {
            Poll::Pending => {
                register(&mut state.waiters.recv, cx);
                drop(state);
            }
            Poll::Ready(Ok(true)) => drop(state),
            Poll::Ready(_) => self.stream.tell_end(state),
        }
        connection.backlog.take(taken);
        received
    }

    fn cancel(&self, reason: CancelReason) {
        self.stream.cancel(reason);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        recv_timeout_error(Side::Client, timeout, true)
    }
}

impl ClientRaw for Handle {
    fn close_send(&self) -> Result<()> {
        let mut state = lock(&self.stream.state);
        if let Some(trailer) = state.machine.close_send() {
            // A lost connection has ended the stream, and half-closing an ended stream is no error.
            let _ = self.stream.write_last(&[trailer]);
        }
        Ok(())
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut state = lock(&self.stream.state);
        let header = state.machine.header().map_ok(Clone::clone);
        match header {
            Poll::Pending => register(&mut state.waiters.header, cx),
            Poll::Ready(_) => self.stream.tell_end(state),
        }
        header
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        let mut state = lock(&self.stream.state);
        let trailer = state.machine.trailer().map_ok(Clone::clone);
        match trailer {
            Poll::Pending => register(&mut state.waiters.trailer, cx),
            Poll::Ready(_) => self.stream.tell_end(state),
        }
        trailer
    }

    fn detach(&self) {
        self.detached.store(true, Ordering::Relaxed);
    }
}
