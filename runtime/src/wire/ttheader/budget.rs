//! Bounds the memory of a connection's waiting messages, and ends streams when they need more.
//!
//! A message that waits for its consumer keeps the whole buffer alive that it was read into, and
//! messages of other streams lie in the same buffer. The queue of a slow stream beside a fast one
//! would therefore hold many times its length. So messages that wait for long are copied.

use std::cmp::Reverse;
use std::sync::Arc;

use super::backlog::Backlog;
use super::config::Limits;
use super::groups::Inbound;
use super::table::Table;
use crate::wire::io::yield_once;

/// How many bytes wait while the consumers keep up with the peer. Such messages free their buffers
/// soon.
const KEEPS_UP: usize = 128 * 1024;

/// How many bytes more than the waiting ones must have been read since the last copying before
/// messages are copied again. So a connection copies only a part of what it reads.
const SHARED: usize = 4 * 1024 * 1024;

/// How many bytes are copied, and how many streams are examined, before other tasks run.
const COPY_AT_ONCE: usize = 256 * 1024;
const STREAMS_AT_ONCE: usize = 1024;
/// How many streams end before other tasks run: each wakes its handler.
const ENDED_AT_ONCE: usize = 64;

/// Watches the memory that the waiting messages of one connection hold. Only the connection's
/// reader uses this.
#[derive(Debug)]
pub(super) struct Budget {
    /// The most that may wait, in bytes of cost.
    most: usize,
    /// How many bytes were read since the consumers last kept up, or since messages were last copied.
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

    /// Copies the waiting messages if they keep much larger buffers alive. Ends the streams with
    /// the longest queues if too much waits.
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
            self.shed(backlog, streams.with_messages()).await;
        }
    }

    /// Ends streams until an eighth of the budget is free, so that this is not needed again soon.
    #[cold]
    async fn shed<S: Inbound>(&self, backlog: &Backlog, streams: Vec<Arc<S>>) {
        let mut fullest: Vec<_> = streams
            .into_iter()
            .map(|one| (one.waiting(), one))
            .collect();
        fullest.sort_unstable_by_key(|(waiting, _)| Reverse(*waiting));
        for some in fullest.chunks(ENDED_AT_ONCE) {
            for (_, stream) in some {
                if backlog.cost() <= self.most - self.most / 8 {
                    return;
                }
                // Its consumer may have taken everything since the last turn.
                if stream.waiting() == 0 {
                    continue;
                }
                stream.shed(self.most);
            }
            yield_once().await;
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
