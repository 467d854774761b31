//! One request, many responses.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{context_method, metadata_methods};
use crate::codec::Message;
use crate::context::Context as CallContext;
use crate::error::Result;
use crate::middleware::StreamHooks;
use crate::streaming::outbound::{ResponseSender, compression_method, send_timeout_method};
use crate::streaming::traits::{debug_stream, impl_sink};
use crate::wire::ServerRaw;

/// The handler's end of a stream of responses. It ends when the handler returns.
pub struct ServerStreamingServer<Res> {
    outbound: ResponseSender<Res>,
    cx: CallContext,
}

impl<Res: Message> ServerStreamingServer<Res> {
    pub(crate) fn new(
        raw: Arc<dyn ServerRaw>,
        cx: CallContext,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        Self {
            outbound: ResponseSender::new(raw, hooks),
            cx,
        }
    }

    /// Sends one response, after the header if that is still due. Waits while the connection has
    /// too much to write; returning means that the message is queued, not that the client has it.
    ///
    /// Cancel safe: a dropped future has sent nothing.
    ///
    /// # Errors
    /// Why the stream was cancelled.
    #[inline]
    pub fn send(&mut self, message: Res) -> impl Future<Output = Result<()>> + Send {
        self.outbound.send(message)
    }

    send_timeout_method!(|this, timeout| this.outbound.set_timeout(timeout));
    compression_method!(|this| this.outbound.raw());
    context_method!(|this| &this.cx);
    metadata_methods!(|this| this.outbound.raw());
}

impl_sink!(
    ServerStreamingServer<Res>,
    Res,
    |stream| stream.outbound.outlet(),
    |stream, cx| stream.outbound.outlet().poll_flush(cx)
);
debug_stream!(ServerStreamingServer<Res>);
