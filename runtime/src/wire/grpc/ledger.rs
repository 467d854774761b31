//! Counts what has arrived on a connection and waits for the readers of its streams.
//!
//! The window of a connection is the largest that HTTP/2 allows, so that no stream waits for the
//! reader of another stream. Kitex and grpc-go return the connection's window as soon as bytes
//! arrive, for the same purpose (A.17). h2 returns it only together with the window of the stream.
//! In place of the connection's window, [`GrpcLimits::connection_window`](super::GrpcLimits) limits
//! what waits: above half of it there are no new streams, and above it the streams that hold the
//! most end; see `budget.rs`.

mod account;
mod ahead;
mod arrivals;
mod headers;
mod pace;
mod requests;

use std::cmp::Reverse;
use std::collections::{HashMap, hash_map};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::config::GrpcLimits;
use crate::error::Side;
use crate::sync::lock;
use crate::wire::ids::IdHash;
use crate::wire::{Ahead, Turns};

pub(super) use account::{Account, Entry, Receiving, WhyEnded};
pub(super) use ahead::AheadCharge;
pub(super) use headers::HeaderCharge;
pub(super) use pace::Pace;
pub(super) use requests::TOO_LARGE;

use arrivals::Blocks;
use requests::Requests;

/// The least that a DATA frame counts while h2 holds it: about what h2 keeps for a frame.
pub(super) const LEAST: usize = 256;
/// What a byte of a header block counts while h2 holds the block. One byte can stand for a whole
/// pair (RFC 7541, 6.1), for which a header map keeps up to 104 bytes, and as many again when it
/// grows.
const PAIR: u64 = 256;
/// What a pair counts at least in the size of a header list (RFC 9113, 6.5.2).
const LIST_PAIR: u64 = 32;

/// The least limit of a connection: a stream begins with a window of 65,535 bytes (RFC 9113, 6.9.2).
const LEAST_WINDOW: u64 = 128 * 1024;

/// Which part of the limit the readers may have at hand, besides what waits: as with TTHeader
/// Streaming.
const AHEAD_PART: usize = 8;

/// How many bytes wait while the readers keep up with the peer. Such bytes free their buffers soon.
const KEEPS_UP: u64 = 128 * 1024;
/// How many bytes more than the waiting ones must have been read since the last sweep before the
/// next one. So a connection copies only a part of what it reads.
const SHARED: u64 = 8 * 1024 * 1024;
/// How many frames may have arrived since the last sweep before the next one. h2 keeps some 240
/// bytes for each that waits, and does not give up that room before the connection ends.
const FRAMES: u64 = 8 * 1024;
/// How many streams that h2 has not handed on there is room for even when there are fewer.
const FEW_UNOPENED: usize = 64;

/// The accounts of the streams of one connection.
pub(super) struct Ledger {
    streams: Mutex<Streams>,
    /// The number of accounts.
    open: AtomicUsize,
    /// The sum of what waits on all accounts. It is less than 0 for a moment when a reader takes
    /// what is being counted.
    waiting: AtomicI64,
    /// The most that may wait.
    most: u64,
    /// The most that one block of headers counts.
    block: u64,
    /// What running calls keep of headers, and the most that they may keep.
    headers: AtomicUsize,
    most_headers: usize,
    /// The requests of running calls without stream.
    requests: Requests,
    /// What readers have at hand behind the messages that they asked for.
    ahead: Ahead,
    /// Bytes and frames that were read since the last sweep, or since the readers last kept up.
    read: AtomicU64,
    frames: AtomicU64,
    /// Whether the peer has sent too much for some streams, which have to end.
    has_excess: AtomicBool,
    /// Whether frames have arrived for streams that h2 has not handed on.
    has_unopened: AtomicBool,
    side: Side,
    /// How fast messages arrive.
    pub(super) pace: Pace,
    /// The turns of those tasks that h2 wakes when the connection ends: all at once.
    pub(super) turns: Arc<Turns>,
}

#[derive(Default)]
struct Streams {
    accounts: HashMap<u32, Held, IdHash>,
    excess: Vec<Arc<Entry>>,
    /// The newest stream of the peer's, and those of its streams that h2 has not handed on.
    newest: u32,
    unopened: Vec<u32>,
}

/// What the connection's task knows of a stream.
#[derive(Default)]
struct Held {
    entry: Arc<Entry>,
    blocks: Blocks,
    /// Whether the frames that arrive still belong to the headers that open the stream.
    opens: bool,
}

/// The cost of a DATA frame with this length.
pub(super) fn cost(len: usize) -> usize {
    len.max(LEAST)
}

