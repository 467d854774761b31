//! The time that a single `recv` may take.

use std::time::Duration;

use crate::call::WaitTimer;

/// How long one `recv` of a client stream may wait for a message, and what happens then.
///
/// Unless told otherwise a timeout ends the stream with code 12014 (on gRPC: status 17), and the
/// server's handler is cancelled (ttheader-streaming.md 4.1).
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

    /// Only the `recv` that timed out fails: code 12014, on gRPC status 17. The stream goes on, the server
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

/// What the `recv`s of a stream may take, and the time of the running one.
#[derive(Debug)]
pub(crate) struct RecvTimer {
    pub(super) config: RecvTimeout,
    pub(super) wait: WaitTimer,
}

impl RecvTimer {
    pub(super) fn new(config: RecvTimeout) -> Self {
        Self {
            config,
            wait: WaitTimer::new(config.timeout),
        }
    }
}
