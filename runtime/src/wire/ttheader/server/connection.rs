//! A connection from a client, and the streams on it.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use faststr::FastStr;

use super::handler::Run;
use super::stream::IncomingStream;
use crate::call::{CallAbilities, Incoming, Shape};
use crate::codec::ApplicationException;
use crate::error::{Error, Result, Side, limit};
use crate::service::PayloadCodec;
use crate::trace::Told;
use crate::wire::io::BoxWriter;
use crate::wire::ttheader::PROTOCOL;
use crate::wire::ttheader::config::Limits;
use crate::wire::ttheader::connection_state::ConnectionState;
use crate::wire::ttheader::errors::{closed_here, from_encode};
use crate::wire::ttheader::events;
use crate::wire::ttheader::frame::{Frame, FrameBody, FrameInfo, int_key, str_key};
use crate::wire::ttheader::reader;
use crate::wire::ttheader::routes::Routes;
use crate::wire::ttheader::state::{CONNECTION, Outcome, Outgoing, QueueFull, not_begun};
use crate::wire::ttheader::table::Table;
use crate::wire::{Dispatch, KITEX, Supervisor, end_all};

/// Streams have header and trailer by their own calls, and no call without stream is on this wire.
static ABILITIES: CallAbilities = CallAbilities {
    wire: PROTOCOL,
    rpc_system: KITEX,
    header: None,
    backward: false,
    compression: false,
    streams_only: false,
};

/// Bytes that the cost of a HEADER is rounded up to: a stream keeps it in 16 bits, and a HEADER has no more
/// than 43,690 pairs and 256 KiB.
pub(super) const HEADER_UNIT: usize = 256;
/// What a pair takes besides its bytes.
const PAIR_COST: usize = 64;

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
    /// That a stream was refused.
    refusal: Told,
    /// That a stream was ended because too many messages wait.
    overflow: Told,
    /// Whether it was told why the connection is over.
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

    /// A client opened a stream (statement 23).
    fn open(self: &Arc<Self>, sid: i32, info: FrameInfo) -> Result<()> {
        let header = header_cost(&info);
        let incoming = self.incoming(info);
        let route = self
            .routes
            .get(incoming.service.clone(), incoming.method.clone())
            .map_err(|error| from_encode(Side::Server, error))?;
        let stream = RunningStream::new(Arc::new(IncomingStream::new(
            sid,
            route,
            header,
            Arc::clone(self),
        )));
        self.streams.insert(sid, Arc::clone(&stream.0))?;
        if self.refuses.load(Ordering::Relaxed) {
            events::refused_at_stop(&self.refusal, self.peer);
            stream.finish(Outcome::Exception(not_begun()));
            return Ok(());
        }
        let max = self.connection.limits.max_streams;
        if self.supervisor.count() > max {
            events::stream_refused(&self.refusal, self.peer, max);
            stream.finish(Outcome::Exception(too_many_streams(max)));
            return Ok(());
        }
        let max = self.connection.limits.connection_headers;
        if self.headers.load(Ordering::Relaxed) > max {
            events::headers_refused(&self.refusal, self.peer, max);
            stream.finish(Outcome::Exception(too_many_headers(max)));
            return Ok(());
        }
        let raw = Arc::clone(&stream.0) as _;
        let cancellation = stream.cancellation.clone();
        let route = self.dispatch.route(&incoming);
        match route.and_then(|route| route.open(incoming, raw, cancellation)) {
            Ok(handler) => {
                tokio::spawn(Run { handler, stream });
            }
            Err(exception) => stream.finish(Outcome::Exception(exception)),
        }
        Ok(())
    }

    fn incoming(&self, info: FrameInfo) -> Incoming {
        let FrameInfo {
            method,
            ints,
            strings,
        } = info;
        let caller = ints
            .into_iter()
            .find(|(key, _)| *key == int_key::FROM_SERVICE);
        Incoming {
            payload: PayloadCodec::Thrift,
            shape: Shape::Stream,
            package: None,
            service: FastStr::new(strings.get(str_key::SERVICE).unwrap_or_default()),
            method,
            metadata: strings,
            caller: caller.map(|(_, name)| name).unwrap_or_default(),
            abilities: &ABILITIES,
            peer: self.peer,
            certificates: None,
            timeout: None,
        }
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

/// A stream whose handler counts as running, from HEADER to TRAILER. There is one for each stream.
pub(super) struct RunningStream(Arc<IncomingStream>);

impl RunningStream {
    fn new(stream: Arc<IncomingStream>) -> Self {
        Self(stream)
    }
}

impl Deref for RunningStream {
    type Target = IncomingStream;

    fn deref(&self) -> &IncomingStream {
        &self.0
    }
}

impl Drop for RunningStream {
    fn drop(&mut self) {
        self.0.shared.supervisor.end(&self.0.cancellation);
    }
}

/// What one HEADER costs at most while its handler runs, in units of [`HEADER_UNIT`]: its bytes, and what
/// a pair takes besides.
fn header_cost(info: &FrameInfo) -> u16 {
    let pairs = info.strings.iter();
    let bytes: usize = pairs
        .map(|(key, value)| PAIR_COST + key.len() + value.len())
        .sum();
    u16::try_from(bytes.div_ceil(HEADER_UNIT)).unwrap_or(u16::MAX)
}

#[cold]
fn too_many_headers(limit: usize) -> ApplicationException {
    let text = format!("headers of the connection's running streams exceed {limit} bytes");
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}

#[cold]
fn too_many_streams(limit: usize) -> ApplicationException {
    let text = format!("connection has {limit} running streams already");
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}
