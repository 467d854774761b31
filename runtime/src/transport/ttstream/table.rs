//! The live streams of a connection, by id.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex};

use super::sync::lock;
use crate::error::{Error, Result};

/// Maps stream ids to streams until the connection is closed.
#[derive(Debug)]
pub(super) struct Table<S>(Mutex<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    streams: HashMap<i32, Arc<S>, SidHash>,
    /// Why no stream can be added any more.
    closed: Option<Error>,
}

impl<S> Table<S> {
    pub(super) fn new() -> Self {
        let streams = HashMap::with_hasher(SidHash::new());
        Self(Mutex::new(Inner {
            streams,
            closed: None,
        }))
    }

    /// Adds a stream under an id that no live stream has.
    ///
    /// # Errors
    /// The reason the table was closed with.
    pub(super) fn insert(&self, sid: i32, stream: Arc<S>) -> Result<()> {
        let mut inner = lock(&self.0);
        match &inner.closed {
            Some(reason) => Err(reason.clone()),
            None => {
                inner.streams.insert(sid, stream);
                Ok(())
            }
        }
    }

    /// The first id of `next` that no live stream has.
    pub(super) fn vacant(&self, next: impl Fn() -> i32) -> i32 {
        let inner = lock(&self.0);
        loop {
            let sid = next();
            if !inner.streams.contains_key(&sid) {
                return sid;
            }
        }
    }

    #[inline]
    pub(super) fn get(&self, sid: i32) -> Option<Arc<S>> {
        lock(&self.0).streams.get(&sid).cloned()
    }

    pub(super) fn remove(&self, sid: i32) -> Option<Arc<S>> {
        lock(&self.0).streams.remove(&sid)
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.0).streams.len()
    }

    /// Refuses further streams for `reason` and returns those that lived.
    pub(super) fn close(&self, reason: Error) -> Vec<Arc<S>> {
        let mut inner = lock(&self.0);
        inner.closed.get_or_insert(reason);
        inner.streams.drain().map(|(_, stream)| stream).collect()
    }
}

/// Hashes a stream id with one multiplication. The factors are random, because a client chooses
/// the ids that a server hashes.
#[derive(Debug, Clone)]
struct SidHash {
    mask: u64,
    factor: u64,
}

impl SidHash {
    fn new() -> Self {
        let random = RandomState::new();
        Self {
            mask: random.hash_one(0),
            factor: random.hash_one(1) | 1,
        }
    }
}

impl BuildHasher for SidHash {
    type Hasher = SidHasher;

    fn build_hasher(&self) -> SidHasher {
        SidHasher {
            seed: self.clone(),
            hash: 0,
        }
    }
}

struct SidHasher {
    seed: SidHash,
    hash: u64,
}

impl Hasher for SidHasher {
    fn finish(&self) -> u64 {
        self.hash
    }

    #[inline]
    fn write_i32(&mut self, sid: i32) {
        let product = u128::from((sid as u64) ^ self.seed.mask) * u128::from(self.seed.factor);
        self.hash = (product as u64) ^ ((product >> 64) as u64);
    }

    /// Only ids are hashed; this is here because the trait wants it.
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_i32((self.hash as i32) ^ i32::from(*byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_closed_table_hands_out_its_streams_and_takes_no_more() {
        let table = Table::new();
        table.insert(-1, Arc::new("a")).unwrap();
        table.insert(0, Arc::new("b")).unwrap();
        assert_eq!(table.get(-1).as_deref(), Some(&"a"));

        let mut streams: Vec<_> = table.close(Error::application("closed"));
        streams.sort();
        assert_eq!(streams, [Arc::new("a"), Arc::new("b")]);
        assert_eq!(table.len(), 0);
        assert_eq!(
            table.insert(1, Arc::new("c")).unwrap_err().message(),
            "closed"
        );
    }

    #[test]
    fn neighbouring_ids_spread_over_a_map() {
        let hash = SidHash::new();
        let low: HashSet<_> = (0..1024)
            .map(|sid: i32| hash.hash_one(sid) % 1024)
            .collect();
        let high: HashSet<_> = (0..1024).map(|sid: i32| hash.hash_one(sid) >> 57).collect();
        // 1024 balls in 1024 bins leave about 647 bins used; a bad hash uses a few dozen.
        assert!(low.len() > 400, "{} of 1024 low values", low.len());
        assert!(high.len() > 100, "{} of 128 high values", high.len());
    }
}
