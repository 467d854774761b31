//! A server that listens, and how it stops.

use std::fmt;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinSet, yield_now};

use super::connection::{Settings, serve_connection};
use super::lifecycle::{EndHandlers, Lifecycle};
use super::listener::Listener;
use super::max_connections::MaxConnections;
use super::signals::Signals;
use super::stopped::Stopped;
use super::stopping::Stopping;
use super::{drain, events};
use crate::error::Result;
use crate::fleet::{Entry, Listed};
use crate::trace;
use crate::wire::Dispatch;
use crate::wire::io::Accepted;
use crate::wire::protocol::Protocols;

/// A server that listens. Clients can connect; the server serves them once `serve` is called.
pub struct BoundServer {
    pub(super) listener: Listener,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// The one that `dispatch` knows.
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) protocols: Protocols,
    pub(super) settings: Settings,
    pub(super) max_connections: MaxConnections,
    /// How long it serves on when it has been told to stop.
    pub(super) drain_delay: Duration,
    pub(super) signals: Signals,
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

    /// As [`serve_until`](Self::serve_until), for those who do not ask what was cut.
    ///
    /// # Errors
    /// None so far.
    pub async fn serve_with_shutdown(self, shutdown: impl Future<Output = ()>) -> Result<()> {
        self.serve_until(shutdown).await.map(drop)
    }

    /// Serves until `shutdown` completes, or until a signal comes if the server
    /// [listens to signals](super::ServerBuilder::stop_on_signals), and then stops gracefully
    /// (statement 84):
    ///
    /// 1. It removes itself from its [registries](super::ServerBuilder::registry), and serves on for the
    ///    [`drain_delay`](super::ServerBuilder::drain_delay), so that clients learn that they shall go
    ///    elsewhere.
    /// 2. It takes no new connections. It tells the clients that are connected to use another connection,
    ///    where the wire can tell: by a GOAWAY over gRPC, by a META frame over TTHeader Streaming, by
    ///    `crrst` over TTHeader. It still serves what is on its way. A ping-pong connection closes behind
    ///    its next answer; another connection when its last stream has ended.
    /// 3. Over TTHeader Streaming, it refuses streams that a client opens all the same, in the second half
    ///    of the exit wait.
    /// 4. When the [`exit_wait`](super::ServerBuilder::exit_wait) is over, it cuts what is left: it closes
    ///    the connections and cancels their handlers (streams: 12013). It drops handlers that do not
    ///    return within another 200 ms: when this returns, no handler runs.
    ///
    /// Returns what was cut. A second signal ends the steps before the last one at once.
    ///
    /// At the second step the server closes its listener. If the server made the file of a Unix socket,
    /// it removes that file then.
    ///
    /// Dropping the future closes all connections at once and ends their handlers, without waiting
    /// for them.
    ///
    /// # Errors
    /// None so far.
    pub async fn serve_until(self, shutdown: impl Future<Output = ()>) -> Result<Stopped> {
        let Self {
            listener,
            dispatch,
            lifecycle,
            protocols,
            settings,
            max_connections,
            drain_delay,
            mut signals,
            entries,
        } = self;
        let mut exit_wait = settings.exit_wait;
        let stopping = Stopping::default();
        let serve = |accepted: Accepted| {
            let (dispatch, protocols) = (Arc::clone(&dispatch), Arc::clone(&protocols));
            let (settings, stopping) = (settings.clone(), stopping.connection());
            serve_connection(accepted, dispatch, protocols, settings, stopping)
        };
        events::serving(&listener);
        let _handlers = EndHandlers(Arc::clone(&lifecycle));
        let listed = Listed::begin(&entries);
        let mut at_once = false;
        let begun = async {
            let leave = async {
                lifecycle.leave();
                listed.end().await;
            };
            at_once = drain::begun(shutdown, leave, &mut signals, drain_delay).await;
        };
        let connections = serve_until(begun, listener, max_connections, serve).await;
        // The listener may have ended by itself.
        listed.end().await;
        if at_once {
            exit_wait = Duration::ZERO;
        }
        let stopped =
            drain::drain(connections, &lifecycle, &stopping, exit_wait, &mut signals).await;
        events::stopped(&stopped);
        Ok(stopped)
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
    // Clients have made these connections already, and would lose what they have sent.
    // The runtime learns of the latest of them when it asks the system next.
    yield_now().await;
    while accepting
        && connections.len() < max_connections.now()
        && let Some(accepted) = listener.accept_queued().await
    {
        let span = events::connection(&accepted);
        trace::spawn_on(&mut connections, span, serve(accepted));
    }
    connections
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
