//! The time that a single `recv` may take.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

use crate::deadline::Deadline;

/// How long one `recv` of a client stream may wait for a message, and what happens then.
///
/// Unless told otherwise a timeout ends the stream with code 12014, and the server's handler is
/// cancelled (ttheader-streaming.md 4.1).
///
/// ```
/// use std::time::Duration;
/// use streamgen_runtime::RecvTimeout;
///
/// let patient = RecvTimeout::new(Duration::from_millis(200)).without_cancel_remote();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecvTimeout {
    pub(crate) timeout: Duration,
    pub(crate) cancel_remote: bool,
}

impl RecvTimeout {
    /// A timeout that ends the stream. Zero means no timeout.
    #[must_use]
    pub const fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            cancel_remote: true,
        }
    }

    /// Only the `recv` that timed out fails, with code 12014. The stream goes on, the server
    /// learns nothing, and `recv` may be called again.
    #[must_use]
    pub const fn without_cancel_remote(mut self) -> Self {
        self.cancel_remote = false;
        self
    }
}

impl From<Duration> for RecvTimeout {
    fn from(timeout: Duration) -> Self {
        Self::new(timeout)
    }
}

/// Measures one `recv` after the other with a single timer, which is moved at most once per
/// timeout and not once per message: messages usually come sooner, and then the timer that was
/// set for an earlier `recv` is left alone until it goes off.
#[derive(Debug)]
pub(super) struct RecvTimer {
    pub(super) config: RecvTimeout,
    /// When the running `recv` times out; `None` until it has to wait.
    due: Option<Instant>,
    /// Never set for later than `due`.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl RecvTimer {
    pub(super) fn new(config: RecvTimeout) -> Self {
        Self {
            config,
            due: None,
            sleep: None,
        }
    }

    /// A `recv` begins, or ended: the next wait is measured from its own start.
    #[inline]
    pub(super) fn restart(&mut self) {
        self.due = None;
    }

    /// Ready when the running `recv` has waited too long.
    pub(super) fn poll_expired(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let timeout = self.config.timeout;
        let due = *self.due.get_or_insert_with(|| Deadline::after(timeout).at);
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(due)));
        loop {
            ready!(sleep.as_mut().poll(cx));
            if sleep.deadline() >= due {
                self.due = None;
                return Poll::Ready(());
            }
            sleep.as_mut().reset(due);
        }
    }
}
