//! What one `recv` takes out of a body: the message that it asks for, and those behind it.

use std::collections::VecDeque;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::HeaderMap;

use super::{Body, Broken, Next};
use crate::wire::grpc::BATCH;
use crate::wire::grpc::ledger::AheadCharge;
use crate::wire::grpc::message::PREFIX_LEN;

/// What a message costs beside its bytes where the reader has it at hand.
const HANDLE: usize = 64;

/// What the body gave in place of a message: nothing so far, its end with the trailers, or an error.
pub(in super::super) type NoMessage = Poll<Result<Option<HeaderMap>, Broken>>;

impl Body {
    /// Moves the next message to `batch`, and those that have arrived behind it, up to about [`BATCH`]
    /// bytes. Moves only the next one if the readers of the connection have as much at hand as they
    /// may.
    ///
    /// # Errors
    /// What followed the messages, when there were fewer than [`BATCH`] bytes.
    pub(in super::super) fn take_batch(
        &mut self,
        cx: &mut Context<'_>,
        batch: &mut VecDeque<Bytes>,
        ahead: &mut AheadCharge,
    ) -> Result<(), NoMessage> {
        let first = self.next_message(cx)?;
        let len = PREFIX_LEN + first.len();
        batch.push_back(first);
        if !ahead.has_room() {
            return Ok(());
        }
        self.reader.begin_pinning();
        let asked_for = batch.len();
        let (bytes, taken) = self.take_along(cx, batch, BATCH.saturating_sub(len));
        let along = batch.len() - asked_for;
        if along > 0 {
            ahead.hold(bytes + along * HANDLE + self.reader.pinned());
        }
        taken
    }

    /// Moves messages to `batch` up to about `most` bytes, and gives their length.
    fn take_along(
        &mut self,
        cx: &mut Context<'_>,
        batch: &mut VecDeque<Bytes>,
        most: usize,
    ) -> (usize, Result<(), NoMessage>) {
        let mut bytes = 0;
        while bytes < most {
            bytes += self.reader.take_whole(batch, most - bytes);
            if bytes >= most {
                break;
            }
            match self.next_message(cx) {
                Ok(message) => {
                    bytes += PREFIX_LEN + message.len();
                    batch.push_back(message);
                }
                Err(none) => return (bytes, Err(none)),
            }
        }
        (bytes, Ok(()))
    }

    fn next_message(&mut self, cx: &mut Context<'_>) -> Result<Bytes, NoMessage> {
        match self.poll_next(cx) {
            Poll::Ready(Ok(Next::Message(message))) => Ok(message),
            Poll::Ready(Ok(Next::End(trailers))) => Err(Poll::Ready(Ok(trailers))),
            Poll::Ready(Err(broken)) => Err(Poll::Ready(Err(broken))),
            Poll::Pending => Err(Poll::Pending),
        }
    }
}
