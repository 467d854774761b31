//! What a generated service is to the server.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;

use super::limiter::Permit;
use crate::codec::Encode;
use crate::context::Context;
use crate::error::Result;
use crate::middleware::{Hooks, Installed, StreamHooks};
use crate::service::ServiceInfo;
use crate::streaming::RecvTimeout;
use crate::wire::{PingPongFailure, ServerRaw, StreamHandler};

/// A running ping-pong or oneway handler: its Result struct, or why there is none.
pub type PingPongFuture =
    Pin<Box<dyn Future<Output = Result<Box<dyn Encode + Send>, PingPongFailure>> + Send>>;

/// The arguments of a call without stream on their way to its handler, undecoded. Against the limits of its
/// server, the call runs until the function of this module that takes them has run the handler, or until they
/// are dropped.
pub struct Arguments {
    pub(super) bytes: Bytes,
    /// The middleware of the call.
    pub(super) middleware: Option<Arc<Installed>>,
    /// Counts the call as running; `None` if nobody counts it.
    pub(super) permit: Option<Permit>,
}

impl From<Bytes> for Arguments {
    /// Arguments of a call without middleware and limits.
    fn from(bytes: Bytes) -> Self {
        Self {
            bytes,
            middleware: None,
            permit: None,
        }
    }
}

impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").finish_non_exhaustive()
    }
}

/// A running handler of a stream.
pub type StreamFuture = StreamHandler;

/// An opened stream on its way to its handler. Limits of the server count it as they count
/// [`Arguments`].
pub struct ServerStream {
    pub(super) raw: Arc<dyn ServerRaw>,
    /// The context of the call, which the handler gets from the stream.
    pub(super) cx: Context,
    /// How long each `recv` of the handler may take, unless it says otherwise.
    pub(super) recv_timeout: Option<RecvTimeout>,
    /// The middleware of the stream's messages. Boxed, because a handler's future may keep it, and
    /// thousands may be idle.
    pub(super) hooks: Option<Box<StreamHooks>>,
    /// Counts the stream as running; `None` if nobody counts it.
    pub(super) permit: Option<Permit>,
}

impl fmt::Debug for ServerStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerStream").finish_non_exhaustive()
    }
}

/// A service with its handler, as generated code implements it.
///
/// `method` is an index into the `methods` of [`ServiceInfo`]. The server looks at their mode
/// first, so each function is called for methods of its own kind only.
pub trait Service: Send + Sync + 'static {
    /// Name and methods.
    fn info(&self) -> &'static ServiceInfo;

    /// Runs a ping-pong or oneway method; `args` is its Args struct.
    fn ping_pong(&self, method: usize, cx: Context, args: Arguments) -> PingPongFuture;

    /// Runs a streaming method.
    fn stream(&self, method: usize, cx: Context, stream: ServerStream) -> StreamFuture;

    /// The service that takes the calls of this one from now on, as that of an IDL which was read again. It has the
    /// same name, and perhaps other methods. The server asks for it at each call; calls that have begun stay where
    /// they are. `None`, as of generated code, is this service.
    fn successor(&self) -> Option<Arc<dyn Service>> {
        None
    }

    /// The middleware of this service, which [`Hooks::around`] has added.
    fn hooks(&self) -> Hooks {
        Hooks::new()
    }
}
