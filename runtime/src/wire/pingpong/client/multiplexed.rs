//! A connection that carries many calls at a time and tells them apart by their sequence ids:
//! Kitex's `WithMuxConnection`.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use tokio::sync::oneshot;

use super::config::PoolConfig;
use super::connection::{broken, closed_by_peer};
use super::reply::is_last;
use crate::call::{Cancellation, Deadline, Outgoing};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::measure::OpenConnection;
use crate::service::Mode;
use crate::sync::lock;
use crate::trace;
use crate::wire::io::{BoxReader, ByteStream, Socket};
use crate::wire::outbox::{OUT_HIGH_WATER, Outbox};
use crate::wire::pingpong::events;
use crate::wire::pingpong::frames::Frames;
use crate::wire::pingpong::message::Message;
use crate::wire::pingpong::queue;
use crate::wire::{end_all, pool};

/// How long a connection that is being closed may take to write its last requests.
const LINGER: Duration = Duration::from_secs(5);

/// The handle of a connection, which its slot and its calls share. Dropping the last handle closes
/// the connection, after the waiting requests are written.
pub(super) struct Multiplexed {
    shared: Arc<Shared>,
}

/// The state that the connection's tasks and calls share.
struct Shared {
    peer: Option<SocketAddr>,
    out: Outbox,
    calls: Mutex<Calls>,
    /// Set when the server is about to close the connection, or when a call timed out and the
    /// server had been silent since before the call began.
    retired: AtomicBool,
    /// Fires when the connection has failed.
    closed: Cancellation,
    /// Fires when the connection is to close after its requests are written.
    finishing: Cancellation,
}

/// The calls that wait for their replies, by sequence id.
#[derive(Default)]
struct Calls {
    waiting: HashMap<i32, oneshot::Sender<Result<Message>>>,
    /// The reason why the connection accepts no further call.
    closed: Option<Error>,
}

impl Multiplexed {
    /// Starts reader and writer on `io`.
    pub(super) fn start(io: ByteStream, config: Arc<PoolConfig>) -> Arc<Self> {
        let Socket {
            reader,
            writer,
            peer,
        } = io.into();
        let span = events::connection(|| peer);
        let shared = Arc::new(Shared {
            peer,
            out: Outbox::new(writer, OUT_HIGH_WATER, config.send_timeout),
            calls: Mutex::default(),
            retired: AtomicBool::new(false),
            closed: Cancellation::new(),
            finishing: Cancellation::new(),
        });
        let (writing, reading) = (Closing(Arc::clone(&shared)), Closing(Arc::clone(&shared)));
        trace::spawn(&span, async move {
            let error = writing.0.write_all().await;
            writing.0.fail(error);
        });
        let open = OpenConnection::new(Side::Client, events::NAME);
        trace::spawn(&span, async move {
            let _open = open;
            let Closing(shared) = &reading;
            let error = tokio::select! {
                biased;
                reason = shared.closed.cancelled() => reason,
                error = shared.read_all(reader, &config) => error,
            };
            shared.fail(error);
        });
        Arc::new(Self { shared })
    }

    /// Whether new calls may use the connection, as far as this side knows.
    pub(super) fn is_alive(&self) -> bool {
        self.shared.closed.reason().is_none() && !self.shared.retired.load(Ordering::Relaxed)
    }

    /// Waits for room in the out buffer, and queues the request that `put` appends. `args_len` is
    /// the length of its arguments. Returns `None` for a oneway call, which gets no reply.
    ///
    /// # Errors
    /// `put` failed, or the connection is gone. In both cases nothing was written.
    pub(super) async fn send(
        self: &Arc<Self>,
        call: &Outgoing,
        seq_id: i32,
        args_len: usize,
        put: impl FnOnce(&mut BytesMut) -> Result<()>,
    ) -> Result<Option<Waiting>> {
        let (sender, reply) = oneshot::channel();
        let mut waiting = Waiting {
            connection: Arc::clone(self),
            seq_id,
            expected: false,
            reads: self.shared.out.reads(),
            deadline: call.deadline,
            reply,
        };
        poll_fn(|cx| self.shared.out.poll_ready(seq_id, cx)).await;
        if call.method.mode != Mode::OneWay {
            self.shared.expect(seq_id, sender)?;
            waiting.expected = true;
        }
        queue::put(&self.shared.out, args_len, put)?;
        Ok((call.method.mode != Mode::OneWay).then_some(waiting))
    }
}

/// A running call on the connection. Dropping this forgets the call.
pub(super) struct Waiting {
    connection: Arc<Multiplexed>,
    seq_id: i32,
    /// Whether `Calls::waiting` may still hold this call.
    expected: bool,
    /// How many reads had been made when the call began.
    reads: u64,
    deadline: Option<Deadline>,
    reply: oneshot::Receiver<Result<Message>>,
}

