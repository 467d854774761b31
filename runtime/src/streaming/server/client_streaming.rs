//! Many requests, one response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{context_method, metadata_methods};
use crate::codec::Message;
use crate::context::Context as CallContext;
use crate::error::Result;
use crate::middleware::StreamHooks;
use crate::streaming::inbound::Requests;
use crate::streaming::recv_timeout::recv_timeout_method;
use crate::streaming::traits::{debug_stream, impl_stream};
use crate::wire::ServerRaw;

/// The handler's end of a stream of requests. The response is what the handler returns, which it
/// may do before it has received everything.
pub struct ClientStreamingServer<Req> {
    inbound: Requests<Req>,
}

impl<Req: Message> ClientStreamingServer<Req> {
    pub(crate) fn new(
        raw: Arc<dyn ServerRaw>,
        cx: CallContext,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        Self {
            inbound: Requests::new(raw, cx, hooks),
        }
    }

    /// The next request; `None` once the client has sent all.
    ///
    /// Cancel safe: no message is lost by dropping the future.
    ///
    /// # Errors
    /// A message that does not decode, which fails this call only; why the stream was cancelled,
    /// after all messages that arrived before, and ever after.
    #[inline]
    pub fn recv(&mut self) -> impl Future<Output = Result<Option<Req>>> + Send {
        self.inbound.recv()
    }

    recv_timeout_method!(|this| this.inbound);
    context_method!(|this| this.inbound.call());
    metadata_methods!(|this| this.inbound.raw());
}

impl_stream!(ClientStreamingServer<Req>, Req);
debug_stream!(ClientStreamingServer<Req>);
