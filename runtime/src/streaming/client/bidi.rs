//! Many requests, many responses, in any order.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::split::{BidiReceiver, BidiSender};
use super::{cancel_methods, metadata_methods};
use crate::codec::Message;
use crate::error::Result;
use crate::middleware::StreamHooks;
use crate::streaming::cancel::CancelOnDrop;
use crate::streaming::inbound::Responses;
use crate::streaming::outbound::{RequestSender, compression_method, send_timeout_method};
use crate::streaming::recv_timeout::{RecvTimeout, recv_timeout_method};
use crate::streaming::traits::{debug_stream, impl_sink, impl_stream};
use crate::wire::ClientRaw;

/// The client's end of a bidirectional stream.
///
/// Half-close with [`close_send`](Self::close_send), or [`split`](Self::split) it to send and
/// receive in two tasks. Dropping it before the end was received cancels the stream.
///
/// ```no_run
/// # use streamgen_runtime::{BidiStreamingClient, Message, Result};
/// # async fn chat<Q: Message, R: Message + std::fmt::Debug>(
/// #     mut stream: BidiStreamingClient<Q, R>,
/// #     requests: Vec<Q>,
/// # ) -> Result<()> {
/// for request in requests {
///     stream.send(request).await?;
/// }
/// stream.close_send().await?;
/// while let Some(response) = stream.recv().await? {
///     println!("{response:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "dropping a stream cancels it"]
pub struct BidiStreamingClient<Req, Res> {
    outbound: RequestSender<Req>,
    inbound: Responses<Res>,
    cancel: CancelOnDrop,
}

impl<Req: Message, Res: Message> BidiStreamingClient<Req, Res> {
    pub(crate) fn new(
        raw: Arc<dyn ClientRaw>,
        timeout: Option<RecvTimeout>,
        hooks: Option<&StreamHooks>,
    ) -> Self {
        Self {
            outbound: RequestSender::new(Arc::clone(&raw), hooks),
            inbound: Responses::with_timeout(Arc::clone(&raw), timeout, hooks),
            cancel: CancelOnDrop::new(raw),
        }
    }

    /// Sends one message. Waits while the connection has too much to write; returning means that
    /// the message is queued, not that the server has it.
    ///
    /// Cancel safe: a dropped future has sent nothing.
    ///
    /// # Errors
    /// What the stream ended with; code 12005 after [`close_send`](Self::close_send) or after the
    /// server has ended the stream.
    #[inline]
    pub fn send(&mut self, message: Req) -> impl Future<Output = Result<()>> + Send {
        self.outbound.send(message)
    }

    /// The next message; `None` once the server has ended the stream without an error.
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

    /// Tells the server that no more messages come. Receiving goes on. Later calls do nothing.
    ///
    /// # Errors
    /// Middleware refuses a message that the `Sink` still has; the client then cancels the stream. Without such a
    /// message, there is no error on a stream that is half-closed or has ended.
    pub async fn close_send(&mut self) -> Result<()> {
        self.outbound.close().await
    }

    /// Parts the stream for two tasks. Dropping the sender half-closes the stream, dropping the
    /// receiver before the end cancels it.
    ///
    /// Who drops both, cancels. But a sender that is dropped first tells the server that all was sent, and the
    /// handler may see that end before the cancel. So a future that holds both, and that may be given up,
    /// drops the receiver first. Fields, and the futures of a `join!`, are dropped in their order, and
    /// variables in the reverse order:
    ///
    /// ```
    /// # use streamgen_runtime::{BidiStreamingClient, Message, Result};
    /// # async fn both<M: Message>(stream: BidiStreamingClient<M, M>, messages: Vec<M>) -> Result<()> {
    /// let (mut sender, mut receiver) = stream.split();
    /// let sending = async move {
    ///     for message in messages {
    ///         if let Err(error) = sender.send(message).await {
    ///             sender.cancel(); // or its drop, in front of that of the receiver, says that this was all
    ///             return Err(error);
    ///         }
    ///     }
    ///     sender.close().await
    /// };
    /// let receiving = async move {
    ///     while let Some(_message) = receiver.recv().await? {}
    ///     Ok(())
    /// };
    /// tokio::try_join!(receiving, sending).map(|_| ())
    /// # }
    /// ```
    pub fn split(self) -> (BidiSender<Req>, BidiReceiver<Res>) {
        let Self {
            outbound,
            inbound,
            cancel,
        } = self;
        (BidiSender::new(outbound), BidiReceiver { inbound, cancel })
    }

    recv_timeout_method!(|this| this.inbound);
    send_timeout_method!(|this, timeout| this.outbound.set_timeout(timeout));
    compression_method!(|this| this.outbound.raw());
    cancel_methods!();
    metadata_methods!();
}

impl_sink!(BidiStreamingClient<Req, Res>, Req, |stream| stream.outbound.outlet(), |stream, cx| stream.outbound.poll_close(cx));
impl_stream!(BidiStreamingClient<Req, Res>, Res);
debug_stream!(BidiStreamingClient<Req, Res>);
