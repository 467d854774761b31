//! The reader of a connection: bytes in, batches of messages and single control frames out.

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

use super::backlog::Pause;
use super::errors::{from_decode, from_eof, from_io};
use super::groups::{Groups, Inbound};
use super::link::Link;
use super::socket::BoxReader;
use super::sync::yield_once;
use super::table::Table;
use crate::error::{Error, Result, Side as End};
use crate::frame::{Frame, FrameBody, FrameReader};

/// The read buffer of a quiet connection, in bytes.
const READ_MIN: usize = 16 * 1024;
/// The read buffer of a busy connection, in bytes. It grows while reads fill it.
const READ_MAX: usize = 256 * 1024;
/// After a read of this many bytes consumers get to run before the next one: what was just read
/// is still in the cache, and the backlog stays short.
const YIELD_AT: usize = 16 * 1024;
/// After this many reads that fill less than an eighth of it, the buffer is halved.
const QUIET_READS: u32 = 64;

/// What the two sides do differently with what arrives.
pub(super) trait Side {
    type Stream: Inbound;

    fn link(&self) -> &Link;
    fn streams(&self) -> &Table<Self::Stream>;

    /// Takes a frame other than DATA. DATA that came before it has been delivered.
    ///
    /// # Errors
    /// Fatal for the connection.
    fn control(&self, frame: Frame) -> Result<()>;
}

/// Reads until the connection fails or the peer closes it, and returns the error for its streams.
/// `buf` holds what was read already.
pub(super) async fn read_all<S: Side>(
    side: &S,
    socket: &mut BoxReader,
    mut buf: BytesMut,
) -> Error {
    let link = side.link();
    let mut frames = FrameReader::new(link.limits.max_frame);
    let mut groups = Groups::new();
    let mut pause = Pause::new(&link.limits);
    let mut size = ReadSize::new();
    loop {
        let scanned = scan(side, &mut frames, &mut groups, &mut buf);
        groups.deliver_all();
        if let Err(error) = scanned {
            return error;
        }
        if size.last >= YIELD_AT {
            yield_once().await;
        }
        if link.side == End::Server {
            link.out.answers_taken().await;
        }
        pause
            .catch_up(&link.backlog, || side.streams().len() <= 1)
            .await;
        let wanted = frames.room(buf.len());
        size.reserve(&mut buf, wanted);
        match socket.read_buf(&mut buf).await {
            Ok(0) => return from_eof(link.side, buf.len()),
            Ok(n) => size.adapt(n, &buf),
            Err(error) => return from_io(link.side, &error),
        }
        link.out.note_read();
    }
}

/// Takes all whole frames off `buf`.
fn scan<S: Side>(
    side: &S,
    frames: &mut FrameReader,
    groups: &mut Groups<S::Stream>,
    buf: &mut BytesMut,
) -> Result<()> {
    let fatal = |error| from_decode(side.link().side, error);
    while let Some(frame) = frames.next(buf).map_err(fatal)? {
        match frame.body {
            FrameBody::Data => groups.add(frame.sid, frame.payload, side.streams()),
            _ => {
                groups.deliver(frame.sid, side.streams());
                side.control(frame)?;
            }
        }
    }
    Ok(())
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
