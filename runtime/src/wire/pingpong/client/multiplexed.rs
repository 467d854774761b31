//! A connection that carries many calls at a time, told apart by their sequence ids: Kitex's
//! `WithMuxConnection`.

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
use crate::service::Mode;
use crate::sync::lock;
use crate::trace;
use crate::wire::io::{BoxReader, ByteStream, Socket};
use crate::wire::outbox::{OUT_HIGH_WATER, Outbox};
use crate::wire::pingpong::events;
use crate::wire::pingpong::frames::Frames;
use crate::wire::pingpong::message::Message;
use crate::wire::pingpong::queue;
use crate::wire::{SEND_TIMEOUT, pool};

/// How long a connection that is being closed may take to write its last requests.
const LINGER: Duration = Duration::from_secs(5);

/// A connection as its slot and its calls hold it. When the last of them lets go, it is closed,
/// behind the requests that still wait.
pub(super) struct Multiplexed {
    shared: Arc<Shared>,
}

/// What the connection's tasks and calls share.
struct Shared {
    peer: Option<SocketAddr>,
    out: Outbox,
    calls: Mutex<Calls>,
    /// Set when the server is about to close the connection, or a call timed out to whom it had been
    /// silent since before the call began.
    retired: AtomicBool,
    /// Fires when the connection is of no more use.
    closed: Cancellation,
    /// Fires when it is to be closed once its requests are written.
    finishing: Cancellation,
}

/// The calls that wait for their replies.
#[derive(Default)]
struct Calls {
    waiting: HashMap<i32, oneshot::Sender<Result<Message>>>,
    /// Why no further call is accepted.
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
            out: Outbox::new(writer, OUT_HIGH_WATER, SEND_TIMEOUT),
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
        trace::spawn(&span, async move {
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

    /// Whether calls can be made on it, as far as is known.
    pub(super) fn is_alive(&self) -> bool {
        self.shared.closed.reason().is_none() && !self.shared.retired.load(Ordering::Relaxed)
    }

    /// Waits for room in the out buffer, and queues the request that `put` appends; `args_len` is
    /// the length of its arguments. `None`: nothing will come back.
    ///
    /// # Errors
    /// That of `put`, or a connection that is gone. Nothing was written then.
    pub(super) async fn send(
        self: &Arc<Self>,
        call: &Outgoing,
        seq_id: i32,
        args_len: usize,
        put: impl FnOnce(&mut BytesMut) -> Result<()>,
    ) -> Result<Option<Waiting>> {
        let (sender, reply) = oneshot::channel();
        let waiting = Waiting {
            connection: Arc::clone(self),
            seq_id,
            reads: self.shared.out.reads(),
            deadline: call.deadline,
            reply,
        };
        poll_fn(|cx| self.shared.out.poll_ready(seq_id, cx)).await;
        if call.method.mode != Mode::OneWay {
            self.shared.expect(seq_id, sender)?;
        }
        queue::put(&self.shared.out, args_len, put)?;
        Ok((call.method.mode != Mode::OneWay).then_some(waiting))
    }
}

/// A call under way on the connection; it is forgotten when this is dropped.
pub(super) struct Waiting {
    connection: Arc<Multiplexed>,
    seq_id: i32,
    /// Reads that had been made when the call began.
    reads: u64,
    deadline: Option<Deadline>,
    reply: oneshot::Receiver<Result<Message>>,
}

impl Waiting {
    /// The message that came back.
    ///
    /// # Errors
    /// A message that cannot be read, or the end of the connection.
    pub(super) async fn reply(mut self) -> Result<Message> {
        let received = (&mut self.reply).await;
        // The sender goes with the connection, which says first why.
        let reply = received.unwrap_or_else(|_| Err(closed_by_peer()));
        self.deadline = None;
        reply
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let shared = &self.connection.shared;
        shared.forget(self.seq_id);
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
    /// Has the reply to this request given to `sender`.
    fn expect(&self, seq_id: i32, sender: oneshot::Sender<Result<Message>>) -> Result<()> {
        let mut calls = lock(&self.calls);
        if let Some(reason) = &calls.closed {
            return Err(reason.clone());
        }
        calls.waiting.insert(seq_id, sender);
        Ok(())
    }

    /// Nobody waits for this reply any more.
    fn forget(&self, seq_id: i32) {
        let forgotten = lock(&self.calls).waiting.remove(&seq_id);
        drop(forgotten);
        self.out.release(seq_id);
    }

    /// Gives the reply to its call. One that nobody waits for any more is dropped quietly.
    fn deliver(&self, seq_id: i32, reply: Result<Message>) {
        if reply.as_ref().is_ok_and(is_last) {
            self.retired.store(true, Ordering::Relaxed);
        }
        let waiting = lock(&self.calls).waiting.remove(&seq_id);
        if let Some(waiting) = waiting {
            // Its call has given up meanwhile, or takes it.
            let _ = waiting.send(reply);
        }
    }

    /// Reads until the connection ends, and says why it did. A reply that cannot be read, or is too
    /// large, is the error of its call alone.
    async fn read_all(&self, reader: BoxReader, config: &PoolConfig) -> Error {
        let mut frames = Frames::new(reader, BytesMut::new(), config.max_message);
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
            match frames.read(config.stall_timeout).await {
                Ok(0) => return closed_by_peer(),
                Ok(_) => self.out.note_read(),
                Err(error) => return broken(error),
            }
        }
    }

    /// Writes until the connection ends, and says why it did.
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

    /// Closes the connection, for the first reason given, and ends its calls with it.
    fn fail(&self, reason: Error) {
        if !self.closed.cancel(reason.clone()) {
            return;
        }
        self.out.close(reason.clone());
        let mut calls = lock(&self.calls);
        events::shared_connection_ended(Side::Client, self.peer, &reason, calls.waiting.len());
        calls.closed = Some(reason.clone());
        let waiting = std::mem::take(&mut calls.waiting);
        drop(calls);
        for call in waiting.into_values() {
            // Its call may have given up meanwhile.
            let _ = call.send(Err(reason.clone()));
        }
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

/// Held by the connection's tasks: it ends with them, also when their runtime is shut down.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail(closed_here());
    }
}

fn closed_here() -> Error {
    Error::new(ErrorKind::Connection, 0, "the connection was closed")
}
