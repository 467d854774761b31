//! A connection that carries one call at a time: one request, then its reply.

use std::io;

use bytes::BytesMut;
use tokio::runtime::{Handle, Id};
use tracing::Span;

use super::config::PoolConfig;
use crate::call::WaitTimer;
use crate::error::{Error, Result, Side};
use crate::measure::OpenConnection;
use crate::wire::io::ByteStream;
use crate::wire::pingpong::events;
use crate::wire::pingpong::message::{self, Message, MessageReader};
use crate::wire::pool::Kept;
use crate::wire::send;

/// Bytes a connection keeps between calls; what a large message needed beyond is given back.
const KEPT_BUFFER: usize = 64 * 1024;

pub(super) struct Connection {
    io: ByteStream,
    buf: BytesMut,
    /// The runtime that tells when `io` can be read and written. It may be gone when the next call
    /// comes, as that of a test is in the next test.
    runtime: Id,
    /// Dropped with the connection, which closes the span.
    _span: Span,
    _open: OpenConnection,
}

impl Connection {
    /// Must be called on a tokio runtime.
    pub(super) fn new(io: ByteStream) -> Self {
        let span = events::connection(|| io.peer_addr());
        Self {
            _span: span,
            _open: OpenConnection::new(Side::Client, events::NAME),
            io,
            buf: BytesMut::new(),
            runtime: Handle::current().id(),
        }
    }

    /// Writes a request.
    ///
    /// # Errors
    /// The connection's; retryable if no byte has left.
    pub(super) async fn write(&mut self, request: &[u8], config: &PoolConfig) -> Result<()> {
        let (mut left, mut stuck) = (request, WaitTimer::new(config.send_timeout));
        let sent = send(&mut self.io, &mut left, &mut stuck).await;
        sent.map_err(|error| match left.len() == request.len() {
            true => broken(error).before_handler(),
            false => broken(error),
        })
    }

    /// Reads one message. Sets `heard` when the first bytes of it are there.
    pub(super) async fn read(&mut self, config: &PoolConfig, heard: &mut bool) -> Result<Message> {
        let mut messages = MessageReader::new(config.max_message);
        // A handler may take its time, but a reply that has begun must be on its way.
        let mut arrival = config.arrival_timer();
        loop {
            if let Some(message) = messages.next(&mut self.buf)? {
                return Ok(message);
            }
            message::reserve_for_read(&mut self.buf);
            let arrived = self.buf.len();
            let read = arrival.read(&mut self.io, &mut self.buf, arrived, "a reply");
            if read.await.map_err(broken)? == 0 {
                return Err(closed_by_peer());
            }
            *heard = true;
        }
    }
}

impl Kept for Connection {
    /// Useless if anything has arrived since the last reply: bytes, or the peer's close.
    fn renew(mut self) -> Option<Self> {
        let here = Handle::current().id();
        if self.runtime != here {
            self.io = self.io.move_here().ok()?;
            self.runtime = here;
        }
        if !self.buf.is_empty() || !self.io.is_quiet() {
            events::found_closed(self.io.peer_addr());
            return None;
        }
        if self.buf.capacity() > KEPT_BUFFER {
            self.buf = BytesMut::new();
        }
        Some(self)
    }
}

pub(super) fn closed_by_peer() -> Error {
    let text = "connection closed by peer before its reply";
    Error::connection(text, io::ErrorKind::UnexpectedEof.into())
}

pub(super) fn broken(error: io::Error) -> Error {
    Error::connection(error.to_string(), error)
}
