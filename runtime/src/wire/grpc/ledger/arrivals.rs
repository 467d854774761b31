//! Counts frames as they arrive.

use std::sync::MutexGuard;
use std::sync::atomic::Ordering;

use super::{FRAMES, Held, Ledger, PAIR, Streams, cost};
use crate::error::Side;
use crate::sync::lock;
use crate::wire::grpc::frames::{CONTINUATION, DATA, Frame, HEADERS};

/// How many bytes of informational responses (1xx) a server may send for a call, each of which
/// counts as 256 bytes at least. curl has the same limit for all headers of a response
/// (`MAX_HTTP_RESP_HEADER_SIZE`). No server of gRPC sends any.
const INFORMATIONAL: u64 = 300 * 1024;

/// Adds frames as they arrive. Takes the lock once for many frames.
pub(in super::super) struct Arrivals<'a> {
    ledger: &'a Ledger,
    streams: Option<MutexGuard<'a, Streams>>,
    frames: u64,
    /// The sum of what these frames count.
    counts: u64,
}

/// The blocks of headers that a peer has sent on a stream.
#[derive(Default)]
pub(super) struct Blocks {
    /// The bytes of all.
    all: u64,
    /// The bytes of the last one, and of the one before.
    last: u64,
    before: u64,
}

impl Blocks {
    fn add(&mut self, kind: u8, len: usize) {
        let len = cost(len) as u64;
        self.all += len;
        if kind == HEADERS {
            self.before = std::mem::replace(&mut self.last, 0);
        }
        self.last += len;
    }

    /// Bytes that can only be informational responses: headers and trailers are two blocks.
    fn informational(&self) -> u64 {
        self.all - self.last - self.before
    }
}

impl Streams {
    /// The headers of a stream of the peer's have arrived. h2 hands the stream on only when it has read
    /// all that is there, so the stream's frames count from here on.
    fn begin(&mut self, stream: u32, ledger: &Ledger) {
        // A stream that is closed does not begin again: a peer's numbers rise (RFC 9113, 5.1.1).
        if stream <= self.newest {
            return;
        }
        self.newest = stream;
        let held = Held {
            opens: true,
            ..Held::default()
        };
        self.accounts.insert(stream, held);
        self.unopened.push(stream);
        ledger.has_unopened.store(true, Ordering::Relaxed);
    }
}

impl Ledger {
    pub(in super::super) fn arrivals(&self) -> Arrivals<'_> {
        Arrivals {
            ledger: self,
            streams: None,
            frames: 0,
            counts: 0,
        }
    }
}

impl Arrivals<'_> {
    /// Counts a frame. Streams that are closed do not count: h2 drops their frames.
    pub(in super::super) fn add(&mut self, frame: Frame) {
        if !matches!(frame.kind, DATA | HEADERS | CONTINUATION) {
            return;
        }
        self.frames += 1;
        let ledger = self.ledger;
        let streams = self.streams.get_or_insert_with(|| lock(&ledger.streams));
        let Some(held) = streams.accounts.get_mut(&frame.stream) else {
            if frame.kind == HEADERS && ledger.side == Side::Server {
                streams.begin(frame.stream, ledger);
            }
            return;
        };
        // h2 hands these headers on at once.
        held.opens &= frame.kind == CONTINUATION;
        if held.opens {
            return;
        }
        if frame.kind == DATA {
            let counts = cost(frame.len) as u64;
            self.counts += counts;
            return held.entry.add_data(counts);
        }
        held.blocks.add(frame.kind, frame.len);
        let block = (cost(frame.len) as u64 * PAIR).min(ledger.block);
        held.entry.add_block(block);
        self.counts += block;
        if held.blocks.informational() > INFORMATIONAL {
            held.blocks = Blocks::default();
            let entry = held.entry.clone();
            streams.excess.push(entry);
            ledger.has_excess.store(true, Ordering::Relaxed);
        }
    }

    /// Counts the bytes in which these frames lay. Only the connection's task reads, so nobody else
    /// writes these counters at the same time.
    pub(in super::super) fn finish(self, bytes: usize) {
        if self.counts > 0 {
            // Under the lock under which accounts are closed.
            self.ledger.add(self.counts);
        }
        let (read, frames) = (&self.ledger.read, &self.ledger.frames);
        let before = (read.load(Ordering::Relaxed), frames.load(Ordering::Relaxed));
        read.store(before.0 + bytes as u64, Ordering::Relaxed);
        // More than this need not be known.
        let frames_now = (before.1 + self.frames).min(FRAMES);
        frames.store(frames_now, Ordering::Relaxed);
    }
}
