//! A connection to a server, and the streams on it.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

use bytes::BytesMut;

use super::lease::Lease;
use super::request::OpenRequest;
use super::stream::{Handle, Stream};
use crate::error::{Error, Result, Side};
use crate::frame::{Frame, FrameBody};
use crate::stream::{MetaHandler, Outgoing};
use crate::transport::ttstream::config::Limits;
use crate::transport::ttstream::errors::{closed_here, from_encode};
use crate::transport::ttstream::link::Link;
use crate::transport::ttstream::reader::{self, read_all};
use crate::transport::ttstream::routes::Routes;
use crate::transport::ttstream::socket::Socket;
use crate::transport::ttstream::table::Table;
use crate::transport::{RawStream, guard};

/// The last stream id given out, of all connections of the process, as in Kitex (5.2).
static LAST_SID: AtomicI32 = AtomicI32::new(0);

/// What the connection's tasks and streams share.
pub(super) struct Shared {
    pub(super) link: Link,
    pub(super) streams: Table<Stream>,
    meta: Option<Arc<dyn MetaHandler>>,
    routes: Routes,
}

/// A connection as its pool and its live streams hold it. When the last of them lets go, it is
/// closed, behind the frames that still wait.
pub(super) struct Connection {
    shared: Arc<Shared>,
}

impl Connection {
    /// Starts reader and writer on `socket`.
    pub(super) fn start(
        socket: Socket,
        limits: Limits,
        meta: Option<Arc<dyn MetaHandler>>,
    ) -> Arc<Self> {
        let Socket {
            mut reader, writer, ..
        } = socket;
        let link = Link::new(Side::Client, writer, limits);
        let (streams, routes) = (Table::new(), Routes::default());
        let shared = Arc::new(Shared {
            link,
            streams,
            meta,
            routes,
        });
        let (writing, reading) = (Closing(Arc::clone(&shared)), Closing(Arc::clone(&shared)));
        tokio::spawn(async move {
            let error = writing.0.link.write_all().await;
            writing.0.fail(error);
        });
        tokio::spawn(async move {
            let Closing(shared) = &reading;
            let error = tokio::select! {
                biased;
                reason = shared.link.closed.cancelled() => reason,
                error = read_all(&**shared, &mut reader, BytesMut::new()) => error,
            };
            shared.fail(error);
        });
        Arc::new(Self { shared })
    }

    /// Whether a stream can be opened, as far as is known.
    pub(super) fn is_alive(&self) -> bool {
        self.shared.link.closed.reason().is_none()
    }

    /// Opens a stream: waits for room in the out buffer, writes HEADER and does not wait for the
    /// server (statement 20). The stream keeps `lease` until it ends.
    ///
    /// # Errors
    /// A header that cannot be written, or a connection that is gone. Nothing was written then.
    pub(super) async fn open(
        &self,
        request: &OpenRequest,
        lease: Lease,
    ) -> Result<Arc<dyn RawStream>> {
        let shared = &self.shared;
        let unwritable = |error| from_encode(Side::Client, error);
        let route = shared
            .routes
            .get(request.service.clone(), request.method.clone())
            .map_err(unwritable)?;
        let sid = shared.streams.vacant(next_sid);
        poll_fn(|cx| shared.link.out.poll_ready(sid, cx)).await;
        let stream = Stream::new(
            sid,
            request.caller.clone(),
            route,
            lease,
            Arc::clone(shared),
        );
        let stream = Arc::new(stream);
        shared.streams.insert(sid, Arc::clone(&stream))?;
        let strings = request.strings.clone();
        let header = Outgoing::open(&request.service, request.ints.clone(), strings);
        if let Err(error) = shared.link.push(sid, &request.method, &[header], || ()) {
            stream.connection_lost(error.clone());
            return Err(error);
        }
        let weak = Arc::downgrade(&stream);
        let cancel = move |reason| {
            if let Some(stream) = weak.upgrade() {
                stream.cancel(reason);
            }
        };
        let parent = request.parent.clone();
        if let Some(guard) = guard::watch(request.deadline, request.timeout, parent, cancel) {
            stream.set_guard(guard);
        }
        Ok(Arc::new(Handle {
            stream,
            detached: AtomicBool::new(false),
        }))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.link.finish();
    }
}

impl Shared {
    /// Closes the connection, for the first reason given, and ends its streams with it.
    fn fail(&self, reason: Error) {
        if !self.link.closed.cancel(reason.clone()) {
            return;
        }
        self.link.out.close(reason.clone());
        for stream in self.streams.close(reason.clone()) {
            stream.connection_lost(reason.clone());
        }
    }
}

/// Held by the connection's tasks: it ends with them, also when their runtime is shut down.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail(closed_here(Side::Client));
    }
}

impl reader::Side for Shared {
    type Stream = Stream;

    fn link(&self) -> &Link {
        &self.link
    }

    fn streams(&self) -> &Table<Stream> {
        &self.streams
    }

    fn control(&self, frame: Frame) -> Result<()> {
        // The server answers streams that this side has forgotten (3.3).
        let Some(stream) = self.streams.get(frame.sid) else {
            return Ok(());
        };
        match (&frame.body, &self.meta) {
            (FrameBody::Meta(info), Some(hook)) => hook.on_meta(frame.sid, info, &frame.payload),
            _ => stream.control(frame),
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
