//! One request, many responses.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{cancel_methods, metadata_methods};
use crate::codec::Message;
use crate::error::Result;
use crate::middleware::StreamHooks;
use crate::streaming::cancel::CancelOnDrop;
use crate::streaming::inbound::Responses;
use crate::streaming::recv_timeout::{RecvTimeout, recv_timeout_method};
use crate::streaming::traits::{debug_stream, impl_stream};
use crate::wire::ClientRaw;

/// The client's end of a stream of responses; the request is sent and the stream half-closed.
///
/// Dropping it before the end was received cancels the stream.
#[must_use = "dropping a stream cancels it"]
pub struct ServerStreamingClient<Res> {
    inbound: Responses<Res>,
    cancel: CancelOnDrop,
}

impl<Res: Message> ServerStreamingClient<Res> {
    pub(crate) fn new(
        raw: Arc<dyn ClientRaw>,
        timeout: Option<RecvTimeout>,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        let inbound = Responses::with_timeout(Arc::clone(&raw), timeout, hooks);
        Self::from_parts(inbound, CancelOnDrop::new(raw))
    }

    pub(super) fn from_parts(inbound: Responses<Res>, cancel: CancelOnDrop) -> Self {
        Self { inbound, cancel }
    }

    /// The next response; `None` once the server has ended the stream without an error.
    ///
    /// Cancel safe: no message is lost by dropping the future.
    ///
    /// # Errors
    /// A message that does not decode, which fails this call only; a Recv timeout; and what the
    /// stream ended with, after all messages that arrived before, and ever after.
    #[inline]
    pub fn recv(&mut self) -> impl Future<Output = Result<Option<Res>>> + Send {
        self.inbound.recv()
    }

    recv_timeout_method!(|this| this.inbound);
    cancel_methods!();
    metadata_methods!();
}

impl_stream!(ServerStreamingClient<Res>, Res);
debug_stream!(ServerStreamingClient<Res>);
