//! What has arrived on a connection and waits for its readers.
//!
//! The window of a connection is as large as HTTP/2 knows it, so that nobody waits for the reader of
//! another stream; Kitex and grpc-go give it back on arrival, to the same end (A.17). h2 gives it
//! back together with the window of the stream. What it would bound is bounded here: by the number of streams
//! times the window of one, and beyond [`GrpcLimits::connection_window`](super::GrpcLimits) there
//! are no new streams.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::sync::lock;

/// What a DATA frame counts at least: about what h2 keeps for one that is not read.
pub(super) const LEAST: usize = 256;

/// The accounts of the streams of one connection.
pub(super) struct Ledger {
    accounts: Mutex<HashMap<u32, Arc<AtomicU64>>>,
    /// How many there are.
    open: AtomicUsize,
    /// Sum of all of them.
    total: AtomicU64,
    limit: u64,
}

/// What waits of one stream. Whoever has the stream's data has its account; dropped, nothing of it
/// waits any more.
pub(super) struct Account {
    ledger: Arc<Ledger>,
    stream: u32,
    waits: Arc<AtomicU64>,
}

/// Adds what arrives; one lock for many frames.
pub(super) struct Arrivals<'a> {
    ledger: &'a Ledger,
    accounts: Option<MutexGuard<'a, HashMap<u32, Arc<AtomicU64>>>>,
}

/// What a DATA frame of this length counts.
pub(super) fn cost(len: usize) -> usize {
    len.max(LEAST)
}

impl Ledger {
    /// For a connection that is full when so many bytes wait.
    pub(super) fn new(limit: u32) -> Arc<Self> {
        Arc::new(Self {
            accounts: Mutex::default(),
            open: AtomicUsize::new(0),
            total: AtomicU64::new(0),
            limit: u64::from(limit),
        })
    }

    /// Begins to count for a stream, of which `arrived` bytes are there already.
    pub(super) fn open(self: &Arc<Self>, stream: u32, arrived: usize) -> Account {
        let waits = Arc::new(AtomicU64::new(arrived as u64));
        self.total.fetch_add(arrived as u64, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::Relaxed);
        lock(&self.accounts).insert(stream, Arc::clone(&waits));
        Account {
            ledger: Arc::clone(self),
            stream,
            waits,
        }
    }

    pub(super) fn arrivals(&self) -> Arrivals<'_> {
        Arrivals {
            ledger: self,
            accounts: None,
        }
    }

    /// Whether so much waits that no stream may be added.
    pub(super) fn is_full(&self) -> bool {
        self.total.load(Ordering::Relaxed) >= self.limit
    }

    /// Whether no stream is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }
}

impl Arrivals<'_> {
    /// A DATA frame of this length. Frames of streams that have no account are dropped by h2.
    pub(super) fn add(&mut self, stream: u32, len: usize) {
        let ledger = self.ledger;
        let accounts = self.accounts.get_or_insert_with(|| lock(&ledger.accounts));
        if let Some(waits) = accounts.get(&stream) {
            let cost = cost(len) as u64;
            waits.fetch_add(cost, Ordering::Relaxed);
            ledger.total.fetch_add(cost, Ordering::Relaxed);
        }
    }
}

impl Account {
    /// So much was taken by the reader.
    pub(super) fn taken(&self, bytes: usize) {
        let bytes = bytes as u64;
        // Frames that arrived while the account was opened may not have been counted.
        let less = |waits: u64| Some(waits.saturating_sub(bytes));
        let before = self
            .waits
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        let counted = before.unwrap_or_default().min(bytes);
        self.ledger.total.fetch_sub(counted, Ordering::Relaxed);
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        lock(&self.ledger.accounts).remove(&self.stream);
        let waits = self.waits.swap(0, Ordering::Relaxed);
        self.ledger.total.fetch_sub(waits, Ordering::Relaxed);
        self.ledger.open.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(ledger: &Ledger) -> u64 {
        ledger.total.load(Ordering::Relaxed)
    }

    #[test]
    fn all_that_waits_is_counted_until_it_is_taken_or_its_stream_is_gone() {
        let ledger = Ledger::new(3000);
        let first = ledger.open(1, 100);
        let second = ledger.open(3, 0);
        let mut arrivals = ledger.arrivals();
        arrivals.add(1, 1000);
        arrivals.add(3, 1);
        // Of a stream that was reset.
        arrivals.add(5, 10_000);
        drop(arrivals);
        assert_eq!(total(&ledger), 100 + 1000 + LEAST as u64);
        assert!(!ledger.is_full());
        ledger.arrivals().add(3, 2000);
        assert!(ledger.is_full());

        second.taken(cost(1) + 2000);
        assert_eq!(total(&ledger), 1100);
        // More than was counted.
        second.taken(50);
        assert_eq!(total(&ledger), 1100);
        drop(first);
        assert_eq!(total(&ledger), 0);
        assert!(!ledger.is_idle());
        drop(second);
        assert!(ledger.is_idle());
    }
}
