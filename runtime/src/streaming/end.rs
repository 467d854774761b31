//! The two ends of a stream, as the directions of a typed stream hold them.

use std::sync::Arc;
use std::time::Duration;

use crate::context::Context as CallContext;
use crate::error::Side;
use crate::wire::{ClientRaw, RawStream, SendTimed, ServerRaw};

/// An end of a stream, with what differs between the sides: at the server, the stream gives its
/// handler the context of the call.
///
/// Types stand for the ends. Trait objects would not do: an object has a lifetime, and the compiler
/// could not show that a future is `Send` if it holds the object of a generic end.
pub(crate) trait End: 'static {
    /// The stream.
    type Raw: RawStream + ?Sized;
    /// Which side this is.
    const SIDE: Side;
    /// What the stream knows of its call.
    type Call: Send + Sync;

    /// The stream, for code that only sends.
    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream>;

    /// The same stream, which ends if a send waits for room for longer than `timeout`.
    fn send_timed(raw: Arc<Self::Raw>, timeout: Duration) -> Arc<Self::Raw>;
}

/// The end on the side that opened the stream.
pub(crate) enum ClientEnd {}

/// The end on the side that runs the handler.
pub(crate) enum ServerEnd {}

impl End for ClientEnd {
    const SIDE: Side = Side::Client;
    type Raw = dyn ClientRaw;
    type Call = ();

    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream> {
        Arc::clone(raw) as _
    }

    fn send_timed(raw: Arc<Self::Raw>, timeout: Duration) -> Arc<Self::Raw> {
        Arc::new(SendTimed::new(raw, timeout))
    }
}

impl End for ServerEnd {
    const SIDE: Side = Side::Server;
    type Raw = dyn ServerRaw;
    type Call = CallContext;

    fn sink(raw: &Arc<Self::Raw>) -> Arc<dyn RawStream> {
        Arc::clone(raw) as _
    }

    fn send_timed(raw: Arc<Self::Raw>, timeout: Duration) -> Arc<Self::Raw> {
        Arc::new(SendTimed::new(raw, timeout))
    }
}

/// Sets how long each send on `raw` may wait for room from now on. Zero: without limit.
pub(crate) fn set_send_timeout<E: End>(raw: &mut Arc<E::Raw>, timeout: Duration) {
    let limit = Some(timeout).filter(|timeout| !timeout.is_zero());
    if !raw.set_send_timeout(limit)
        && let Some(timeout) = limit
    {
        *raw = E::send_timed(Arc::clone(raw), timeout);
    }
}
