//! What a wire is to the client above it.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use super::ClientRaw;
use super::io::{Endpoint, timed_out};
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::service::PayloadCodec;

/// A call under way inside a wire.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// One of the places where a call can be made.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The server.
    pub endpoint: &'a Endpoint,
    /// How long the call waits for a connection to it, where none is at hand. A dial may go on
    /// without this call, for others that wait.
    pub patience: Duration,
    /// How long this call may spend on connecting. A dial that it begins may take as long, even if the
    /// setting of the connections is shorter.
    pub connect_limit: Duration,
    /// Where the attempt notes that it waits for a connection, if somebody wants to know.
    pub waits: Option<&'a FirstWait>,
}

/// When a call first waited for a connection. Nearly all calls find one that is ready, and need no clock then.
#[derive(Debug, Default)]
pub struct FirstWait(OnceLock<Instant>);

impl FirstWait {
    /// The call waits for a connection, now.
    pub(crate) fn begins(&self) {
        self.0.get_or_init(Instant::now);
    }

    /// How much of `limit` is left since the first wait began; all of it before.
    #[inline]
    pub(crate) fn left_of(&self, limit: Duration) -> Duration {
        let waited = self.0.get().map(Instant::elapsed);
        limit.saturating_sub(waited.unwrap_or_default())
    }
}

impl Attempt<'_> {
    /// Waits for a connection as long as the call has patience.
    ///
    /// # Errors
    /// Those of `connecting`; that it took too long.
    pub(crate) async fn connected<C>(
        self,
        connecting: impl Future<Output = Result<C>>,
    ) -> Result<C> {
        if let Some(waits) = self.waits {
            waits.begins();
        }
        timeout(self.patience, connecting)
            .await
            .unwrap_or_else(|_| Err(timed_out(self.endpoint)))
    }
}

impl<'a> From<&'a Endpoint> for Attempt<'a> {
    /// Waits as long as the dial takes.
    fn from(endpoint: &'a Endpoint) -> Self {
        Self {
            endpoint,
            patience: Duration::MAX,
            connect_limit: Duration::ZERO,
            waits: None,
        }
    }
}

/// What a wire can carry. A client is not built with settings that would have no effect.
#[derive(Debug, Clone, Copy)]
pub struct Abilities {
    /// The wire's name in messages to users.
    pub name: &'static str,
    /// Kitex's name of the wire, as the handler's `Context::protocol` returns it.
    pub protocol: &'static str,
    /// OpenTelemetry's name of the system that the wire belongs to: `grpc` or `kitex`.
    pub rpc_system: &'static str,
    /// How messages can be encoded.
    pub payloads: &'static [PayloadCodec],
    /// Whether messages can be compressed.
    pub compression: bool,
    /// Whether connections can be secured.
    pub tls: bool,
    /// Whether it is HTTP/2: a server can be named by a URL, and `GrpcLimits` hold.
    pub http2: bool,
    /// Whether a connection waits in a pool for the next call after each call.
    pub idle_pool: bool,
    /// Whether each call has a TTHeader of its own. The TTHeader tells which call a reply belongs
    /// to, and can hold a checksum.
    pub call_headers: bool,
    /// Whether its streams are bounded by `stream_limits` (TTHeader Streaming).
    pub stream_limits: bool,
    /// Whether calls have a header of the user's.
    pub header: bool,
    /// Whether calls carry metainfo.
    pub metainfo: bool,
    /// Whether the server learns the caller's name, from the call or from its cancel.
    pub caller: bool,
    /// Whether transient metainfo that a handler received may be sent on (4.3).
    pub propagation: bool,
}

/// What both kinds of wire have.
///
/// A call whose error is [retryable](Error::is_retryable) may be made again elsewhere.
pub trait Wire: fmt::Debug + Send + Sync + 'static {
    /// What can be asked of the wire.
    fn abilities(&self) -> Abilities;

    /// Makes a connection for later calls, where none is at hand. In a pool that keeps none, it shows
    /// only that there could be one.
    ///
    /// # Errors
    /// Those of a call that cannot connect.
    fn connect<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<()>>;

    /// Closes the connections that no call uses; the others close with their last call.
    fn close(&self);

    /// The error of a call whose deadline passed while it was being made; texts and numbers are
    /// the wire's own.
    fn deadline_passed(&self, call: &Outgoing, to: &Endpoint) -> Error;

    /// The error of a call whose parent ended for `reason` before or while it was being made.
    fn parent_ended(&self, reason: &Error) -> Error {
        reason.clone()
    }
}

/// A wire that opens streams.
pub trait StreamWire: Wire {
    /// Opens a stream. The server is not waited for; only connecting takes time, where no
    /// connection is at hand. The stream then keeps to the call's deadline and parent by itself.
    /// Cancel safe: a dropped future leaves no stream behind.
    fn open<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Arc<dyn ClientRaw>>>;
}

/// A wire that makes calls of one request and at most one response.
pub trait UnaryWire: Wire {
    /// Makes the call. The caller keeps to deadline and parent, by dropping the future, which
    /// cancels the call.
    fn unary<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
        request: &'a (dyn Encode + Sync),
    ) -> BoxFuture<'a, Result<Reply>>;
}

/// What came back.
#[derive(Debug, Default)]
pub struct Reply {
    /// The response, or the Result struct without envelope; empty for a oneway call.
    pub message: Bytes,
    /// Header of the response (gRPC).
    pub header: Metadata,
    /// The trailer (gRPC), or backward metainfo (TTHeader).
    pub trailer: Metadata,
}
