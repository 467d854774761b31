//! A server without a socket.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{DuplexStream, duplex};

use super::builder::Server;
use super::connection::{Parts, Settings, serve_connection};
use super::events;
use super::lifecycle::EndHandlers;
use super::one_call::OneCall;
use super::service::Service;
use super::stopping::Stopping;
use crate::error::Result;
use crate::trace;
use crate::wire::io::{Accepted, Dial, Dialling, Endpoint};

/// Bytes that a connection in memory holds in each direction; about what the system's sockets hold.
const ROOM: usize = 64 * 1024;

/// What clients take for the server's address, which nothing resolves.
const ADDRESS: &str = "invoker:1";

/// A server that has no socket: what Kitex's `server.NewInvoker` makes.
///
/// For tests, it is the way of a client to its server: all wires, all kinds of calls, without a port.
///
/// ```
/// # use streamgen_runtime::client::{ClientBuilder, ServiceClient};
/// # use streamgen_runtime::{Result, Server, server::Service};
/// # fn run<C: From<ServiceClient>>(echo: impl Service, builder: ClientBuilder<C>) -> Result<C> {
/// let invoker = Server::builder().add_service(echo).invoker()?;
/// let client = builder.dial(invoker).build()?;
/// # Ok(client)
/// # }
/// ```
///
/// For programs that receive calls in another way, [`call`](Self::call) answers one of them.
///
/// Clones are the same server. When the last one is dropped, a client's `dial` included, the server
/// stops: its connections end as soon as they have no running call, and its handlers 200 ms later.
#[derive(Clone)]
pub struct Invoker(Arc<Inner>);

struct Inner {
    parts: Parts,
    /// Connections end when it is dropped.
    stopping: Stopping,
    _handlers: EndHandlers,
}

impl Invoker {
    pub(super) fn new(parts: Parts) -> Self {
        Self(Arc::new(Inner {
            _handlers: EndHandlers(Arc::clone(&parts.lifecycle)),
            parts,
            stopping: Stopping::default(),
        }))
    }

    /// The invoker of one service, with the default settings of a server.
    ///
    /// # Panics
    /// Never: a server can always route calls to its only service.
    pub fn of(service: impl Service) -> Self {
        let invoker = Server::builder().add_service(service).invoker();
        invoker.expect("there is one service")
    }

    /// Answers one ping-pong or oneway call. `request` is its whole message, in any framing of ping-pong
    /// (Framed, Buffered, TTHeader, with Thrift or Protobuf), and so is the answer, which has the same
    /// framing. It is empty for a oneway method, when the handler has returned.
    ///
    /// A method that fails answers, too: with the exception, as on a connection.
    ///
    /// When the future is dropped, the call is over, as if its client had closed the connection.
    ///
    /// # Errors
    /// The bytes are no request or not a whole one, so that a server would close the connection. Or they
    /// are one of a multiplexed connection, which has no end that could be waited for.
    pub async fn call(&self, request: impl Into<Bytes>) -> Result<Bytes> {
        let parts = &self.0.parts;
        let call = OneCall::new(request.into(), Arc::clone(&parts.dispatch));
        let settings = Settings {
            // Whoever has the message has no TLS any more.
            #[cfg(feature = "tls")]
            tls: None,
            ..parts.settings.clone()
        };
        let io = Accepted::new(call.io());
        let (dispatch, protocols) = (Arc::clone(&call) as _, Arc::clone(&parts.protocols));
        serve_connection(
            io,
            dispatch,
            protocols,
            settings,
            self.0.stopping.connection(),
        )
        .await;
        call.answer()
    }

    /// Serves a new connection, whose other end this is.
    fn connect(&self) -> DuplexStream {
        let (near, far) = duplex(ROOM);
        let accepted = Accepted::from(far);
        let span = events::connection(&accepted);
        let Parts {
            dispatch,
            protocols,
            settings,
            ..
        } = &self.0.parts;
        let (dispatch, protocols) = (Arc::clone(dispatch), Arc::clone(protocols));
        let stopping = self.0.stopping.connection();
        let serving = serve_connection(accepted, dispatch, protocols, settings.clone(), stopping);
        drop(trace::spawn(&span, serving));
        near
    }
}

impl Dial for Invoker {
    /// Connects in memory, whatever the address.
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        Box::pin(async { Ok(self.connect().into()) })
    }

    fn only_address(&self) -> Option<&str> {
        Some(ADDRESS)
    }
}

impl fmt::Debug for Invoker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invoker")
            .field("settings", &self.0.parts.settings)
            .finish_non_exhaustive()
    }
}
