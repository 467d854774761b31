//! The time that a single `recv` may take.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::call::WaitTimer;
use crate::error::{CancelReason, Error, Result};
use crate::wire::RawStream;

/// How long one `recv` of a stream may wait for a message, and what happens then.
///
/// Unless told otherwise a timeout ends the stream with code 12014 (on gRPC: status 17 at a client, 4
/// at a server). If it is the client's, the server's handler is cancelled (ttheader-streaming.md 4.1).
/// If it is the server's, the client gets the error that it would get if the handler returned it, and
/// the handler's context is cancelled. Kitex's servers have no such timeout.
///
/// ```
/// use std::time::Duration;
/// use streamgen_runtime::RecvTimeout;
///
/// let patient = RecvTimeout::new(Duration::from_millis(200)).without_cancel_remote();
/// ```
///
/// A stream can change its own at any time:
///
/// ```
/// # use std::time::Duration;
/// # use streamgen_runtime::{BidiStreamingClient, Message, Result};
/// # async fn chat<M: Message>(stream: &mut BidiStreamingClient<M, M>) -> Result<()> {
/// stream.set_recv_timeout(Duration::from_secs(30)); // the first answer takes long
/// let first = stream.recv().await?;
/// stream.set_recv_timeout(Duration::from_secs(1));
/// # drop(first);
/// # Ok(())
/// # }
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

    /// Only the `recv` that timed out fails, with the same code. The stream goes on, the peer learns
    /// nothing, and `recv` may be called again.
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

/// The limit to each `recv` of a stream, and the time that the running one has waited. Streams box it,
/// because thousands of idle streams have none.
#[derive(Debug)]
pub(super) struct RecvTimer {
    config: RecvTimeout,
    wait: WaitTimer,
}

impl RecvTimer {
    /// Makes the timer of a stream. `None` if a `recv` may wait for ever.
    pub(super) fn new(config: RecvTimeout) -> Option<Box<Self>> {
        (!config.timeout.is_zero()).then(|| {
            Box::new(Self {
                config,
                wait: WaitTimer::new(config.timeout),
            })
        })
    }

    /// Starts the time of the next `recv`.
    #[inline]
    pub(super) fn restart(timer: &mut Option<Box<Self>>) {
        if let Some(timer) = timer {
            timer.wait.restart();
        }
    }

    /// Ready when the running `recv` has waited too long. `Err` is the error of this `recv` alone, and
    /// the stream goes on. `Ok` means that the timeout has ended the stream, which returns the error
    /// itself when it is polled next; the value is the same error, for a caller that does not poll it.
    pub(super) fn poll_expired(
        timer: &mut Option<Box<Self>>,
        raw: &(impl RawStream + ?Sized),
        cx: &mut Context<'_>,
    ) -> Poll<Result<Error>> {
        let Some(running) = timer else {
            return Poll::Pending;
        };
        ready!(running.wait.poll_expired(cx));
        let RecvTimeout {
            timeout,
            cancel_remote,
        } = running.config;
        let error = raw.recv_timed_out(timeout);
        if !cancel_remote {
            return Poll::Ready(Err(error));
        }
        *timer = None;
        raw.cancel(CancelReason::RecvTimeout(timeout));
        Poll::Ready(Ok(error))
    }
}

/// `set_recv_timeout` of a stream that receives; `$inbound` is its receiving direction.
macro_rules! recv_timeout_method {
    (|$this:ident| $inbound:expr) => {
        /// How long each `recv` may take from the next one on, whatever was said before. Zero: no
        /// limit.
        pub fn set_recv_timeout(
            &mut self,
            timeout: impl Into<$crate::streaming::recv_timeout::RecvTimeout>,
        ) {
            let $this = self;
            $inbound.set_timeout(timeout.into());
        }
    };
}

pub(super) use recv_timeout_method;
