//! One connection: a reader that parses all frames of a read, a writer that coalesces those of all
//! streams (`docs/spec/performance.md` 5.2).

use super::MuxStream;
use super::frame::{self, Kind, Method};
use super::inbox::Inbox;
use bytes::BytesMut;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::yield_now;

/// Bytes that a fresh read buffer holds.
const READ_BUFFER: usize = 256 * 1024;
/// Free bytes below which the read buffer is replaced, or used again if no message is left in it.
const LEAST_READ: usize = 64 * 1024;
/// Senders wait while this much is unsent.
const HIGH_WATER: usize = 256 * 1024;

#[derive(Default)]
pub(super) struct Connection {
    state: Mutex<State>,
    /// The first frame was put into an empty buffer, or the connection closed.
    unsent: Notify,
    /// The buffer was taken by the writer, or the connection closed.
    drained: Notify,
}

#[derive(Default)]
struct State {
    unsent: Vec<u8>,
    streams: HashMap<u32, Arc<Inbox>>,
    last_id: u32,
    closed: bool,
}

impl Connection {
    /// Starts reader and writer; `accept` gets the streams that the peer opens.
    pub(super) fn start(
        socket: TcpStream,
        accept: impl Fn(MuxStream) + Send + 'static,
    ) -> anyhow::Result<Arc<Self>> {
        socket.set_nodelay(true)?;
        let (reader, writer) = socket.into_split();
        let connection = Arc::new(Connection::default());
        tokio::spawn({
            let connection = connection.clone();
            async move {
                // Whatever ends the reader ends the connection; its streams see it as such.
                let _ = connection.read(reader, accept).await;
                connection.close();
            }
        });
        tokio::spawn({
            let connection = connection.clone();
            async move {
                let _ = connection.write(writer).await;
                connection.close();
            }
        });
        Ok(connection)
    }

    pub(super) async fn open(self: &Arc<Self>, method: Method) -> anyhow::Result<MuxStream> {
        let id = {
            let mut state = self.state();
            state.last_id += 1;
            state.last_id
        };
        let stream = self.stream(method, id);
        self.send(method, Kind::Header, id, &[]).await?;
        Ok(stream)
    }

    pub(super) async fn send_data(
        &self,
        method: Method,
        id: u32,
        payload: &[u8],
    ) -> anyhow::Result<()> {
        self.send(method, Kind::Data, id, payload).await
    }

    /// Appends a frame to the unsent bytes; waits while there are too many of them.
    async fn send(
        &self,
        method: Method,
        kind: Kind,
        id: u32,
        payload: &[u8],
    ) -> anyhow::Result<()> {
        loop {
            if self.try_send(method, kind, id, payload)? {
                return Ok(());
            }
            // Created before the second attempt, so that a drain in between is not missed.
            let drained = self.drained.notified();
            if self.try_send(method, kind, id, payload)? {
                return Ok(());
            }
            drained.await;
        }
    }

    fn try_send(
        &self,
        method: Method,
        kind: Kind,
        id: u32,
        payload: &[u8],
    ) -> anyhow::Result<bool> {
        let mut state = self.state();
        anyhow::ensure!(!state.closed, "the connection ended");
        if state.unsent.len() >= HIGH_WATER {
            return Ok(false);
        }
        if state.unsent.is_empty() {
            self.unsent.notify_one();
        }
        frame::write(&mut state.unsent, method, kind, id, payload);
        Ok(true)
    }

    async fn write(&self, mut socket: OwnedWriteHalf) -> std::io::Result<()> {
        let mut batch = Vec::with_capacity(2 * HIGH_WATER);
        while !self.state().closed {
            // Lets every runnable sender add its frames first.
            yield_now().await;
            std::mem::swap(&mut batch, &mut self.state().unsent);
            if batch.is_empty() {
                self.unsent.notified().await;
                continue;
            }
            self.drained.notify_waiters();
            socket.write_all(&batch).await?;
            batch.clear();
        }
        Ok(())
    }

    async fn read(
        self: &Arc<Self>,
        mut socket: OwnedReadHalf,
        accept: impl Fn(MuxStream),
    ) -> anyhow::Result<()> {
        let mut buffer = BytesMut::with_capacity(READ_BUFFER);
        loop {
            if buffer.capacity() - buffer.len() < LEAST_READ {
                buffer.reserve(READ_BUFFER);
            }
            if socket.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
            self.dispatch(&mut buffer, &accept)?;
            // The streams take their messages while these are still in the cache.
            yield_now().await;
        }
    }

    /// Hands each run of consecutive frames of one stream to that stream.
    fn dispatch(
        self: &Arc<Self>,
        buffer: &mut BytesMut,
        accept: &impl Fn(MuxStream),
    ) -> anyhow::Result<()> {
        let mut run = Run { id: 0, end: 0 };
        while let Some(frame) = frame::read(&buffer[run.end..])? {
            let (id, kind, method, end) = (frame.id, frame.kind, frame.method, frame.len);
            if id != run.id || kind == Kind::Header {
                self.deliver(run, buffer);
                run = Run { id, end: 0 };
            }
            if kind == Kind::Header {
                accept(self.stream(method, id));
                drop(buffer.split_to(end));
            } else {
                run.end += end;
            }
        }
        self.deliver(run, buffer);
        Ok(())
    }

    /// Frames of an unknown stream are ignored, as in Kitex.
    fn deliver(&self, run: Run, buffer: &mut BytesMut) {
        if run.end > 0 {
            let frames = buffer.split_to(run.end).freeze();
            if let Some(inbox) = self.state().streams.get(&run.id) {
                inbox.push(frames);
            }
        }
    }

    fn stream(self: &Arc<Self>, method: Method, id: u32) -> MuxStream {
        let inbox = Arc::new(Inbox::default());
        self.state().streams.insert(id, inbox.clone());
        MuxStream {
            connection: self.clone(),
            inbox,
            method,
            id,
        }
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        for inbox in state.streams.values() {
            inbox.close();
        }
        self.unsent.notify_one();
        self.drained.notify_waiters();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Consecutive frames of one stream at the start of the read buffer.
#[derive(Clone, Copy)]
struct Run {
    id: u32,
    end: usize,
}
