//! Running a handler: its result, or its panic, becomes the TRAILER.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::connection::RunningStream;
use crate::wire::StreamHandler;
use crate::wire::supervisor::{Ended, poll_handler};
use crate::wire::ttheader::state::Outcome;

/// Runs a handler to its end and writes [HEADER] TRAILER, also when nobody wants it any more
/// (statement 66), unless the handler must not go on. A type of its own, because an `async` block would
/// be three times the size, and there is one for each idle stream.
///
/// Three words, with which the task of tokio around it fits 128 bytes; with four it would take 256.
pub(super) struct Run {
    pub(super) handler: StreamHandler,
    /// Dropped behind the TRAILER and the handler.
    pub(super) stream: RunningStream,
}

impl Future for Run {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { handler, stream } = &mut *self;
        match ready!(poll_handler(handler.as_mut(), &stream.cancellation, cx)) {
            Ended::Returned(result) => stream.finish(Outcome::from_handler(result)),
            Ended::Panicked(panic) => stream.finish_panicked(&panic),
            // Its stream has ended, or its server: nobody is owed a TRAILER.
            Ended::Dropped => {}
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_handler_is_three_words() {
        assert_eq!(size_of::<Run>(), 3 * size_of::<usize>());
    }
}
