//! Running a handler: its result, or its panic, becomes the TRAILER.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::connection::Running;
use crate::wire::StreamHandler;
use crate::wire::supervisor::poll_handler;
use crate::wire::ttheader::state::Outcome;

/// Runs a handler to its end and writes [HEADER] TRAILER, also when nobody wants it any more
/// (statement 66), unless the handler must not go on. A type of its own, because an `async` block would be three times the size, and
/// there is one for each idle stream.
///
/// Three words, with which the task of tokio around it fits 128 bytes; with four it would take 256.
pub(super) struct Run {
    pub(super) handler: StreamHandler,
    /// Dropped behind the TRAILER and the handler.
    pub(super) stream: Running,
}

impl Future for Run {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // After a panic the handler is never polled again, so no one sees what it left half done.
        let Self { handler, stream } = &mut *self;
        let poll = || poll_handler(handler.as_mut(), &stream.cancellation, cx);
        match catch_unwind(AssertUnwindSafe(poll)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(result))) => self.stream.finish(Outcome::from_handler(result)),
            // Its stream has ended, or its server: nobody is owed a TRAILER.
            Ok(Poll::Ready(None)) => {}
            Err(panic) => self.stream.finish_panicked(&*panic),
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