impl Waiting {
    /// Waits for the reply.
    ///
    /// # Errors
    /// The reply cannot be read, or the connection has ended.
    pub(super) async fn reply(mut self) -> Result<Message> {
        let received = (&mut self.reply).await;
        // Both the delivery of a reply and the end of the connection remove the call first.
        self.expected = false;
        // The sender is dropped only with the connection, which sets the reason first.
        let reply = received.unwrap_or_else(|_| Err(closed_by_peer()));
        self.deadline = None;
        reply
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let shared = &self.connection.shared;
        if self.expected {
            shared.forget(self.seq_id);
        }
        shared.out.release(self.seq_id);
        let silent = shared.out.reads() == self.reads;
        if silent
            && Deadline::is_past(self.deadline)
            && !shared.retired.swap(true, Ordering::Relaxed)
        {
            events::connection_suspected(shared.peer);
        }
    }
}

impl Shared {
    /// Registers `sender` for the reply to this request.
    fn expect(&self, seq_id: i32, sender: oneshot::Sender<Result<Message>>) -> Result<()> {
        let mut calls = lock(&self.calls);
        if let Some(reason) = &calls.closed {
            return Err(reason.clone());
        }
        calls.waiting.insert(seq_id, sender);
        Ok(())
    }

    /// Unregisters the call: nobody waits for its reply any more.
    fn forget(&self, seq_id: i32) {
        let forgotten = lock(&self.calls).waiting.remove(&seq_id);
        drop(forgotten);
    }

    /// Hands the reply to its call. Discards a reply that nobody waits for.
    fn deliver(&self, seq_id: i32, reply: Result<Message>) {
        if reply.as_ref().is_ok_and(is_last) {
            self.retired.store(true, Ordering::Relaxed);
        }
        let waiting = lock(&self.calls).waiting.remove(&seq_id);
        if let Some(waiting) = waiting {
            // Fails if the call has given up meanwhile, which is no error here.
            let _ = waiting.send(reply);
        }
    }

    /// Reads until the connection ends, and returns the reason. If a reply cannot be read or is too
    /// large, only its own call fails.
    async fn read_all(&self, reader: BoxReader, config: &PoolConfig) -> Error {
        let arrival = config.arrival_timer();
        let mut frames = Frames::new(reader, BytesMut::new(), config.max_message, arrival);
        loop {
            loop {
                match frames.next() {
                    Ok(Some(framed)) => {
                        let message = framed.message.map_err(|unread| unread.error);
                        self.deliver(framed.seq_id, message);
                    }
                    Ok(None) => break,
                    Err(error) => return error,
                }
            }
            match frames.read().await {
                Ok(0) => return closed_by_peer(),
                Ok(_) => self.out.note_read(),
                Err(error) => return broken(error),
            }
        }
    }

    /// Writes until the connection ends, and returns the reason.
    async fn write_all(&self) -> Error {
        let lingered = async {
            self.finishing.cancelled().await;
            tokio::time::sleep(LINGER).await;
        };
        tokio::select! {
            biased;
            reason = self.closed.cancelled() => reason,
            written = self.out.write_all() => written.map_or_else(broken, |()| closed_here()),
            () = lingered => closed_here(),
        }
    }

    /// Closes the connection and fails its calls with `reason`. Only the first reason counts.
    fn fail(&self, reason: Error) {
        if !self.closed.cancel(reason.clone()) {
            return;
        }
        self.out.close(reason.clone());
        let mut calls = lock(&self.calls);
        calls.closed = Some(reason.clone());
        let waiting = std::mem::take(&mut calls.waiting);
        drop(calls);
        // A subscriber is the user's code: not under the lock.
        events::shared_connection_ended(Side::Client, self.peer, &reason, waiting.len());
        // In the order in which the calls were made, which is not that of the table.
        let mut waiting: Vec<_> = waiting.into_iter().collect();
        waiting.sort_unstable_by_key(|(seq_id, _)| *seq_id);
        end_all(waiting, move |(_, call)| {
            // Fails if the call has given up meanwhile, which is no error here.
            let _ = call.send(Err(reason.clone()));
        });
    }
}

impl pool::Multiplexed for Multiplexed {
    fn takes_calls(&self) -> bool {
        self.is_alive()
    }
}

impl Drop for Multiplexed {
    fn drop(&mut self) {
        self.shared.out.finish(closed_here());
        self.shared.finishing.cancel(closed_here());
    }
}

/// Each of the connection's tasks holds one. It closes the connection when its task ends, even if
/// the runtime shuts down.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail(closed_here());
    }
}

fn closed_here() -> Error {
    Error::new(ErrorKind::Connection, 0, "the connection was closed")
}
