//! The messages of one read, sorted by stream.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::table::Table;

/// Groups kept for the next read. A read can hold messages of thousands of streams; few do.
const KEPT: usize = 128;
/// Streams that get their messages before other tasks run. A thread of tokio has a queue of 256 tasks; of the
/// consumers that one read wakes, those beyond would wait behind all other tasks, and others behind them.
pub(super) const STREAMS_AT_ONCE: usize = 128;
/// The largest capacity a kept group may have, in messages.
const KEPT_MESSAGES: usize = 16 * 1024;

/// A stream that messages are handed to.
pub(super) trait Inbound {
    /// Where the stream's group of this read is; used by the connection's reader only.
    fn group(&self) -> &AtomicUsize;

    /// Takes all messages of `batch`, `bytes` bytes in all.
    fn deliver(&self, batch: &mut VecDeque<Bytes>, bytes: usize);

    /// The cost of the messages that wait for the stream's consumer.
    fn waiting(&self) -> usize;

    /// Copies waiting messages out of the buffers that they share with other messages, about `most`
    /// bytes in one call. Returns whether there are more to copy.
    fn unshare(&self, most: usize) -> bool;

    /// Drops the messages that wait for the stream's consumer, because the connection holds more
    /// than `budget` bytes. Ends the stream, unless it has ended.
    fn shed(&self, budget: usize);
}

/// Collects messages so that each stream is locked and woken once per read.
pub(super) struct Groups<S> {
    groups: Vec<Group<S>>,
    /// How many of `groups` belong to this read.
    used: usize,
    /// How many of those have been delivered.
    delivered: usize,
    /// Stream id and group of the last message: streams often send several in a row.
    last: Option<(i32, usize)>,
}

/// The messages of one stream in one read.
pub(super) struct Group<S> {
    /// `None` once its messages were delivered.
    stream: Option<Arc<S>>,
    batch: VecDeque<Bytes>,
    bytes: usize,
}

impl<S: Inbound> Groups<S> {
    pub(super) fn new() -> Self {
        Self {
            groups: Vec::new(),
            used: 0,
            delivered: 0,
            last: None,
        }
    }

    /// The group that collects the messages for the stream `sid` of `table`; `None` if there is no
    /// such stream.
    #[inline]
    pub(super) fn of(&mut self, sid: i32, table: &Table<S>) -> Option<&mut Group<S>> {
        let at = match self.last {
            Some((last, at)) if last == sid => at,
            _ => self.look_up(sid, table)?,
        };
        Some(&mut self.groups[at])
    }

    /// Out of line, so that [`of`](Self::of) is short for several messages of a stream in a row.
    #[inline(never)]
    fn look_up(&mut self, sid: i32, table: &Table<S>) -> Option<usize> {
        let stream = table.get(sid)?;
        let at = self.find(&stream).unwrap_or_else(|| self.start(stream));
        self.last = Some((sid, at));
        Some(at)
    }

    /// The group of `stream`, if it has one.
    fn find(&self, stream: &Arc<S>) -> Option<usize> {
        let at = stream.group().load(Ordering::Relaxed);
        let group = self.groups[..self.used].get(at)?;
        group
            .stream
            .as_ref()
            .is_some_and(|of| Arc::ptr_eq(of, stream))
            .then_some(at)
    }

    fn start(&mut self, stream: Arc<S>) -> usize {
        let at = self.used;
        self.used += 1;
        if at == self.groups.len() {
            self.groups.push(Group {
                stream: None,
                batch: VecDeque::new(),
                bytes: 0,
            });
        }
        stream.group().store(at, Ordering::Relaxed);
        self.groups[at].stream = Some(stream);
        at
    }

    /// Delivers what was collected for the stream `sid` of `table`, because a frame of another
    /// kind follows. The next message of that id may be another stream's.
    pub(super) fn deliver(&mut self, sid: i32, table: &Table<S>) {
        self.last = None;
        if self.used == 0 {
            return;
        }
        if let Some(at) = table.get(sid).and_then(|stream| self.find(&stream)) {
            self.groups[at].deliver();
        }
    }

    /// How many streams have messages in this read.
    pub(super) fn len(&self) -> usize {
        self.used
    }

    /// Delivers to the next [`STREAMS_AT_ONCE`] streams. Returns whether messages of others are left.
    pub(super) fn deliver_some(&mut self) -> bool {
        self.last = None;
        let end = self.used.min(self.delivered + STREAMS_AT_ONCE);
        let some = &mut self.groups[self.delivered..end];
        some.iter_mut().for_each(Group::deliver);
        self.delivered = end;
        if end < self.used {
            return true;
        }
        (self.used, self.delivered) = (0, 0);
        self.groups.truncate(KEPT);
        false
    }
}

impl<S: Inbound> Group<S> {
    #[inline]
    pub(super) fn add(&mut self, payload: Bytes) {
        self.bytes += payload.len();
        self.batch.push_back(payload);
    }

    fn deliver(&mut self) {
        if let Some(stream) = self.stream.take() {
            stream.deliver(&mut self.batch, std::mem::take(&mut self.bytes));
        }
        if !self.batch.is_empty() {
            self.batch.clear();
        }
        if self.batch.capacity() > KEPT_MESSAGES {
            self.batch = VecDeque::new();
        }
    }
}
