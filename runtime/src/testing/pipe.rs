//! One direction of a connection: bytes on their way, and when they arrive. A pipe reads no clock and wakes
//! no task: its caller passes the time, and wakes the tasks whose wakers the pipe keeps.

use std::collections::VecDeque;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::{Buf, Bytes};
use tokio::io::ReadBuf;
use tokio::time::Instant;

use super::faults::Cut;

/// Bytes that one direction holds: about as many as the system's sockets do. A writer with more waits.
pub(super) const ROOM: usize = 64 * 1024;

/// Bytes that arrive together: those of one packet of Ethernet.
const SEGMENT: usize = 1460;

/// One direction of a connection.
#[derive(Debug)]
pub(super) struct Pipe {
    segments: VecDeque<(Instant, Bytes)>,
    /// Bytes that the writer has handed over and the reader has not taken.
    waiting: usize,
    /// Bytes that the writer has handed over.
    passed: u64,
    /// When the last of them arrives. No byte overtakes another.
    last_due: Instant,
    /// When the reader learns that nothing follows.
    end: Option<Instant>,
    pub(super) cut: Option<(u64, Cut)>,
    /// The reader stops behind this byte, for this time.
    pub(super) stall: Option<(u64, Duration)>,
    /// Whether the reader gets nothing for now: the link is parted, or the reader stalled.
    pub(super) held: bool,
    /// Set by a black hole: bytes that are written are lost, and at this time the reader finds the
    /// connection dead.
    dead: Option<Instant>,
    /// Nobody reads any more.
    reader_gone: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// What a reader finds.
pub(super) enum Found {
    Bytes,
    End,
    Dead,
    /// Bytes or an end arrive at that time.
    Later(Instant),
    /// Neither is on its way.
    Nothing,
}

impl Pipe {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            segments: VecDeque::new(),
            waiting: 0,
            passed: 0,
            last_due: now,
            end: None,
            cut: None,
            stall: None,
            held: false,
            dead: None,
            reader_gone: false,
            reader: None,
            writer: None,
        }
    }

    /// Whether nothing can be written any more.
    pub(super) fn is_closed(&self) -> bool {
        self.end.is_some() || self.reader_gone
    }

    /// For how many bytes there is room, wherever the cut is.
    pub(super) fn room(&self) -> usize {
        ROOM - self.waiting
    }

    /// How many bytes are left until the cut, and how it is cut then.
    pub(super) fn until_cut(&self) -> Option<(u64, Cut)> {
        let (at, how) = self.cut?;
        Some((at.saturating_sub(self.passed), how))
    }

    /// Takes bytes, for which there must be room. A segment of them sets out at `due`, or when the segment
    /// before it has arrived if that is later, and takes the time that `carried` gives for its length.
    pub(super) fn push(&mut self, bytes: &[u8], due: Instant, carried: impl Fn(usize) -> Duration) {
        self.waiting += bytes.len();
        for segment in bytes.chunks(SEGMENT) {
            self.passed += segment.len() as u64;
            if self.dead.is_none() {
                let due = self.last_due.max(due) + carried(segment.len());
                self.arrive(segment, due);
            }
        }
    }

    fn arrive(&mut self, segment: &[u8], due: Instant) {
        self.last_due = due;
        if let Some((at, long)) = self.stall
            && self.passed > at
        {
            self.last_due += long;
            self.stall = None;
        }
        let segment = (self.last_due, Bytes::copy_from_slice(segment));
        self.segments.push_back(segment);
    }

    /// Reads the bytes that have arrived into `buf`, and says what the reader found.
    pub(super) fn pull(&mut self, now: Instant, buf: &mut ReadBuf<'_>) -> Found {
        match self.dead {
            Some(dead) if dead <= now => return Found::Dead,
            Some(dead) if self.held => return Found::Later(dead),
            _ if self.held => return Found::Nothing,
            _ => {}
        }
        let mut read = 0;
        while let Some((due, bytes)) = self.segments.front_mut() {
            if *due > now && read == 0 {
                return Found::Later(*due);
            }
            let n = bytes.len().min(buf.remaining());
            if *due > now || n == 0 {
                break;
            }
            buf.put_slice(&bytes[..n]);
            bytes.advance(n);
            read += n;
            if bytes.is_empty() {
                self.segments.pop_front();
            }
        }
        self.waiting -= read;
        match self.end.or(self.dead) {
            _ if read > 0 => Found::Bytes,
            Some(due) if due <= now => Found::End,
            Some(due) => Found::Later(due),
            None => Found::Nothing,
        }
    }

    /// Nothing follows. The reader learns that at `due`, or behind the bytes before.
    pub(super) fn close(&mut self, due: Instant) {
        if self.dead.is_none() {
            let due = self.last_due.max(due);
            self.end.get_or_insert(due);
        }
    }

    /// Loses all that is written from here on, until the connection is found dead.
    pub(super) fn swallow(&mut self, until: Instant) {
        self.dead.get_or_insert(until);
    }

    /// Nobody reads any more.
    pub(super) fn abandon(&mut self) {
        self.reader_gone = true;
        self.segments.clear();
    }

    /// Keeps the waker of the task that reads, for [`reader`](Self::reader).
    pub(super) fn wait_to_read(&mut self, cx: &Context<'_>) {
        self.reader = Some(cx.waker().clone());
    }

    /// Keeps the waker of the task that writes, for [`writer`](Self::writer).
    pub(super) fn wait_to_write(&mut self, cx: &Context<'_>) {
        self.writer = Some(cx.waker().clone());
    }

    /// Takes the waker of the task that reads. The caller wakes it when it holds no lock.
    pub(super) fn reader(&mut self) -> Option<Waker> {
        self.reader.take()
    }

    /// Takes the waker of the task that writes. The caller wakes it when it holds no lock.
    pub(super) fn writer(&mut self) -> Option<Waker> {
        self.writer.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn free(_: usize) -> Duration {
        Duration::ZERO
    }

    /// All bytes that a reader gets at this time, and what it finds behind them.
    fn read(pipe: &mut Pipe, now: Instant) -> (Vec<u8>, Found) {
        let mut bytes = [0; 4096];
        let mut buf = ReadBuf::new(&mut bytes);
        loop {
            match pipe.pull(now, &mut buf) {
                Found::Bytes => {}
                found => return (buf.filled().to_vec(), found),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_overtakes_what_went_before() {
        let start = Instant::now();
        let mut pipe = Pipe::new(start);
        pipe.push(b"slow", start + 2 * SECOND, free);
        pipe.push(b"fast", start + SECOND, free);
        pipe.close(start);
        assert!(
            matches!(read(&mut pipe, start + SECOND), (got, Found::Later(due))
            if got.is_empty() && due == start + 2 * SECOND)
        );
        let (got, found) = read(&mut pipe, start + 2 * SECOND);
        assert_eq!(got, b"slowfast");
        assert!(matches!(found, Found::End));
    }

    #[tokio::test(start_paused = true)]
    async fn large_writes_arrive_bit_by_bit_on_a_narrow_link() {
        let start = Instant::now();
        let mut pipe = Pipe::new(start);
        pipe.push(&[7; 2 * SEGMENT], start, |_| SECOND);
        assert_eq!(read(&mut pipe, start + SECOND).0.len(), SEGMENT);
        assert_eq!(read(&mut pipe, start + 2 * SECOND).0.len(), SEGMENT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_stalls_gets_what_is_behind_the_byte_later() {
        let start = Instant::now();
        let mut pipe = Pipe::new(start);
        pipe.stall = Some((3, 10 * SECOND));
        pipe.push(b"abc", start, free);
        pipe.push(b"def", start, free);
        assert_eq!(read(&mut pipe, start).0, b"abc");
        assert_eq!(read(&mut pipe, start + 10 * SECOND).0, b"def");
    }

    #[tokio::test(start_paused = true)]
    async fn a_pipe_is_full_until_it_is_read() {
        let start = Instant::now();
        let mut pipe = Pipe::new(start);
        pipe.push(&[0; ROOM], start, free);
        assert_eq!(pipe.room(), 0);
        let (got, _) = read(&mut pipe, start);
        assert_eq!(pipe.room(), got.len());
    }

    #[tokio::test(start_paused = true)]
    async fn a_black_hole_ends_when_it_is_found_dead() {
        let start = Instant::now();
        let mut pipe = Pipe::new(start);
        pipe.push(b"before", start, free);
        pipe.swallow(start + 5 * SECOND);
        pipe.push(b"after", start, free);
        pipe.close(start);
        let (got, found) = read(&mut pipe, start);
        assert_eq!(got, b"before");
        assert!(matches!(found, Found::Later(due) if due == start + 5 * SECOND));
        assert!(matches!(read(&mut pipe, start + 5 * SECOND).1, Found::Dead));
    }
}
