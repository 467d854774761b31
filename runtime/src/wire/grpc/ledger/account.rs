//! What one stream holds.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Waker};

use super::{HeaderCharge, Ledger, Pace};
use crate::error::{Code, Error};
use crate::measure::Limit;
use crate::sync::lock;
use crate::wire::Turns;
use crate::wire::grpc::status::grpc;

/// What of one stream waits for its reader. The owner of the stream's data also owns this account;
/// dropping it removes the stream from the sum.
pub(in super::super) struct Account {
    pub(super) ledger: Arc<Ledger>,
    stream: u32,
    entry: Arc<Entry>,
}

/// The part of an [`Account`] that its connection knows.
#[derive(Default)]
pub(in super::super) struct Entry {
    /// Bytes that have arrived. Only the connection's task writes this.
    arrived: AtomicU64,
    /// Bytes of them that the reader has taken, less those that it holds for longer. Only the
    /// account's owner writes this.
    taken: AtomicU64,
    /// What blocks of headers count that h2 may still hold.
    blocks: AtomicU64,
    /// What the first block counted.
    first_block: AtomicU64,
    /// Whether the stream has an account.
    open: AtomicBool,
    /// Why the stream has to end: a [`WhyEnded`], or 0.
    ended: AtomicU8,
    reader: Mutex<Reader>,
}

/// How a stream is reached whose reader does not come.
#[derive(Default)]
enum Reader {
    #[default]
    Unknown,
    /// The task that reads it.
    Task(Waker),
    /// The stream, which several tasks share.
    Shared(Weak<dyn Receiving>),
}

/// The receiving direction of a stream, as its connection sees it.
pub(in super::super) trait Receiving: Send + Sync {
    /// Takes from h2 what has arrived, and copies what waits out of the buffers that it was read
    /// into. Gives the number of copied bytes.
    fn compact(&self) -> usize;

    /// Ends the stream, and drops what waits.
    fn end(&self, error: Error);
}

/// Why a connection ends one of its streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in super::super) enum WhyEnded {
    /// It holds most of what waits on its connection, which is too much.
    Fullest = 1,
    /// The server answers with more informational responses than anybody needs.
    Informational = 2,
}

impl WhyEnded {
    /// The limit that is reached, and what the log says.
    pub(in super::super) fn reason(self) -> (Limit, &'static str) {
        match self {
            Self::Fullest => (
                Limit::ConnectionWindow,
                "it holds most of what waits for readers",
            ),
            Self::Informational => (Limit::Informational, "too many informational responses"),
        }
    }

    /// What the stream's user is told.
    pub(in super::super) fn error(self, most: u64) -> Error {
        let text = match self {
            Self::Fullest => format!(
                "stream holds most on a connection on which more than {most} bytes wait for readers"
            ),
            Self::Informational => "the server sends too many informational responses".to_owned(),
        };
        grpc(Code::RESOURCE_EXHAUSTED, text)
    }
}

impl Account {
    pub(super) fn new(ledger: Arc<Ledger>, stream: u32, entry: Arc<Entry>) -> Self {
        Self {
            ledger,
            stream,
            entry,
        }
    }

    /// How fast the connection brings its messages.
    pub(in super::super) fn pace(&self) -> &Pace {
        &self.ledger.pace
    }

    /// The turns of the tasks that end with the connection.
    pub(in super::super) fn turns(&self) -> &Arc<Turns> {
        &self.ledger.turns
    }

