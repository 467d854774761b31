//! Serves requests whose client accepts the answers in any order, as Kitex's multiplexed
//! connections do. Each request has its own handler, and a slow handler delays no other.

mod admission;
mod calls;

use std::future::{pending, poll_fn};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout_at};

use self::admission::Admission;
use super::call;
use super::config::PingPongServerConfig;
use super::{ServerConnection, Stop};
use crate::call::{Cancellation, WaitTimer};
use crate::trace::{self, Told};
use crate::wire::outbox::{OUT_HIGH_WATER, Outbox};
use crate::wire::pingpong::answer::put_goaway;
use crate::wire::pingpong::events;
use crate::wire::pingpong::frames::Frames;
use crate::wire::pingpong::message;
use crate::wire::pingpong::queue;
use crate::wire::protocol::ON_ITS_WAY;
use crate::wire::ttheader::frame::{FLAG_OUT_OF_ORDER, MAGIC};
use crate::wire::{Dispatch, Supervisor};

/// How long a stopping server waits for a moment at which no call runs, to tell the client then: Kitex's client
/// (v0.16.3) closes the connection when it is told, and loses the calls that wait for answers.
const QUIET_MOMENT: Duration = ON_ITS_WAY;

/// What the connection's tasks share.
struct Shared {
    out: Outbox,
    /// Fires when the peer is gone, or when this side gives the connection up.
    closed: Cancellation,
    /// Whether the refusal of a call has been reported.
    refusal: Told,
    /// Whether a message that is no request has been reported.
    dropped: Told,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    supervisor: Arc<Supervisor>,
}

/// Whether the bytes begin with a request whose client accepts the answer in any order.
pub(super) fn is_wanted_by(buf: &[u8]) -> bool {
    let Some([_, _, _, _, m0, m1, f0, f1]) = buf.first_chunk() else {
        return false;
    };
    !message::has_mesh_header(buf)
        && u16::from_be_bytes([*m0, *m1]) == MAGIC
        && u16::from_be_bytes([*f0, *f1]) & FLAG_OUT_OF_ORDER != 0
}

/// Serves the rest of a connection, beginning with the first request that may be answered in any
/// order. From there on all requests may be, as in Kitex.
pub(super) async fn serve<IO, F>(connection: ServerConnection<IO>, mut stop: Stop<'_, F>)
where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    F: Future<Output = ()>,
{
    let config = connection.config;
    let (reader, writer) = tokio::io::split(connection.io);
    let shared = Arc::new(Shared {
        out: Outbox::new(Box::pin(writer), OUT_HIGH_WATER, config.send_timeout),
        closed: Cancellation::new(),
        refusal: Told::default(),
        dropped: Told::default(),
        peer: connection.peer,
        dispatch: connection.dispatch,
        supervisor: connection.supervisor,
    });
    let closing = Closing(Arc::clone(&shared));
    let writing = trace::spawn_here({
        let shared = Arc::clone(&shared);
        async move { shared.write_all().await }
    });
    let (buf, arrival) = (connection.buf, connection.arrival);
    let requests = Frames::new(reader, buf, config.max_message, arrival);
    let ended = tokio::select! {
        biased;
        _ = shared.closed.cancelled() => Ended::ByPeer,
        ended = shared.read_all(requests, connection.idle, &config, &mut stop) => ended,
    };
    if ended == Ended::Here {
        shared.out.finish(call::closing());
        // The writer writes the waiting answers and then closes.
        let _ = writing.await;
    }
    drop(closing);
}

/// The side that has ended a connection.
#[derive(PartialEq, Eq)]
enum Ended {
    ByPeer,
    Here,
}

impl Shared {
    /// Begins a handler for each request that arrives. Returns when the peer closes the connection
    /// or sends bytes that are no message, or when the server stops and the last handler has
    /// returned.
    async fn read_all<R, F>(
        self: &Arc<Self>,
        mut requests: Frames<R>,
        mut idle: WaitTimer,
        config: &PingPongServerConfig,
        stop: &mut Stop<'_, F>,
    ) -> Ended
    where
        R: AsyncRead + Unpin,
        F: Future<Output = ()>,
    {
        let mut admission = Admission::new(config.max_message);
        let (mut announce_by, mut left_at) = (None, None);
        loop {
            if stop.stopping {
                let by = *announce_by.get_or_insert_with(|| Instant::now() + QUIET_MOMENT);
                // A client that sends all the time would keep the select below from it.
                if left_at.is_none() && Instant::now() >= by {
                    self.announce_stop();
                    left_at = Some(Instant::now() + ON_ITS_WAY);
                }
            }
            loop {
                match requests.next() {
                    Ok(Some(framed)) => self.take(framed, &mut admission).await,
                    Ok(None) => break,
                    Err(error) => {
                        events::no_request(self.peer, error.message());
                        return Ended::ByPeer;
                    }
                }
            }
            self.out.answers_taken().await;
            idle.restart();
            tokio::select! {
                biased;
                read = requests.read() => match read {
                    Ok(1..) => self.out.note_read(),
                    read => {
                        events::client_gone(self.peer, Some(&read), true);
                        return Ended::ByPeer;
                    }
                },
                () = &mut stop.shutdown, if !stop.stopping => stop.stopping = true,
                () = self.quiet(announce_by), if left_at.is_none() => {
                    self.announce_stop();
                    left_at = Some(Instant::now() + ON_ITS_WAY);
                }
                () = self.unused(&mut idle, left_at) => {
                    events::unused(self.peer, left_at.is_some());
                    return Ended::Here;
                }
            }
        }
    }

    /// Waits until the client can be told that the server stops: when no call runs, and not longer than to `by`.
    /// For ever if the server does not stop.
    async fn quiet(&self, by: Option<Instant>) {
        match by {
            Some(by) => drop(timeout_at(by, self.supervisor.idle()).await),
            None => pending().await,
        }
    }

    /// Waits until the connection is no longer needed: because the server stops and no handler
    /// runs, or because the last handler ended as long ago as `idle` measures. No handler begins
    /// meanwhile, because that takes a read, which ends this wait.
    async fn unused(&self, idle: &mut WaitTimer, left_at: Option<Instant>) {
        if let Some(left_at) = left_at {
            sleep_until(left_at).await;
            return self.supervisor.idle().await;
        }
        self.supervisor.idle().await;
        poll_fn(|cx| idle.poll_expired(cx)).await;
    }

    /// Tells the client to use another connection for its next calls.
    fn announce_stop(&self) {
        let _ = queue::put(&self.out, 0, put_goaway);
    }

    async fn write_all(&self) {
        let written = tokio::select! {
            biased;
            _ = self.closed.cancelled() => return,
            written = self.out.write_all() => written,
        };
        if let Err(error) = written {
            events::unwritable(self.peer, &error);
            self.fail();
        }
    }

    fn fail(&self) {
        self.closed.cancel(call::closed_by_peer());
        self.out.close(call::closing());
    }
}

/// Closes the connection when it is dropped, at the end of `serve` or with its future.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail();
    }
}
