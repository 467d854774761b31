//! A server that listens, and how it stops.

use std::fmt;
use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::connection::{Settings, serve_connection};
use super::events;
use super::lifecycle::{EndHandlers, Lifecycle};
use super::listen::accept;
use crate::error::Result;
use crate::trace;
use crate::wire::Dispatch;
use crate::wire::protocol::Protocols;

/// What connections get on top of the exit wait to tell their peers that it is over (gRPC: resets
/// with 1000), and handlers to return once they were cancelled.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(200);

/// A server on its port. Clients can connect; they are served once it is told to serve.
pub struct BoundServer {
    pub(super) listener: TcpListener,
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// The one that `dispatch` knows.
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) protocols: Protocols,
    pub(super) settings: Settings,
    pub(super) max_connections: usize,
}

impl BoundServer {
    /// The address that it listens on, with the port that the system chose for port 0.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn local_addr(&self) -> Result<SocketAddr> {
        Ok(self.listener.local_addr()?)
    }

    /// Serves until the future is dropped, which closes all connections at once.
    ///
    /// # Errors
    /// None so far: a failing connection is that connection's own affair.
    pub async fn serve(self) -> Result<()> {
        self.serve_with_shutdown(pending()).await
    }

    /// Serves until `shutdown` completes, then stops gracefully (statement 84): new connections
    /// are refused, a running ping-pong call is answered and its client told to go elsewhere, and
    /// streams go on until their connection has none left. What is still open after the exit
    /// wait is closed, and its handlers are cancelled (streams: 12013). Those that do not return
    /// within another 200 ms are dropped: when this returns, no handler runs.
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
        } = self;
        let exit_wait = settings.exit_wait;
        let (stop, stopping) = watch::channel(());
        let serve = |socket: TcpStream| {
            // Only an already broken socket refuses, and reading it will say so.
            let _ = socket.set_nodelay(true);
            let (dispatch, protocols) = (Arc::clone(&dispatch), Arc::clone(&protocols));
            let (settings, stopping) = (settings.clone(), stopping.clone());
            serve_connection(socket.into(), dispatch, protocols, settings, stopping)
        };
        events::serving(&listener);
        let _handlers = EndHandlers(Arc::clone(&lifecycle));
        let mut connections = JoinSet::new();
        let mut shutdown = pin!(shutdown);
        loop {
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                Some(_) = connections.join_next() => {}
                // Above the limit the socket is dropped, which closes it.
                socket = accept(&listener) => if connections.len() < max_connections {
                    let span = events::connection(&socket);
                    trace::spawn_on(&mut connections, span, serve(socket));
                } else {
                    events::connection_refused(&socket, max_connections);
                },
            }
        }
        events::stopping(connections.len(), exit_wait);
        drop(listener);
        drop(stop);
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