impl Ledger {
    /// A ledger for a connection with these limits.
    pub(super) fn new(limits: &GrpcLimits, side: Side, peer: Option<SocketAddr>) -> Arc<Self> {
        let list = u64::from(limits.max_header_list);
        let most = u64::from(limits.connection_window).max(LEAST_WINDOW);
        Arc::new(Self {
            streams: Mutex::default(),
            open: AtomicUsize::new(0),
            waiting: AtomicI64::new(0),
            most,
            block: list + list / LIST_PAIR * PAIR,
            headers: AtomicUsize::new(0),
            most_headers: limits.connection_headers,
            requests: Requests::new(limits, peer),
            ahead: Ahead::new(most as usize / AHEAD_PART),
            read: AtomicU64::new(0),
            frames: AtomicU64::new(0),
            has_excess: AtomicBool::new(false),
            has_unopened: AtomicBool::new(false),
            side,
            pace: Pace::new(limits, side, peer),
            turns: Arc::default(),
        })
    }

    /// Opens the account of a stream. What has arrived for a stream of the peer's before h2 handed it
    /// on counts already.
    pub(super) fn open(self: &Arc<Self>, stream: u32) -> Account {
        self.open.fetch_add(1, Ordering::Relaxed);
        let mut streams = lock(&self.streams);
        let held = streams.accounts.entry(stream).or_default();
        held.entry.open();
        Account::new(Arc::clone(self), stream, Arc::clone(&held.entry))
    }

    /// Forgets the streams of the peer's that will have no account: h2 has handed all on, and these were
    /// refused.
    pub(super) fn all_handed_on(&self) {
        if !self.has_unopened.swap(false, Ordering::Relaxed) {
            return;
        }
        let mut streams = lock(&self.streams);
        let Streams {
            accounts, unopened, ..
        } = &mut *streams;
        for stream in unopened.drain(..) {
            if let hash_map::Entry::Occupied(held) = accounts.entry(stream)
                && !held.get().entry.is_open()
            {
                self.take(held.remove().entry.holds());
            }
        }
        unopened.shrink_to(FEW_UNOPENED);
    }

    /// Whether so much waits that the connection may get no further stream.
    pub(super) fn is_full(&self) -> bool {
        self.waiting() >= self.most / 2
    }

    /// Whether no stream is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }

    /// What waits on all streams.
    pub(super) fn waiting(&self) -> u64 {
        self.waiting
            .load(Ordering::Relaxed)
            .try_into()
            .unwrap_or_default()
    }

    fn add(&self, bytes: u64) {
        self.waiting.fetch_add(bytes as i64, Ordering::Relaxed);
    }

    fn take(&self, bytes: u64) {
        self.waiting.fetch_sub(bytes as i64, Ordering::Relaxed);
    }

    /// The most that may wait.
    pub(super) fn most(&self) -> u64 {
        self.most
    }

    /// Whether what waits should be copied together, because it keeps much larger buffers alive, or
    /// because it is more than `most` and may count for more than it is.
    pub(super) fn wants_sweep(&self, most: u64) -> bool {
        let waiting = self.waiting();
        if waiting > most {
            return true;
        }
        if waiting <= KEEPS_UP {
            self.swept();
            return false;
        }
        let read = self.read.load(Ordering::Relaxed);
        read > waiting + SHARED || self.frames.load(Ordering::Relaxed) >= FRAMES
    }

    /// Begins to count what is read anew.
    pub(super) fn swept(&self) {
        self.read.store(0, Ordering::Relaxed);
        self.frames.store(0, Ordering::Relaxed);
    }

    /// The streams on which something waits: first those with the most, and of these the oldest.
    pub(super) fn fullest(&self) -> Vec<Arc<Entry>> {
        let streams = lock(&self.streams);
        let entries = streams.accounts.iter();
        let waiting = entries.filter(|(_, held)| held.entry.holds() > 0);
        let mut found: Vec<_> = waiting
            .map(|(id, held)| ((Reverse(held.entry.holds()), *id), Arc::clone(&held.entry)))
            .collect();
        drop(streams);
        found.sort_unstable_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, entry)| entry).collect()
    }

    /// The streams for which the peer has sent too many headers since this was last asked.
    pub(super) fn take_excess(&self) -> Vec<Arc<Entry>> {
        if !self.has_excess.swap(false, Ordering::Relaxed) {
            return Vec::new();
        }
        std::mem::take(&mut lock(&self.streams).excess)
    }
}

#[cfg(test)]
mod tests;
