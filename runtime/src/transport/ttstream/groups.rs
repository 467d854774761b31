//! The messages of one read, sorted by stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::table::Table;

/// Groups kept for the next read. A read can hold messages of thousands of streams; few do.
const KEPT: usize = 128;
/// The largest capacity a kept group may have, in messages.
const KEPT_MESSAGES: usize = 16 * 1024;

/// A stream that messages are handed to.
pub(super) trait Inbound {
    /// Where the stream's group of this read is; used by the connection's reader only.
    fn group(&self) -> &AtomicUsize;

    /// Takes all messages of `batch`, `bytes` bytes in all.
    fn deliver(&self, batch: &mut VecDeque<Bytes>, bytes: usize);
}

/// Collects messages so that each stream is locked and woken once per read.
pub(super) struct Groups<S> {
    groups: Vec<Group<S>>,
    /// How many of `groups` belong to this read.
    used: usize,
    /// The group of the last message: streams often send several in a row.
    last: usize,
}

struct Group<S> {
    sid: i32,
    /// `None` once its messages were delivered before the end of the read.
    stream: Option<Arc<S>>,
    batch: VecDeque<Bytes>,
    bytes: usize,
}

impl<S: Inbound> Groups<S> {
    pub(super) fn new() -> Self {
        Self {
            groups: Vec::new(),
            used: 0,
            last: 0,
        }
    }

    /// Adds a message for the stream `sid` of `table`; one for an unknown stream is dropped
    /// (statements 32, 79).
    #[inline]
    pub(super) fn add(&mut self, sid: i32, payload: Bytes, table: &Table<S>) {
        if !self.is_group_of(self.last, sid) {
            let Some(at) = self.find(sid, table) else {
                return;
            };
            self.last = at;
        }
        let group = &mut self.groups[self.last];
        group.bytes += payload.len();
        group.batch.push_back(payload);
    }

    #[inline]
    fn is_group_of(&self, at: usize, sid: i32) -> bool {
        at < self.used && self.groups[at].sid == sid && self.groups[at].stream.is_some()
    }

    /// The group of stream `sid`, a new one if need be.
    fn find(&mut self, sid: i32, table: &Table<S>) -> Option<usize> {
        let stream = table.get(sid)?;
        let at = stream.group().load(Ordering::Relaxed);
        if self.is_group_of(at, sid) {
            return Some(at);
        }
        let at = self.used;
        stream.group().store(at, Ordering::Relaxed);
        self.used += 1;
        match self.groups.get_mut(at) {
            Some(group) => (group.sid, group.stream) = (sid, Some(stream)),
            None => {
                let batch = VecDeque::new();
                self.groups.push(Group {
                    sid,
                    stream: Some(stream),
                    batch,
                    bytes: 0,
                });
            }
        }
        Some(at)
    }

    /// Delivers what was collected for `sid`, because a frame of another kind follows.
    pub(super) fn deliver(&mut self, sid: i32) {
        for group in &mut self.groups[..self.used] {
            if group.sid == sid {
                group.deliver();
            }
        }
    }

    /// Delivers everything.
    pub(super) fn deliver_all(&mut self) {
        for group in &mut self.groups[..self.used] {
            group.deliver();
        }
        self.used = 0;
        self.last = 0;
        self.groups.truncate(KEPT);
    }
}

impl<S: Inbound> Group<S> {
    fn deliver(&mut self) {
        if let Some(stream) = self.stream.take() {
            stream.deliver(&mut self.batch, std::mem::take(&mut self.bytes));
        }
        self.batch.clear();
        if self.batch.capacity() > KEPT_MESSAGES {
            self.batch = VecDeque::new();
        }
    }
}
