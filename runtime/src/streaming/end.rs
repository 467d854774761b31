//! The two ends of a stream, as the directions of a typed stream hold them.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::recv_timeout::{RecvTimeout, RecvTimer};
use crate::context::Context as CallContext;
use crate::error::{CancelReason, Error, Result, Side};
use crate::wire::{ClientRaw, RawStream, ServerRaw};

/// An end of a stream, with what differs in receiving: at the client, a `recv` can time out; at the
/// server, the stream gives its handler the context of the call.
///
/// Types stand for the ends. Trait objects in their place would not do: an object has a lifetime,
/// and the compiler could not show that a future which holds one for a generic end is `Send`.
pub(crate) trait End: 'static {
    /// The stream.
    type Raw: RawStream + ?Sized;
    /// Which side this is.
    const SIDE: Side;
    /// Measures the running `recv`.
    type Timer: Default + Send + Sync;
    /// What the stream knows of its call.
    type Call: Send + Sync;

    /// The stream, for who only sends.
    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream>;

    /// Starts the time of the next `recv`.
    fn restart(timer: &mut Self::Timer);

    /// Ready when the running `recv` has waited too long. An error is that of the `recv`, and the
    /// stream goes on. Otherwise, the stream has ended, and says so itself; the error that is returned
    /// is for who does not ask it.
    fn poll_timeout(
        raw: &Self::Raw,
        timer: &mut Self::Timer,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Error>>;
}

/// The end on the side that opened the stream.
pub(crate) enum ClientEnd {}

/// The end on the side that runs the handler.
pub(crate) enum ServerEnd {}

impl End for ClientEnd {
    const SIDE: Side = Side::Client;
    type Raw = dyn ClientRaw;
    /// Boxed, because thousands of idle streams have no timer.
    type Timer = Option<Box<RecvTimer>>;
    type Call = ();

    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream> {
        Arc::clone(raw) as _
    }

    #[inline]
    fn restart(timer: &mut Self::Timer) {
        if let Some(timer) = timer {
            timer.wait.restart();
        }
    }

    fn poll_timeout(
        raw: &Self::Raw,
        timer: &mut Self::Timer,
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

impl End for ServerEnd {
    const SIDE: Side = Side::Server;
    type Raw = dyn ServerRaw;
    type Timer = ();
    type Call = CallContext;

    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream> {
        Arc::clone(raw) as _
    }

    #[inline]
    fn restart((): &mut ()) {}

    #[inline]
    fn poll_timeout(_: &Self::Raw, (): &mut (), _: &mut Context<'_>) -> Poll<Result<Error>> {
        Poll::Pending
    }
}
