//! A stream's receive queue. The reader puts runs of consecutive frames into it, so that a run
//! costs one entry and one wake; the frames are taken apart again when they are received.

use super::frame;
use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Default)]
pub(super) struct Inbox {
    queue: Mutex<Queue>,
    arrived: Notify,
}

#[derive(Default)]
struct Queue {
    runs: VecDeque<Bytes>,
    closed: bool,
}

impl Inbox {
    /// Adds a run of complete frames.
    pub(super) fn push(&self, run: Bytes) {
        self.queue().runs.push_back(run);
        self.arrived.notify_one();
    }

    /// No more frames will come.
    pub(super) fn close(&self) {
        self.queue().closed = true;
        self.arrived.notify_one();
    }

    /// The receiving end; there is one per stream.
    pub(super) fn messages(self: &Arc<Self>) -> Messages {
        Messages {
            inbox: self.clone(),
            run: Bytes::new(),
            taken: 0,
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands out payloads in order.
pub(super) struct Messages {
    inbox: Arc<Inbox>,
    run: Bytes,
    /// Length of the frame whose payload was handed out last, still at the front of `run`.
    taken: usize,
}

impl Messages {
    /// The next payload, borrowed until the next call; `None` when the connection has ended.
    pub(super) async fn next(&mut self) -> Option<&[u8]> {
        self.run.advance(self.taken);
        self.taken = 0;
        while self.run.is_empty() {
            // An idle stream must not keep a read buffer alive.
            self.run = Bytes::new();
            self.run = self.next_run().await?;
        }
        // The reader has checked these bytes: a run is made of complete frames.
        let frame = frame::read(&self.run).ok()??;
        self.taken = frame.len;
        Some(frame.payload)
    }

    async fn next_run(&self) -> Option<Bytes> {
        loop {
            {
                let mut queue = self.inbox.queue();
                if let Some(run) = queue.runs.pop_front() {
                    return Some(run);
                }
                if queue.closed {
                    return None;
                }
            }
            self.inbox.arrived.notified().await;
        }
    }
}
