//! What the messages of a connection may hold in all, and whose are dropped when it is too much.
//!
//! A message that waits for its consumer keeps the buffer alive that it was read into, which it shares
//! with messages of other streams: the queue of a slow stream beside a fast one would hold many times
//! its length. So what waits for long is copied.

use std::cmp::Reverse;
use std::sync::Arc;

use super::backlog::Backlog;
use super::config::Limits;
use super::groups::Inbound;
use super::table::Table;
use crate::wire::io::yield_once;

/// Bytes of messages that wait while their consumers keep up. What they share is soon let go of.
const KEEPS_UP: usize = 128 * 1024;

/// Bytes read since the last copying, beyond what waits, before there is another: a connection copies
/// no more than a part of what it reads.
const SHARED: usize = 4 * 1024 * 1024;

/// Bytes that are copied, and streams that are looked at, before other tasks run.
const COPY_AT_ONCE: usize = 256 * 1024;
const STREAMS_AT_ONCE: usize = 1024;

/// Watches what the messages of one connection hold. Only its reader asks.
#[derive(Debug)]
pub(super) struct Budget {
    /// Most that may wait, in bytes of cost.
    most: usize,
    /// Bytes of the buffers that were read since all messages had been taken, or copied.
    read: usize,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        let most = limits.connection_queue.max(Limits::MIN_QUEUE_PAUSE);
        Self { most, read: 0 }
    }

    #[inline]
    pub(super) fn note_read(&mut self, bytes: usize) {
        self.read += bytes;
    }

    /// Copies what waits if buffers are alive that are much larger, and ends the streams with the
    /// longest queues if too much waits.
    #[inline]
    pub(super) async fn keep<S: Inbound>(&mut self, backlog: &Backlog, streams: &Table<S>) {
        let cost = backlog.cost();
        if cost <= KEEPS_UP {
            self.read = 0;
        } else if self.read > cost + SHARED {
            unshare(streams.with_messages()).await;
            self.read = backlog.cost();
        }
        if cost > self.most {
            self.shed(backlog, streams.with_messages());
        }
    }

    /// Ends streams until an eighth of the budget is free, so that it is a while before this has to be
    /// done again.
    #[cold]
    fn shed<S: Inbound>(&self, backlog: &Backlog, streams: Vec<Arc<S>>) {
        let mut fullest: Vec<_> = streams.iter().map(|one| (one.waiting(), one)).collect();
        fullest.sort_unstable_by_key(|(waiting, _)| Reverse(*waiting));
        let mut fullest = fullest.into_iter().map(|(_, stream)| stream);
        while backlog.cost() > self.most - self.most / 8
            && let Some(stream) = fullest.next()
        {
            stream.shed(self.most);
        }
    }
}

#[cold]
async fn unshare<S: Inbound>(streams: Vec<Arc<S>>) {
    for some in streams.chunks(STREAMS_AT_ONCE) {
        for stream in some {
            while stream.unshare(COPY_AT_ONCE) {
                yield_once().await;
            }
        }
        yield_once().await;
    }
}
