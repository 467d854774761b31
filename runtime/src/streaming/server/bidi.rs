//! Many requests, many responses, in any order.

use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{context_method, metadata_methods};
use crate::codec::Message;
use crate::context::Context as CallContext;
use crate::error::Result;
use crate::middleware::StreamHooks;
use crate::streaming::inbound::Requests;
use crate::streaming::outbound::{ResponseSender, compression_method, send_timeout_method};
use crate::streaming::recv_timeout::recv_timeout_method;
use crate::streaming::traits::{debug_stream, impl_sink, impl_stream};
use crate::wire::ServerRaw;

/// The handler's end of a bidirectional stream.
///
/// One pointer, because a handler's future holds it several times over, and thousands may be idle.
pub struct BidiStreamingServer<Req, Res> {
    inbound: Requests<Req>,
    response: PhantomData<fn(Res)>,
}

impl<Req: Message, Res: Message> BidiStreamingServer<Req, Res> {
    pub(crate) fn new(
        raw: Arc<dyn ServerRaw>,
        cx: CallContext,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        Self {
            inbound: Requests::both_ways(raw, cx, hooks),
            response: PhantomData,
        }
    }

    /// The next message; `None` once the client has half-closed.
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

    /// Sends one message, after the header if that is still due. Works after the client has
    /// half-closed. Waits while the connection has too much to write; returning means that the
    /// message is queued, not that the client has it.
    ///
    /// Cancel safe: a dropped future has sent nothing.
    ///
    /// # Errors
    /// Why the stream was cancelled.
    #[inline]
    pub fn send(&mut self, message: Res) -> impl Future<Output = Result<()>> + Send {
        self.inbound.outlet().send(message)
    }

    /// Parts the stream for two tasks. Both must be done when the handler returns: afterwards
    /// their calls fail with code 12012.
    #[must_use]
    pub fn split(self) -> (BidiServerSender<Res>, BidiServerReceiver<Req>) {
        let mut inbound = self.inbound;
        let outbound = inbound.take_outbound();
        (
            BidiServerSender { outbound },
            BidiServerReceiver { inbound },
        )
    }

    recv_timeout_method!(|this| this.inbound);
    send_timeout_method!(|this, timeout| this.inbound.set_send_timeout(timeout));
    compression_method!(|this| this.inbound.raw());
    context_method!(|this| this.inbound.call());
    metadata_methods!(|this| this.inbound.raw());
}

impl_stream!(BidiStreamingServer<Req, Res>, Req);
impl_sink!(BidiStreamingServer<Req, Res>, Res, |stream| stream.inbound.outlet(), |stream, cx| stream.inbound.outlet().poll_flush(cx));
debug_stream!(BidiStreamingServer<Req, Res>);

/// The sending half of a handler's bidirectional stream.
pub struct BidiServerSender<Res> {
    outbound: ResponseSender<Res>,
}

impl<Res: Message> BidiServerSender<Res> {
    /// Sends one message; see [`BidiStreamingServer::send`].
    ///
    /// # Errors
    /// Why the stream was cancelled.
    #[inline]
    pub fn send(&mut self, message: Res) -> impl Future<Output = Result<()>> + Send {
        self.outbound.send(message)
    }

    send_timeout_method!(|this, timeout| this.outbound.set_timeout(timeout));
    compression_method!(|this| this.outbound.raw());
    metadata_methods!(|this| this.outbound.raw());
}

impl_sink!(
    BidiServerSender<Res>,
    Res,
    |sender| sender.outbound.outlet(),
    |sender, cx| sender.outbound.outlet().poll_flush(cx)
);
debug_stream!(BidiServerSender<Res>);

/// The receiving half of a handler's bidirectional stream.
pub struct BidiServerReceiver<Req> {
    inbound: Requests<Req>,
}

impl<Req: Message> BidiServerReceiver<Req> {
    /// The next message; see [`BidiStreamingServer::recv`].
    ///
    /// # Errors
    /// A message that does not decode; a Recv timeout; why the stream was cancelled.
    #[inline]
    pub fn recv(&mut self) -> impl Future<Output = Result<Option<Req>>> + Send {
        self.inbound.recv()
    }

    recv_timeout_method!(|this| this.inbound);
}

impl_stream!(BidiServerReceiver<Req>, Req);
debug_stream!(BidiServerReceiver<Req>);
