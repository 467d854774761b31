//! The reader of a connection: bytes in, batches of messages and single control frames out.

use bytes::{Buf, BytesMut};

use super::backlog::Pause;
use super::budget::Budget;
use super::connection_state::ConnectionState;
use super::errors::{from_decode, from_eof, from_io};
use super::events;
use super::groups::{Groups, Inbound, STREAMS_AT_ONCE};
use super::table::Table;
use crate::error::{Error, Result, Side};
use crate::wire::ArrivalTimer;
use crate::wire::io::{BoxReader, yield_once};
use crate::wire::ttheader::frame::{
    DecodeError, Frame, FrameBody, FrameHead, FrameReader, PRELUDE_LEN,
};
use crate::wire::ttheader::state::connection_unreadable;

/// The read buffer of a quiet connection, in bytes.
const READ_MIN: usize = 16 * 1024;
/// The read buffer of a busy connection, in bytes. It grows while reads fill it.
const READ_MAX: usize = 256 * 1024;
/// After a read of this many bytes consumers get to run before the next one: what was just read
/// is still in the cache, and the backlog stays short.
const YIELD_AT: usize = 16 * 1024;
/// After so many frames other than DATA, tasks get to run: each frame may start a handler or wake a task.
/// tokio keeps 256 tasks that are ready in the queue of a thread, and lets those beyond that wait while
/// the reader goes on, so that one connection could pile up handlers of streams that were reset long ago.
const CONTROL_AT_ONCE: usize = 64;
/// After this many reads that fill less than an eighth of it, the buffer is halved.
const QUIET_READS: u32 = 64;

/// What the two sides do differently with what arrives.
pub(super) trait FrameHandler {
    type Stream: Inbound;

    fn connection(&self) -> &ConnectionState;
    fn streams(&self) -> &Table<Self::Stream>;

    /// Takes a frame other than DATA. DATA that came before it has been delivered.
    ///
    /// # Errors
    /// Fatal for the connection.
    fn control(&self, frame: Frame) -> Result<()>;

    /// A frame of this stream is above the limit: tells it so, before the connection goes.
    fn refuse(&self, sid: i32, error: Error);
}

/// Reads until the connection fails or the peer closes it, and returns the error for its streams.
/// `buf` holds what was read already.
pub(super) async fn read_all<S: FrameHandler>(
    handler: &S,
    socket: &mut BoxReader,
    mut buf: BytesMut,
) -> Error {
    let connection = handler.connection();
    let mut frames = FrameReader::new(connection.limits.max_frame);
    let mut groups = Groups::new();
    let mut pause = Pause::new(&connection.limits);
    let mut budget = Budget::new(&connection.limits);
    let mut size = ReadSize::new();
    // Tasks that may have been woken since others had their turn.
    let mut woken = 0;
    let limits = &connection.limits;
    let mut arrival = ArrivalTimer::new(limits.stall_timeout, limits.min_rate);
    loop {
        let before = buf.len();
        loop {
            let scanned = scan(handler, &mut frames, &mut groups, &mut buf, &mut woken);
            woken += groups.len();
            while groups.deliver_some() {
                yield_once().await;
            }
            match scanned {
                Ok(Scanned::All) => break,
                Ok(Scanned::Some) => {
                    yield_once().await;
                    woken = 0;
                }
                Err(error) => return error,
            }
        }
        if buf.len() < before {
            arrival.begin();
        }
        if size.last >= YIELD_AT || woken >= STREAMS_AT_ONCE {
            yield_once().await;
            woken = 0;
        }
        if connection.side == Side::Server {
            connection.out.answers_taken().await;
        }
        pause
            .catch_up(&connection.backlog, || handler.streams().len() <= 1)
            .await;
        budget.keep(&connection.backlog, handler.streams()).await;
        let wanted = frames.room(buf.len());
        size.reserve(&mut buf, wanted);
        let arrived = buf.len();
        match arrival.read(socket, &mut buf, arrived, "a frame").await {
            Ok(0) => return from_eof(connection.side, buf.len()),
            Ok(n) => {
                budget.note_read(n);
                size.adapt(n, &buf);
            }
            Err(error) => return from_io(connection.side, error),
        }
        connection.out.note_read();
    }
}

/// What [`scan`] has taken off a buffer.
enum Scanned {
    /// All whole frames.
    All,
    /// [`CONTROL_AT_ONCE`] frames other than DATA, and the DATA before them.
    Some,
}

