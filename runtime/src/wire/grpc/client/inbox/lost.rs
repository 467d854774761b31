//! Streams that end with their connection: their users learn of it a few at a time.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::{Inbox, Source};
use crate::error::Result;
use crate::wire::{Turn, Turns};

/// That the connection is gone, and whether the stream's user had his turn to learn of it.
pub(super) struct Lost {
    turns: Arc<Turns>,
    turn: Turn,
}

impl Inbox {
    /// Notes that the stream is about to end because of this error.
    pub(super) fn note_lost(&mut self, error: &h2::Error) {
        if error.is_reset() {
            return;
        }
        let turns = match &self.source {
            Source::Response(response) => response.turns(),
            Source::Body(body) => body.account().turns(),
            Source::Ended => return,
        };
        self.lost = Some(Box::new(Lost {
            turns: Arc::clone(turns),
            turn: Turn::default(),
        }));
    }

    /// Holds back what a call on a lost stream gives until it is the stream's turn. The end stays, and
    /// so does what the next call gives.
    pub(in crate::wire::grpc::client) fn in_turn<T>(
        &mut self,
        cx: &Context<'_>,
        result: Poll<Result<T>>,
    ) -> Poll<Result<T>> {
        if let (Poll::Ready(Err(_)), Some(lost)) = (&result, &mut self.lost) {
            ready!(lost.turn.poll(&lost.turns, cx));
        }
        result
    }
}
