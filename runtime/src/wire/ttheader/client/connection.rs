//! A connection to a server, and the streams on it.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use bytes::BytesMut;

use super::lease::Lease;
use super::stream::{Handle, Stream};
use crate::call::{Deadline, Outgoing, Watch};
use crate::error::{Error, Result, Side};
use crate::measure::OpenConnection;
use crate::trace::{self, Told};
use crate::wire::io::Socket;
use crate::wire::pool::{Kept, Multiplexed};
use crate::wire::ttheader::config::Limits;
use crate::wire::ttheader::connection_state::ConnectionState;
use crate::wire::ttheader::errors::{closed_here, from_encode};
use crate::wire::ttheader::events;
use crate::wire::ttheader::frame::Frame;
use crate::wire::ttheader::reader::{self, read_all};
use crate::wire::ttheader::routes::Routes;
use crate::wire::ttheader::state::{self, QueueFull};
use crate::wire::ttheader::table::Table;
use crate::wire::{ClientRaw, end_all, guard};

/// The last stream id given out, of all connections of the process, as in Kitex (5.2).
static LAST_SID: AtomicI32 = AtomicI32::new(0);

/// What the connection's tasks and streams share.
pub(super) struct Shared {
    peer: Option<SocketAddr>,
    pub(super) connection: ConnectionState,
    pub(super) streams: Table<Stream>,
    routes: Routes,
    /// Set when a call timed out to whom the connection had been silent since before it began.
    suspect: AtomicBool,
    /// Set when the server has said that no more streams shall be opened here.
    retired: AtomicBool,
    /// Whether it was reported that a stream ended because too many messages wait.
    overflow: Told,
}

/// A connection as its pool and its live streams hold it. When the last of them lets go, it is
/// closed, behind the frames that still wait.
pub(super) struct Connection {
    shared: Arc<Shared>,
}

impl Connection {
    /// Starts reader and writer on `socket`.
    pub(super) fn start(socket: Socket, limits: Limits) -> Arc<Self> {
        let Socket {
            mut reader,
            writer,
            peer,
        } = socket;
        let span = events::connection(peer);
        let connection = ConnectionState::new(Side::Client, writer, limits);
        let (streams, routes) = (Table::new(), Routes::default());
        let shared = Arc::new(Shared {
            peer,
            connection,
            streams,
            routes,
            suspect: AtomicBool::new(false),
            retired: AtomicBool::new(false),
            overflow: Told::default(),
        });
        let (writing, reading) = (Closing(Arc::clone(&shared)), Closing(Arc::clone(&shared)));
        trace::spawn(&span, async move {
            let error = writing.0.connection.write_all().await;
            writing.0.fail(error);
        });
        let open = OpenConnection::new(Side::Client, events::NAME);
        trace::spawn(&span, async move {
            let _open = open;
            let Closing(shared) = &reading;
            let error = tokio::select! {
                biased;
                reason = shared.connection.closed.cancelled() => reason,
                error = read_all(&**shared, &mut reader, BytesMut::new()) => error,
            };
            shared.fail(error);
        });
        Arc::new(Self { shared })
    }

    /// Whether a stream can be opened, as far as is known.
    pub(super) fn is_alive(&self) -> bool {
        let shared = &self.shared;
        shared.connection.closed.reason().is_none() && !shared.gets_no_more_streams()
    }

    /// Whether a call timed out there without a byte from the server. The connection gets no
    /// further call, and is closed behind the last one that runs.
    pub(super) fn is_suspect(&self) -> bool {
        self.shared.suspect.load(Ordering::Relaxed)
    }

    /// Whether the server has said that no more streams shall be opened here. It may restart often, and a
    /// call may find several connections like that, one after the other; each was dialled anew.
    pub(super) fn is_retired(&self) -> bool {
        self.shared.retired.load(Ordering::Relaxed)
    }

    /// Opens a stream: waits for room in the out buffer, writes HEADER and does not wait for the
    /// server (statement 20). The stream keeps `lease` until it ends.
    ///
    /// # Errors
    /// A header that cannot be written, or a connection that is gone. Nothing was written then.
    pub(super) async fn open(&self, call: &Outgoing, lease: Lease) -> Result<Arc<dyn ClientRaw>> {
        let shared = &self.shared;
        let unwritable = |error| from_encode(Side::Client, error);
        let (service, method) = (call.shared_service(), call.shared_method());
        let route = shared.routes.get(service, method).map_err(unwritable)?;
        let sid = shared.streams.vacant(next_sid);
        self.wait_for_room(sid, call.deadline).await;
        let caller = call.caller.clone();
        let watch = call.watch.as_ref().map(Watch::stream);
        let stream = Stream::new(sid, caller, route, lease, watch, Arc::clone(shared));
        let stream = Arc::new(stream);
        shared.streams.insert(sid, Arc::clone(&stream))?;
        let strings = call.metainfo.clone();
        let header = state::Outgoing::open(call.service_name(), Vec::new(), strings);
        if let Err(error) = shared
            .connection
            .push(sid, call.method_name(), &[header], || ())
        {
            stream.connection_lost(error.clone());
            return Err(error);
        }
        stream.opened();
        let weak = Arc::downgrade(&stream);
        let cancel = move |reason| {
            if let Some(stream) = weak.upgrade() {
                stream.cancel(reason);
            }
        };
        if let Some(guard) = guard::watch(call.deadline, call.parent.clone(), cancel) {
            stream.set_guard(guard);
        }
        Ok(Arc::new(Handle {
            stream,
            detached: AtomicBool::new(false),
        }))
    }

