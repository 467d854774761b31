//! Counts the bytes that have arrived on a connection and wait for their readers.
//!
//! The window of a connection is the largest that HTTP/2 allows, so that no stream waits for the
//! reader of another stream. Kitex and grpc-go return the connection's window as soon as bytes
//! arrive, for the same purpose (A.17). h2 returns it only together with the window of the stream.
//! In place of the connection's window, two bounds limit the waiting bytes: the number of streams
//! times the window of one stream, and beyond [`GrpcLimits::connection_window`]
//! there are no new streams.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use super::config::GrpcLimits;
use super::events;
use crate::sync::lock;
use crate::trace::Told;
use crate::wire::MinRate;

/// The least that a DATA frame counts: about what h2 keeps for an unread frame.
pub(super) const LEAST: usize = 256;

/// The accounts of the streams of one connection.
pub(super) struct Ledger {
    accounts: Mutex<HashMap<u32, Arc<AtomicU64>>>,
    /// The number of accounts.
    open: AtomicUsize,
    /// The sum of the waiting bytes of all accounts.
    total: AtomicU64,
    limit: u64,
    /// The number of bytes that the connection has brought so far, of whatever stream.
    arrived: AtomicU64,
    /// How fast messages must arrive.
    pub(super) min_rate: MinRate,
    peer: Option<SocketAddr>,
    /// Whether it was reported that a message is late.
    late: Told,
}

/// The bytes of one stream that wait for its reader. The owner of the stream's data also owns this
/// account; dropping it removes the stream's bytes from the sum.
pub(super) struct Account {
    ledger: Arc<Ledger>,
    stream: u32,
    waits: Arc<AtomicU64>,
}

/// Adds frames as they arrive. Takes the lock once for many frames.
pub(super) struct Arrivals<'a> {
    ledger: &'a Ledger,
    accounts: Option<MutexGuard<'a, HashMap<u32, Arc<AtomicU64>>>>,
}

/// The cost of a DATA frame with this length.
pub(super) fn cost(len: usize) -> usize {
    len.max(LEAST)
}

impl Ledger {
    /// A ledger for a connection, which is full when [`GrpcLimits::connection_window`] bytes wait.
    pub(super) fn new(limits: &GrpcLimits, peer: Option<SocketAddr>) -> Arc<Self> {
        Arc::new(Self {
            accounts: Mutex::default(),
            open: AtomicUsize::new(0),
            total: AtomicU64::new(0),
            limit: u64::from(limits.connection_window),
            arrived: AtomicU64::new(0),
            min_rate: limits.min_rate,
            peer,
            late: Told::default(),
        })
    }

    /// Notes bytes that the connection brings. One task does this.
    pub(super) fn note_arrived(&self, bytes: usize) {
        let arrived = self.arrived() + bytes as u64;
        self.arrived.store(arrived, Ordering::Relaxed);
    }

    /// How many bytes the connection has brought so far.
    pub(super) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Relaxed)
    }

    /// Reports that a message of the connection is late.
    pub(super) fn tell_late(&self, reason: &str) {
        events::message_late(&self.late, self.peer, reason);
    }

    /// Opens the account of a stream of which `arrived` bytes have arrived already.
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

    /// Whether so many bytes wait that the connection may get no further stream.
    pub(super) fn is_full(&self) -> bool {
        self.total.load(Ordering::Relaxed) >= self.limit
    }

    /// Whether no stream is open.
    pub(super) fn is_idle(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
    }
}

impl Arrivals<'_> {
    /// Counts a DATA frame of this length. Streams without an account do not count: h2 drops their
    /// frames.
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
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Notes that the reader has taken so many bytes.
    pub(super) fn taken(&self, bytes: usize) {
        let bytes = bytes as u64;
        // The account may lack frames that arrived while it was being opened.
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
        let limits = GrpcLimits {
            connection_window: 3000,
            ..GrpcLimits::default()
        };
        let ledger = Ledger::new(&limits, None);
        let first = ledger.open(1, 100);
        let second = ledger.open(3, 0);
        let mut arrivals = ledger.arrivals();
        arrivals.add(1, 1000);
        arrivals.add(3, 1);
        // This stream was reset, so it has no account.
        arrivals.add(5, 10_000);
        drop(arrivals);
        assert_eq!(total(&ledger), 100 + 1000 + LEAST as u64);
        assert!(!ledger.is_full());
        ledger.arrivals().add(3, 2000);
        assert!(ledger.is_full());

        second.taken(cost(1) + 2000);
        assert_eq!(total(&ledger), 1100);
        // The reader takes more than was counted.
        second.taken(50);
        assert_eq!(total(&ledger), 1100);
        drop(first);
        assert_eq!(total(&ledger), 0);
        assert!(!ledger.is_idle());
        drop(second);
        assert!(ledger.is_idle());
    }
}
