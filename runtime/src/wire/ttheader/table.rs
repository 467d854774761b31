//! The live streams of a connection, by id.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};

use crate::error::{Error, Result};
use crate::sync::lock;
use crate::wire::ids::IdHash;

/// Maps stream ids to streams until the connection is closed.
#[derive(Debug)]
pub(super) struct Table<S>(Mutex<Inner<S>>);

#[derive(Debug)]
struct Inner<S> {
    streams: HashMap<i32, Arc<S>, IdHash>,
    /// Streams that ended before their consumers had taken all messages.
    ended: Vec<Weak<S>>,
    /// Why no stream can be added any more.
    closed: Option<Error>,
}

impl<S> Table<S> {
    pub(super) fn new() -> Self {
        let streams = HashMap::with_hasher(IdHash::new());
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

    /// Refuses further streams for `reason` if none lives. Says whether that is so.
    pub(super) fn close_if_empty(&self, reason: impl FnOnce() -> Error) -> bool {
        let mut inner = lock(&self.0);
        let empty = inner.streams.is_empty();
        if empty {
            inner.closed.get_or_insert_with(reason);
        }
        empty
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

/// The streams by their ids. The table's own order is chance, and a test with the same seed of the network
/// in memory must see the same run each time.
fn by_id<S>(mut streams: Vec<(i32, Arc<S>)>) -> impl Iterator<Item = Arc<S>> {
    streams.sort_unstable_by_key(|(sid, _)| *sid);
    streams.into_iter().map(|(_, stream)| stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_with_a_stream_is_closed_when_the_stream_has_gone() {
        let (table, reason) = (Table::new(), || Error::application("closed"));
        table.insert(1, Arc::new("a")).unwrap();
        assert!(!table.close_if_empty(reason));
        table.insert(2, Arc::new("b")).unwrap();
        table.remove(1, false);
        table.remove(2, false);
        assert!(table.close_if_empty(reason));
        assert!(table.insert(3, Arc::new("c")).is_err());
    }

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
}
