//! The live streams of a connection, by id.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, Weak};

use tokio::runtime::Handle;
use tokio::task::yield_now;

use crate::error::{Error, Result};
use crate::sync::lock;

/// Maps stream ids to streams until the connection is closed.
#[derive(Debug)]
pub(super) struct Table<S>(Mutex<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    streams: HashMap<i32, Arc<S>, SidHash>,
    /// Streams that ended before their consumers had taken all messages.
    ended: Vec<Weak<S>>,
    /// Why no stream can be added any more.
    closed: Option<Error>,
}

impl<S> Table<S> {
    pub(super) fn new() -> Self {
        let streams = HashMap::with_hasher(SidHash::new());
        Self(Mutex::new(Inner {
            streams,
            ended: Vec::new(),
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

    /// Removes the id of a stream that has ended. If `waits`, messages still wait for the stream's
    /// consumer, and they count until the consumer drops the stream.
    pub(super) fn remove(&self, sid: i32, waits: bool) {
        let mut inner = lock(&self.0);
        let removed = inner.streams.remove(&sid);
        if let Some(stream) = removed.as_ref().filter(|_| waits) {
            if inner.ended.len() == inner.ended.capacity() {
                inner.ended.retain(|stream| stream.strong_count() > 0);
                // At least as many as are left end before the next look at all.
                let left = inner.ended.len();
                inner.ended.reserve(left);
            }
            inner.ended.push(Arc::downgrade(stream));
        }
        // Unlocked first, because dropping a stream may call this function again.
        drop(inner);
        drop(removed);
    }

    /// All streams whose messages may wait for their consumers: the live ones by their ids, then those
    /// that have ended.
    pub(super) fn with_messages(&self) -> Vec<Arc<S>> {
        let inner = lock(&self.0);
        let live = inner.streams.iter();
        let live = live.map(|(sid, stream)| (*sid, Arc::clone(stream)));
        let (live, ended): (Vec<_>, Vec<_>) = (
            live.collect(),
            inner.ended.iter().filter_map(Weak::upgrade).collect(),
        );
        drop(inner);
        by_id(live).chain(ended).collect()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.0).streams.len()
    }

    /// Refuses further streams for `reason` and returns those that lived, by their ids.
    pub(super) fn close(&self, reason: Error) -> Vec<Arc<S>> {
        let mut inner = lock(&self.0);
        inner.closed.get_or_insert(reason);
        let lived = inner.streams.drain().collect();
        drop(inner);
        by_id(lived).collect()
    }
}

/// The order of a table is one of chance. What is done to all streams is done in one that can be
/// repeated: the same seed of the network in memory gives the same run.
fn by_id<S>(mut streams: Vec<(i32, Arc<S>)>) -> impl Iterator<Item = Arc<S>> {
    streams.sort_unstable_by_key(|(sid, _)| *sid);
    streams.into_iter().map(|(_, stream)| stream)
}

/// How many streams end before other tasks run. Ending one takes some 15 µs, most of it for waking
/// the tasks that wait for it.
const END_AT_ONCE: usize = 256;

/// Ends `streams`, of which there may be more than 100,000. On a runtime, other tasks run in
/// between.
pub(super) fn end_all<S, F>(streams: Vec<Arc<S>>, end: F)
where
    S: Send + Sync + 'static,
    F: Fn(&S) + Send + 'static,
{
    let mut left = Ending { streams, end };
    left.end_some();
    if let Ok(runtime) = Handle::try_current()
        && !left.streams.is_empty()
    {
        runtime.spawn(async move {
            while !left.streams.is_empty() {
                yield_now().await;
                left.end_some();
            }
        });
    }
}

/// Streams that still have to end. Dropping this ends them at once, for example when a runtime
/// shuts down.
struct Ending<S, F: Fn(&S)> {
    streams: Vec<Arc<S>>,
    end: F,
}

impl<S, F: Fn(&S)> Ending<S, F> {
    fn end_some(&mut self) {
        let left = self.streams.len().saturating_sub(END_AT_ONCE);
        let some = self.streams.drain(left..);
        some.for_each(|stream| (self.end)(&stream));
    }
}

impl<S, F: Fn(&S)> Drop for Ending<S, F> {
    fn drop(&mut self) {
        while !self.streams.is_empty() {
            self.end_some();
        }
    }
}

/// Hashes a stream id with two multiplications. The first factor is random, because a client
/// chooses the ids that a server hashes; by itself it spreads neighbouring ids badly if it is near
/// a fraction of the word, as every twentieth is. The second one is the same for all.
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

/// 2^64 divided by the golden ratio: its multiples are as far from each other as can be.
const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;

/// Both halves of a product, one over the other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    (product as u64) ^ ((product >> 64) as u64)
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
        self.hash = fold(
            fold((sid as u64) ^ self.seed.mask, self.seed.factor),
            GOLDEN_RATIO,
        );
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
    use std::sync::atomic::{AtomicUsize, Ordering};

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

    #[tokio::test]
    async fn other_tasks_run_while_many_streams_are_ended() {
        let ended = Arc::new(AtomicUsize::new(0));
        let streams: Vec<_> = (0..10 * END_AT_ONCE).map(Arc::new).collect();
        let all = streams.len();
        end_all(streams, {
            let ended = Arc::clone(&ended);
            move |_| {
                ended.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut seen = Vec::new();
        while ended.load(Ordering::Relaxed) < all {
            seen.push(ended.load(Ordering::Relaxed));
            yield_now().await;
        }
        assert!(seen.len() >= 10, "{seen:?}");
    }

    #[test]
    fn neighbouring_ids_spread_over_a_map_with_every_seed() {
        // Seeds that spread badly by one multiplication, and some that nobody chose.
        let bad = [1, 3, 1 << 57 | 1, u64::MAX / 64].map(|factor| SidHash {
            mask: 0x0123_4567_89ab_cdef,
            factor,
        });
        let random = (0..100).map(|_| SidHash::new());
        for hash in random.chain(bad) {
            let values = || (0..1024).map(|sid: i32| hash.hash_one(sid));
            let low: HashSet<_> = values().map(|hash| hash % 1024).collect();
            let high: HashSet<_> = values().map(|hash| hash >> 57).collect();
            // 1024 balls in 1024 bins leave about 647 bins used; a bad hash uses a few dozen.
            assert!(
                low.len() > 500,
                "{hash:?}: {} of 1024 low values",
                low.len()
            );
            assert!(
                high.len() > 110,
                "{hash:?}: {} of 128 high values",
                high.len()
            );
        }
    }
}