/// Takes whole frames off `buf`, and adds to `woken`, as each frame other than DATA may wake a task. Does not even copy a message that nobody waits for (statements 32, 79).
fn scan<S: FrameHandler>(
    handler: &S,
    frames: &mut FrameReader,
    groups: &mut Groups<S::Stream>,
    buf: &mut BytesMut,
    woken: &mut usize,
) -> Result<Scanned> {
    let mut control_frames = 0;
    loop {
        messages(handler, frames, groups, buf);
        match frames.peek(buf) {
            Ok(Some(head)) if matches!(head.body, FrameBody::Data) => {
                match groups.of(head.sid(), handler.streams()) {
                    Some(group) => group.add(frames.take_payload(&head, buf)),
                    None => FrameReader::skip(&head, buf),
                }
            }
            Ok(Some(head)) => {
                control(handler, frames, groups, head, buf)?;
                control_frames += 1;
                *woken += 1;
                if control_frames == CONTROL_AT_ONCE {
                    return Ok(Scanned::Some);
                }
            }
            Ok(None) => return Ok(Scanned::All),
            // The stream id follows the length, and has not arrived yet.
            Err(DecodeError::TooLong { .. }) if buf.len() < PRELUDE_LEN => {
                return Ok(Scanned::All);
            }
            Err(error) => return Err(fatal(handler, error, buf)),
        }
    }
}

/// Takes the messages off the front of `buf` that look like those before them, and removes them all at
/// once. The caller looks closer at what follows.
#[inline]
fn messages<S: FrameHandler>(
    handler: &S,
    frames: &mut FrameReader,
    groups: &mut Groups<S::Stream>,
    buf: &mut BytesMut,
) {
    let mut rest = &buf[..];
    while let Some(data) = frames.peek_known(rest) {
        rest = &rest[data.frame_len..];
        if let Some(group) = groups.of(data.sid, handler.streams()) {
            group.add(frames.copy(data.payload));
        }
    }
    let taken = buf.len() - rest.len();
    buf.advance(taken);
}

/// Takes a frame other than DATA off `buf`. Not a part of the loop above, which is for messages.
#[inline(never)]
fn control<S: FrameHandler>(
    handler: &S,
    frames: &mut FrameReader,
    groups: &mut Groups<S::Stream>,
    head: FrameHead,
    buf: &mut BytesMut,
) -> Result<()> {
    let sid = head.sid();
    groups.deliver(sid, handler.streams());
    let payload = frames.take_payload(&head, buf);
    let body = head.body;
    handler.control(Frame { sid, body, payload })
}

/// What all streams of the connection end with, but the one whose frame is too large.
fn fatal<S: FrameHandler>(handler: &S, error: DecodeError, buf: &[u8]) -> Error {
    let end = handler.connection().side;
    match (error, buf.first_chunk::<12>()) {
        (DecodeError::TooLong { .. }, Some([_, _, _, _, _, _, _, _, sid @ ..])) => {
            events::frame_too_large(end);
            handler.refuse(i32::from_be_bytes(*sid), from_decode(end, error));
            connection_unreadable(end, error)
        }
        _ => from_decode(end, error),
    }
}

/// How much to read at a time.
struct ReadSize {
    size: usize,
    /// Bytes of the last read.
    last: usize,
    quiet: u32,
}

impl ReadSize {
    fn new() -> Self {
        Self {
            size: READ_MIN,
            last: 0,
            quiet: 0,
        }
    }

    /// Makes room in `buf` for the next read; at least `wanted` bytes, which the frame at its
    /// front lacks.
    fn reserve(&self, buf: &mut BytesMut, wanted: usize) {
        let room = buf.capacity() - buf.len();
        if room < wanted.max(self.size / 2) {
            buf.reserve(wanted.max(self.size));
        }
    }

    fn adapt(&mut self, n: usize, buf: &BytesMut) {
        self.last = n;
        let full = buf.len() == buf.capacity();
        self.quiet = if n < self.size / 8 { self.quiet + 1 } else { 0 };
        if full && self.size < READ_MAX {
            self.size *= 2;
        } else if self.quiet == QUIET_READS && self.size > READ_MIN {
            self.size /= 2;
            self.quiet = 0;
        }
    }
}