    /// Lets the connection reach the stream, which several tasks share.
    pub(in super::super) fn bind<S: Receiving + 'static>(&self, stream: &Arc<S>) {
        let stream: Weak<S> = Arc::downgrade(stream);
        *lock(&self.entry.reader) = Reader::Shared(stream);
    }

    /// Lets the connection wake the only task that reads the stream.
    pub(in super::super) fn wait(&self, cx: &Context<'_>) {
        match &mut *lock(&self.entry.reader) {
            Reader::Shared(_) => {}
            Reader::Task(waker) => waker.clone_from(cx.waker()),
            unknown => *unknown = Reader::Task(cx.waker().clone()),
        }
    }

    /// A charge for the headers of this stream.
    pub(in super::super) fn header_charge(&self) -> HeaderCharge {
        HeaderCharge::new(&self.ledger)
    }

    /// Why the stream must end, if it must.
    #[inline]
    pub(in super::super) fn ended(&self) -> Option<Error> {
        match self.entry.ended.load(Ordering::Relaxed) {
            0 => None,
            _ => self.end_reason(),
        }
    }

    #[cold]
    fn end_reason(&self) -> Option<Error> {
        let why = self.entry.why_ended()?;
        Some(why.error(self.ledger.most))
    }

    /// Notes that so many bytes more are held.
    pub(in super::super) fn added(&self, bytes: usize) {
        let taken = &self.entry.taken;
        let now = taken.load(Ordering::Relaxed).wrapping_sub(bytes as u64);
        taken.store(now, Ordering::Relaxed);
        self.ledger.add(bytes as u64);
    }

    /// Notes that the reader has taken so many bytes.
    pub(in super::super) fn taken(&self, bytes: usize) {
        // A sum that fell below what waits would let the peer send more than the limit.
        let counted = self.entry.waits().min(bytes as u64);
        let taken = &self.entry.taken;
        let now = taken.load(Ordering::Relaxed).wrapping_add(counted);
        taken.store(now, Ordering::Relaxed);
        self.ledger.take(counted);
    }

    /// Notes that h2 holds the first block of headers no more.
    pub(in super::super) fn head_taken(&self) {
        let first = self.entry.first_block.load(Ordering::Relaxed);
        self.less_blocks(first);
    }

    /// Notes that h2 holds no block of headers.
    pub(in super::super) fn blocks_taken(&self) {
        if self.entry.blocks.load(Ordering::Relaxed) > 0 {
            self.less_blocks(u64::MAX);
        }
    }

    fn less_blocks(&self, bytes: u64) {
        let less = |counted: u64| Some(counted.saturating_sub(bytes));
        let blocks = &self.entry.blocks;
        let before = blocks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        self.ledger.take(before.unwrap_or_default().min(bytes));
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // Under the lock that arrivals are counted under.
        let mut streams = lock(&self.ledger.streams);
        let held = streams.accounts.remove(&self.stream);
        drop(streams);
        self.ledger.take(self.entry.waits());
        self.less_blocks(u64::MAX);
        self.ledger.open.fetch_sub(1, Ordering::Relaxed);
        drop(held);
    }
}

impl Entry {
    /// Notes that the stream has an account.
    pub(super) fn open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Relaxed)
    }

    /// What the stream holds.
    pub(in super::super) fn holds(&self) -> u64 {
        self.waits() + self.blocks.load(Ordering::Relaxed)
    }

    /// Bytes that have arrived and were not taken.
    fn waits(&self) -> u64 {
        let taken = self.taken.load(Ordering::Relaxed);
        self.arrived.load(Ordering::Relaxed).wrapping_sub(taken)
    }

    pub(super) fn add_data(&self, counts: u64) {
        let arrived = self.arrived.load(Ordering::Relaxed) + counts;
        self.arrived.store(arrived, Ordering::Relaxed);
    }

    pub(super) fn add_block(&self, counts: u64) {
        if self.first_block.load(Ordering::Relaxed) == 0 {
            self.first_block.store(counts, Ordering::Relaxed);
        }
        self.blocks.fetch_add(counts, Ordering::Relaxed);
    }

    /// See [`Receiving::compact`].
    pub(in super::super) fn compact(&self) -> usize {
        self.shared().map_or(0, |stream| stream.compact())
    }

    /// Ends the stream. `false` if it had to end before.
    pub(in super::super) fn end(&self, why: WhyEnded, most: u64) -> bool {
        if self.ended.swap(why as u8, Ordering::Relaxed) != 0 {
            return false;
        }
        if let Some(stream) = self.shared() {
            stream.end(why.error(most));
        } else if let Reader::Task(task) = &*lock(&self.reader) {
            task.wake_by_ref();
        }
        true
    }

    fn why_ended(&self) -> Option<WhyEnded> {
        match self.ended.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(WhyEnded::Fullest),
            _ => Some(WhyEnded::Informational),
        }
    }

    fn shared(&self) -> Option<Arc<dyn Receiving>> {
        match &*lock(&self.reader) {
            Reader::Shared(stream) => stream.upgrade(),
            _ => None,
        }
    }
}