    /// Waits while too much is queued already. A call that times out here has waited for a server
    /// that takes nothing; if it says nothing either, the connection is suspect.
    async fn wait_for_room(&self, sid: i32, deadline: Option<Deadline>) {
        let shared = &self.shared;
        let mut waiting = Waiting {
            shared,
            reads: shared.connection.out.reads(),
            deadline,
        };
        poll_fn(|cx| shared.connection.out.poll_ready(sid, cx)).await;
        waiting.deadline = None;
    }
}

/// A call that waits for room on a connection; dropped only if it gives up.
struct Waiting<'a> {
    shared: &'a Shared,
    reads: u64,
    deadline: Option<Deadline>,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if Deadline::is_past(self.deadline) {
            self.shared.suspect_if_silent(self.reads);
        }
    }
}

impl Multiplexed for Connection {
    fn takes_calls(&self) -> bool {
        self.is_alive()
    }
}

impl Kept for Arc<Connection> {
    fn renew(self) -> Option<Self> {
        self.is_alive().then_some(self)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.connection.finish();
    }
}

impl Shared {
    /// A call has timed out that began when `reads` reads had been made. If there was none since,
    /// the connection may be dead without anybody having been told: it gets no further call, and
    /// is closed when those that run have ended. Says whether it is so.
    pub(super) fn suspect_if_silent(&self, reads: u64) -> bool {
        let silent = self.connection.out.reads() == reads;
        if silent && !self.suspect.swap(true, Ordering::Relaxed) {
            events::connection_suspected(self.peer);
        }
        silent
    }

    /// Reports that a stream ended because of its queue.
    pub(super) fn tell_overflow(&self, full: QueueFull) {
        events::stream_ended(&self.overflow, Side::Client, self.peer, full);
    }

    /// Whether the connection closes behind its last stream.
    fn gets_no_more_streams(&self) -> bool {
        self.suspect.load(Ordering::Relaxed) || self.retired.load(Ordering::Relaxed)
    }

    /// The server stops: streams that run go on, and new ones use another connection.
    fn retire(&self) {
        if !self.retired.swap(true, Ordering::Relaxed) {
            events::connection_retired(self.peer, self.streams.len());
            self.close_unused();
        }
    }

    fn close_unused(&self) {
        let closed = || closed_here(Side::Client);
        if self.gets_no_more_streams() && self.streams.close_if_empty(closed) {
            self.connection.finish();
        }
    }

    /// Forgets a stream that has ended; the last one of a suspect or retired connection closes it.
    pub(super) fn forget(&self, sid: i32, waits: bool) {
        self.streams.remove(sid, waits);
        self.connection.out.release(sid);
        self.close_unused();
    }

    /// Closes the connection, for the first reason given, and ends its streams with it.
    fn fail(&self, reason: Error) {
        if !self.connection.closed.cancel(reason.clone()) {
            return;
        }
        events::connection_ended(Side::Client, self.peer, &reason, self.streams.len());
        self.connection.out.close(reason.clone());
        let streams = self.streams.close(reason.clone());
        end_all(streams, move |stream: Arc<_>| {
            stream.connection_lost(reason.clone());
        });
    }
}

/// Held by the connection's tasks: it ends with them, also when their runtime is shut down.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail(closed_here(Side::Client));
    }
}

impl reader::FrameHandler for Shared {
    type Stream = Stream;

    fn connection(&self) -> &ConnectionState {
        &self.connection
    }

    fn streams(&self) -> &Table<Stream> {
        &self.streams
    }

    fn control(&self, frame: Frame) -> Result<()> {
        // The server answers streams that this side has forgotten (3.3).
        match self.streams.get(frame.sid) {
            Some(stream) => stream.control(frame),
            None if state::Outgoing::is_go_away(frame.sid, &frame.body) => {
                self.retire();
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn refuse(&self, sid: i32, error: Error) {
        if let Some(stream) = self.streams.get(sid) {
            stream.connection_lost(error);
        }
    }
}

/// The next id; wraps around, and leaves out 0, which Kitex reserves.
fn next_sid() -> i32 {
    loop {
        let sid = LAST_SID.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
        if sid != 0 {
            return sid;
        }
    }
}
