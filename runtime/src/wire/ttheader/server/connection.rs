//! A connection from a client, and the streams on it.

mod opening;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub(super) use self::opening::{HEADER_UNIT, RunningStream};
use super::stream::IncomingStream;
use crate::error::{Error, Result, Side, limit};
use crate::trace::Told;
use crate::wire::io::BoxWriter;
use crate::wire::ttheader::config::Limits;
use crate::wire::ttheader::connection_state::ConnectionState;
use crate::wire::ttheader::errors::closed_here;
use crate::wire::ttheader::events;
use crate::wire::ttheader::frame::{Frame, FrameBody};
use crate::wire::ttheader::reader;
use crate::wire::ttheader::routes::Routes;
use crate::wire::ttheader::state::{CONNECTION, Outcome, Outgoing, QueueFull};
use crate::wire::ttheader::table::Table;
use crate::wire::{Dispatch, Supervisor, end_all};

/// What the connection's tasks and streams share.
pub(super) struct Shared {
    pub(super) connection: ConnectionState,
    pub(super) streams: Table<IncomingStream>,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    routes: Routes,
    /// Of the handlers that have not written their TRAILER.
    pub(super) supervisor: Arc<Supervisor>,
    /// Whether the server stops and the client had time to learn of it: new streams are refused.
    refuses: AtomicBool,
    /// Cost of the HEADERs of running streams, in bytes.
    pub(super) headers: AtomicUsize,
    /// Whether it was reported that a stream was refused.
    refusal: Told,
    /// Whether it was reported that a stream was ended because too many messages wait.
    overflow: Told,
    /// Whether it was reported why the connection has ended.
    told: AtomicBool,
}

impl Shared {
    pub(super) fn new(
        writer: BoxWriter,
        peer: Option<SocketAddr>,
        dispatch: Arc<dyn Dispatch>,
        limits: Limits,
    ) -> Arc<Self> {
        Arc::new(Self {
            connection: ConnectionState::new(Side::Server, writer, limits),
            streams: Table::new(),
            peer,
            supervisor: dispatch.supervisor(events::NAME),
            dispatch,
            routes: Routes::default(),
            refuses: AtomicBool::new(false),
            headers: AtomicUsize::new(0),
            refusal: Told::default(),
            overflow: Told::default(),
            told: AtomicBool::new(false),
        })
    }

    /// Closes the connection, for the first reason given, and cancels its handlers with it.
    pub(super) fn fail(&self, reason: Error) {
        if !self.connection.closed.cancel(reason.clone()) {
            return;
        }
        self.tell_end(&reason);
        self.connection.out.close(reason.clone());
        self.end_streams(&reason);
    }

    /// Tells the client to open no more streams on the connection. Kitex's clients do not understand it.
    pub(super) fn announce_stop(&self) {
        // The frame has nobody to tell if the connection is gone.
        let _ = self
            .connection
            .push(CONNECTION, "none", &[Outgoing::GoAway], || ());
    }

    /// From here on new streams are refused.
    pub(super) fn refuse_streams(&self) {
        self.refuses.store(true, Ordering::Relaxed);
    }

    /// Takes no more frames, and closes the connection when those are written that wait.
    pub(super) fn finish(&self, reason: &Error) {
        self.tell_end(reason);
        self.end_streams(reason);
        self.connection.finish();
    }

    /// Reports that a stream ended because of its queue.
    pub(super) fn tell_overflow(&self, full: QueueFull) {
        events::stream_ended(&self.overflow, Side::Server, self.peer, full);
    }

    /// Tells the first reason.
    fn tell_end(&self, reason: &Error) {
        if !self.told.swap(true, Ordering::Relaxed) {
            events::connection_ended(Side::Server, self.peer, reason, self.streams.len());
        }
    }

    fn end_streams(&self, reason: &Error) {
        let (streams, reason) = (self.streams.close(reason.clone()), reason.clone());
        end_all(streams, move |stream: Arc<_>| {
            stream.connection_lost(&reason)
        });
    }
}

/// What the reader of a connection sees of it.
pub(super) struct Reading<'a> {
    shared: &'a Arc<Shared>,
    /// Whether the client has been told that what it sends is not taken.
    refused: AtomicBool,
}

impl<'a> Reading<'a> {
    pub(super) fn new(shared: &'a Arc<Shared>) -> Self {
        Self {
            shared,
            refused: AtomicBool::new(false),
        }
    }

    pub(super) fn has_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

impl reader::FrameHandler for Reading<'_> {
    type Stream = IncomingStream;

    fn connection(&self) -> &ConnectionState {
        &self.shared.connection
    }

    fn streams(&self) -> &Table<IncomingStream> {
        &self.shared.streams
    }

    fn control(&self, frame: Frame) -> Result<()> {
        match (self.shared.streams.get(frame.sid), frame.body) {
            (Some(stream), body) => stream.control(Frame { body, ..frame }),
            (None, FrameBody::Header(info)) => self.shared.open(frame.sid, *info),
            // Late frames of a stream that has ended here (statement 79).
            (None, _) => Ok(()),
        }
    }

    /// By a TRAILER, which is written before the connection is closed.
    fn refuse(&self, sid: i32, error: Error) {
        self.refused.store(true, Ordering::Relaxed);
        if let Some(stream) = self.shared.streams.get(sid) {
            stream.finish(Outcome::Exception(limit::exception(&error)));
        }
    }
}

/// Closes the connection when serving ends, also by being dropped.
pub(super) struct Closing(Arc<Shared>);

impl Closing {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    pub(super) fn because(self, error: Error) {
        self.0.fail(error);
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail(closed_here(Side::Server));
    }
}
