//! Many requests, one response.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::{ServerStreamingClient, cancel_methods};
use crate::codec::{ApplicationException, Message};
use crate::error::{Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::middleware::StreamHooks;
use crate::streaming::cancel::CancelOnDrop;
use crate::streaming::inbound::Responses;
use crate::streaming::outbound::{RequestSender, compression_method, send_timeout_method};
use crate::streaming::recv_timeout::{RecvTimeout, recv_timeout_method};
use crate::streaming::traits::{debug_stream, impl_sink};
use crate::wire::ClientRaw;

/// The client's end of a stream of requests.
///
/// [`close_and_recv`](Self::close_and_recv) ends it and gives the response. Dropping it before
/// that cancels the stream.
///
/// ```no_run
/// # use streamgen_runtime::{ClientStreamingClient, Message, Result};
/// # async fn upload<Q: Message, R: Message>(
/// #     mut stream: ClientStreamingClient<Q, R>,
/// #     requests: Vec<Q>,
/// # ) -> Result<R> {
/// for request in requests {
///     stream.send(request).await?;
/// }
/// let response = stream.close_and_recv().await?;
/// # Ok(response)
/// # }
/// ```
#[must_use = "call `close_and_recv`: dropping a stream cancels it"]
pub struct ClientStreamingClient<Req, Res> {
    outbound: RequestSender<Req>,
    inbound: Responses<Res>,
    cancel: CancelOnDrop,
}

impl<Req: Message, Res: Message> ClientStreamingClient<Req, Res> {
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
    /// What the stream ended with; code 12005 after the server has ended it, which it may do
    /// before it has everything. Then [`close_and_recv`](Self::close_and_recv) has the response.
    #[inline]
    pub fn send(&mut self, message: Req) -> impl Future<Output = Result<()>> + Send {
        self.outbound.send(message)
    }

    /// Tells the server that no more messages come and waits for its response. What the server
    /// does after its response is not waited for (statement 49).
    ///
    /// Dropping the future cancels the stream.
    ///
    /// # Errors
    /// A response that does not decode; none at all (type 5, as in ping-pong); a Recv timeout;
    /// what the stream ended with.
    pub async fn close_and_recv(mut self) -> Result<Res> {
        self.outbound.close().await?;
        match self.inbound.recv().await? {
            Some(response) => {
                self.cancel.disarm();
                Ok(response)
            }
            None => Err(no_response()),
        }
    }

    /// Tells the server that no more messages come. The rest of the stream holds at most one
    /// response, and header and trailer.
    ///
    /// # Errors
    /// Middleware refuses a message that the `Sink` still has; the client then cancels the stream. Without such a
    /// message, there is no error on a stream that has ended.
    pub async fn close_send(mut self) -> Result<ServerStreamingClient<Res>> {
        self.outbound.close().await?;
        Ok(ServerStreamingClient::from_parts(self.inbound, self.cancel))
    }

    /// The server's header. Waits until it arrives, which may be as late as the response; may be
    /// asked for again.
    ///
    /// Cancel safe.
    ///
    /// # Errors
    /// The stream ended without a header.
    pub async fn header(&mut self) -> Result<Metadata> {
        std::future::poll_fn(|cx| self.cancel.raw().poll_header(cx)).await
    }

    recv_timeout_method!(|this| this.inbound);
    send_timeout_method!(|this, timeout| this.outbound.set_timeout(timeout));
    compression_method!(|this| this.outbound.raw());
    cancel_methods!();
}

#[cold]
fn no_response() -> Error {
    let text = "the server ended the stream without a response";
    Error::new(
        ErrorKind::Protocol,
        ApplicationException::MISSING_RESULT,
        text,
    )
}

impl_sink!(ClientStreamingClient<Req, Res>, Req, |stream| stream.outbound.outlet(), |stream, cx| stream.outbound.poll_close(cx));
debug_stream!(ClientStreamingClient<Req, Res>);
