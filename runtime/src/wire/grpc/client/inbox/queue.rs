//! The messages of a client's stream that wait for its user.

use std::collections::VecDeque;
use std::task::{Context, Waker};

use bytes::Bytes;

use super::{Inbox, Source};
use crate::error::Error;
use crate::wire::grpc::message::READ_BUFFER;

/// What a message costs beside its bytes.
const MESSAGE: usize = 64;

impl Inbox {
    /// Keeps a message that was passed on the way to the trailers.
    pub(super) fn queue_up(&mut self, message: Bytes) {
        let counts = message.len() + MESSAGE;
        self.queued += counts;
        if let Source::Body(body) = &self.source {
            body.account().added(counts);
        }
        self.queue.push_back(message);
    }

    /// Moves what the queue holds to `batch`, if there is room for it at hand; else one message, and
    /// `false`.
    pub(super) fn take_queued(&mut self, batch: &mut VecDeque<Bytes>) -> bool {
        if self.queue.is_empty() {
            return true;
        }
        if self.ahead.has_room() {
            let shared = self.queue.len() - self.own;
            self.ahead.hold(self.queued + shared * READ_BUFFER as usize);
            self.take_queue(batch);
            return true;
        }
        if let Some(message) = self.queue.pop_front() {
            self.own = self.own.saturating_sub(1);
            self.note_taken(message.len() + MESSAGE);
            batch.push_back(message);
        }
        false
    }

    pub(super) fn take_queue(&mut self, batch: &mut VecDeque<Bytes>) {
        if self.queued > 0 {
            self.note_taken(self.queued);
            self.own = 0;
        }
        batch.append(&mut self.queue);
    }

    /// The queue holds so much less.
    fn note_taken(&mut self, counts: usize) {
        self.queued -= counts;
        let account = match &self.source {
            Source::Body(body) => Some(body.account()),
            Source::Response(_) | Source::Ended => self.account.as_ref(),
        };
        if let Some(account) = account {
            account.taken(counts);
        }
        if self.queued == 0 {
            self.account = None;
        }
    }

    /// Takes from h2 what has arrived, and copies what waits out of the buffers that it was read
    /// into. Gives the number of copied bytes.
    pub(in crate::wire::grpc::client) fn compact(&mut self) -> usize {
        let waker = self.waiters.all();
        let cx = &mut Context::from_waker(&waker);
        let mut copied = 0;
        for message in self.queue.range_mut(self.own..) {
            *message = Bytes::copy_from_slice(message);
            copied += message.len();
        }
        self.own = self.queue.len();
        if self.poll_response(cx).is_ready()
            && let Source::Body(body) = &mut self.source
        {
            copied += body.compact(cx);
        }
        copied
    }

    /// Ends the stream, drops what waits, and gives everybody who waits for something.
    pub(in crate::wire::grpc::client) fn abandon(&mut self, error: Error) -> [Option<Waker>; 3] {
        self.take_queue(&mut VecDeque::new());
        self.end_with(Err(error));
        self.waiting()
    }
}
