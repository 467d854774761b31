//! A server that listens, and how it stops.

use std::fmt;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::{Settings, serve_connection};
use super::events;
use super::lifecycle::{EndHandlers, Lifecycle};
use super::listener::Listener;
use super::max_connections::MaxConnections;
use super::stopping::Stopping;
use crate::error::Result;
use crate::fleet::{Entry, Listed};
use crate::trace;
use crate::wire::Dispatch;
use crate::wire::io::Accepted;
use crate::wire::protocol::Protocols;

/// What connections get on top of the exit wait to tell their peers that it is over (gRPC: resets
/// with 1000), and handlers to return once they were cancelled.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(200);

/// A server that listens. Clients can connect; the server serves them once `serve` is called.
pub struct BoundServer {
    pub(super) listener: Listener,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// The one that `dispatch` knows.
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) protocols: Protocols,
    pub(super) settings: Settings,
    pub(super) max_connections: MaxConnections,
    /// What the server registers when it serves.
    pub(super) entries: Vec<Entry>,
}

impl BoundServer {
    /// The address that the server listens on, with the port that the system chose for port 0.
    ///
    /// # Errors
    /// The server has no address, because it listens on a Unix socket or gets its connections from
    /// a stream; or the system does not return the address.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the future is dropped, which closes all connections at once. A server that gets
    /// its connections from a stream ([`ListenOn::incoming`](super::ListenOn::incoming)) also ends
    /// when the stream has ended and the last connection is closed.
    ///
    /// # Errors
    /// None so far: a failing connection ends only itself.
    pub async fn serve(self) -> Result<()> {
        self.serve_with_shutdown(pending()).await
    }

    /// Serves until `shutdown` completes, then stops gracefully (statement 84). The server first removes
    /// itself from its [registries](super::ServerBuilder::registry). Then it refuses new connections. It answers a running ping-pong call and tells its client to use another
    /// connection. Streams go on until their connection has none left. When the exit wait is over,
    /// the server closes the connections that are left and cancels their handlers (streams: 12013).
    /// It drops handlers that do not return within another 200 ms: when this returns, no handler
    /// runs.
    ///
    /// Once `shutdown` has completed, the server closes its listener. If the server made the file of a
    /// Unix socket, it removes that file then.
    ///
    /// Dropping the future closes all connections at once and ends their handlers, without waiting
    /// for them.
    ///
    /// # Errors
    /// None so far.
    pub async fn serve_with_shutdown(self, shutdown: impl Future<Output = ()>) -> Result<()> {
        let Self {
            listener,
            dispatch,
            lifecycle,
            protocols,
            settings,
            max_connections,
            entries,
        } = self;
        let exit_wait = settings.exit_wait;
        let stopping = Stopping::default();
        let serve = |accepted: Accepted| {
            let (dispatch, protocols) = (Arc::clone(&dispatch), Arc::clone(&protocols));
            let (settings, stopping) = (settings.clone(), stopping.connection());
            serve_connection(accepted, dispatch, protocols, settings, stopping)
        };
        events::serving(&listener);
        let _handlers = EndHandlers(Arc::clone(&lifecycle));
        let listed = Listed::begin(&entries);
        let deregistered = async {
            shutdown.await;
            // First of all, while the server still takes calls: clients learn of it a little later.
            listed.end().await;
        };
        let mut connections = serve_until(deregistered, listener, max_connections, serve).await;
        // The listener may have ended by itself.
        listed.end().await;
        events::stopping(connections.len(), exit_wait);
        stopping.begin();
        lifecycle.drain();
        if timeout(exit_wait, ended(&mut connections, &lifecycle))
            .await
            .is_err()
        {
            events::exit_wait_over(connections.len(), lifecycle.handlers());
            end(&mut connections, &lifecycle).await;
        }
        events::stopped();
        Ok(())
    }
}

/// Serves what `listener` accepts until `shutdown` completes, or until the listener has no more
/// connections to give and all connections are closed. Then closes the listener. Returns the
/// connections that are still open.
async fn serve_until<S: Future<Output = ()> + Send + 'static>(
    shutdown: impl Future<Output = ()>,
    mut listener: Listener,
    max_connections: MaxConnections,
    serve: impl Fn(Accepted) -> S,
) -> JoinSet<()> {
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    let mut accepting = true;
    while accepting || !connections.is_empty() {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if accepting => match accepted {
                Some(accepted) if connections.len() < max_connections.now() => {
                    let span = events::connection(&accepted);
                    trace::spawn_on(&mut connections, span, serve(accepted));
                }
                // Above the limit, the server drops the connection, which closes it.
                Some(accepted) => events::connection_refused(&accepted, max_connections.now()),
                None => accepting = false,
            },
        }
    }
    connections
}

/// Completes when all connections are closed and no handler runs.
async fn ended(connections: &mut JoinSet<()>, lifecycle: &Lifecycle) {
    while connections.join_next().await.is_some() {}
    lifecycle.idle().await;
}

/// Ends what is left. Connections that can tell of the end have come to the same conclusion, and their
/// handlers learn their wire's own reason; the others are told here.
async fn end(connections: &mut JoinSet<()>, lifecycle: &Lifecycle) {
    for last in [false, true] {
        if timeout(LAST_WORDS / 2, ended(connections, lifecycle))
            .await
            .is_ok()
        {
            return;
        }
        if !last {
            lifecycle.cancel_handlers();
        }
    }
    events::handlers_dropped(lifecycle.handlers());
    connections.shutdown().await;
    lifecycle.drop_handlers();
    lifecycle.idle().await;
}

impl fmt::Debug for BoundServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundServer")
            .field("listener", &self.listener)
            .field("protocols", &self.protocols)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
