//! Serving what was put together: on an address, a listener or a stream of connections, or without a
//! socket.

use std::io;
use std::sync::Arc;

use futures_core::Stream;

use super::ServerBuilder;
use crate::error::{Error, Result};
use crate::fleet::OwnAddress;
use crate::server::bound::BoundServer;
use crate::server::connection::Parts;
use crate::server::descriptors;
use crate::server::invoker::Invoker;
use crate::server::lifecycle::Lifecycle;
use crate::server::listen::ListenOn;
use crate::server::max_connections::MaxConnections;
use crate::server::registry::Registry;
use crate::server::settings;
use crate::server::signals::Signals;
use crate::server::stopped::Stopped;
use crate::wire::io::Accepted;

impl ServerBuilder {
    /// Listens on an address, on a Unix socket or on a listener that exists already; see
    /// [`ListenOn`]. When this returns, clients can connect.
    ///
    /// # Errors
    /// The address cannot be resolved or listened on. Or the server cannot route calls to its
    /// services: it has no service, two services with one name, two fallbacks, or two services that
    /// share a method name without a fallback that has this method. Or no address can be registered.
    pub async fn bind(mut self, on: impl Into<ListenOn>) -> Result<BoundServer> {
        let max_connections = self
            .max_connections
            .unwrap_or_else(descriptors::max_connections);
        let drain_delay = self.drain_delay;
        let stops_on_signals = self.stops_on_signals;
        let config = self.call_limits.config().cloned();
        let registering = std::mem::take(&mut self.registering);
        let Parts {
            dispatch,
            lifecycle,
            protocols,
            settings,
        } = self.parts()?;
        let listener = on.into().listen().await?;
        let own = OwnAddress::new(listener.local_addr().ok());
        let entries = registering.into_iter().map(|one| one.entry(&own));
        let entries = entries.collect::<Result<_>>()?;
        let max_connections = MaxConnections::new(max_connections, config).await;
        // Before, a signal ends the process, which may wait for a name to be resolved.
        let signals = match stops_on_signals {
            true => Signals::listen()?,
            false => Signals::default(),
        };
        Ok(BoundServer {
            entries,
            listener,
            dispatch,
            lifecycle,
            protocols,
            settings,
            max_connections,
            drain_delay,
            signals,
        })
    }

    /// The server without a socket: for tests, and for programs that receive calls in another way. All
    /// settings hold but those that are about many connections and about TLS.
    ///
    /// # Errors
    /// The server cannot route calls to its services; see [`ServerBuilder::bind`]. Or it has a registry.
    pub fn invoker(self) -> Result<Invoker> {
        if !self.registering.is_empty() {
            return Err(Error::invalid_argument(
                "`.registry(…)` has no effect: a server without a socket has no address; leave it out",
            ));
        }
        Ok(Invoker::new(self.parts()?))
    }

    /// What serves connections, wherever they come from.
    fn parts(self) -> Result<Parts> {
        settings::check(
            &self.services,
            &self.any,
            self.stream_timeouts,
            self.hooks.direct,
        )?;
        self.settings.retire.check()?;
        let lifecycle = Arc::new(Lifecycle::new(self.on_cancel, self.stream_timeouts));
        let services = (self.services, self.any);
        let (strict, shared) = (self.named_only, Arc::clone(&lifecycle));
        let registry = Registry::new(services, strict, &self.hooks, &self.call_limits, shared)?;
        let mut wires = self.wires;
        if let Some(timeout) = self.stall_timeout {
            wires.set_stall_timeout(timeout);
        }
        if let Some(rate) = self.min_rate {
            wires.set_min_rate(rate);
        }
        if let Some(timeout) = self.send_timeout {
            wires.set_send_timeout(timeout);
        }
        Ok(Parts {
            dispatch: Arc::new(registry),
            lifecycle,
            protocols: wires.protocols(),
            settings: self.settings,
        })
    }

    /// Listens and serves until the future is dropped, or until a signal comes if the server
    /// [listens to signals](Self::stop_on_signals).
    ///
    /// # Errors
    /// The errors of [`ServerBuilder::bind`].
    pub async fn serve(self, on: impl Into<ListenOn>) -> Result<()> {
        self.bind(on).await?.serve().await
    }

    /// Listens and serves until `shutdown` completes, stops gracefully, and returns what was cut; see
    /// [`BoundServer::serve_until`].
    ///
    /// # Errors
    /// The errors of [`ServerBuilder::bind`].
    pub async fn serve_until(
        self,
        on: impl Into<ListenOn>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Stopped> {
        self.bind(on).await?.serve_until(shutdown).await
    }

    /// Listens and serves until `shutdown` completes; see [`BoundServer::serve_with_shutdown`].
    ///
    /// # Errors
    /// The errors of [`ServerBuilder::bind`].
    pub async fn serve_with_shutdown(
        self,
        on: impl Into<ListenOn>,
        shutdown: impl Future<Output = ()>,
    ) -> Result<()> {
        self.bind(on).await?.serve_with_shutdown(shutdown).await
    }

    /// Serves connections that other code accepts and puts into a stream; see
    /// [`ListenOn::incoming`]. Ends when the stream has ended and its last connection is closed, or
    /// when the future is dropped. All settings hold as for connections over TCP, including
    /// [`tls`](Self::tls) and [`max_connections`](Self::max_connections).
    ///
    /// A server and its client in memory, as for a test:
    ///
    /// ```
    /// # use std::io;
    /// # use std::pin::Pin;
    /// # use std::task::{Context, Poll};
    /// # use streamgen_runtime::{Result, Server, server::Service};
    /// /// Connections that arrive over a channel. tokio-stream has a similar type, `ReceiverStream`.
    /// struct Incoming(tokio::sync::mpsc::Receiver<tokio::io::DuplexStream>);
    ///
    /// impl futures_core::Stream for Incoming {
    ///     type Item = io::Result<tokio::io::DuplexStream>;
    ///
    ///     fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
    ///         self.0.poll_recv(cx).map(|next| next.map(Ok))
    ///     }
    /// }
    ///
    /// # async fn run(echo: impl Service) -> Result<()> {
    /// let (connect, accept) = tokio::sync::mpsc::channel(1);
    /// let server = Server::builder().add_service(echo);
    /// let serving = tokio::spawn(server.serve_with_incoming(Incoming(accept)));
    ///
    /// let (near, far) = tokio::io::duplex(64 * 1024);
    /// connect.send(far).await.expect("the server takes connections");
    /// // … `near` is a client's connection.
    /// # drop((near, serving));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server cannot route calls to its services; see [`ServerBuilder::bind`].
    pub async fn serve_with_incoming<C: Into<Accepted>>(
        self,
        incoming: impl Stream<Item = io::Result<C>> + Send + 'static,
    ) -> Result<()> {
        self.serve(ListenOn::incoming(incoming)).await
    }

    /// As [`ServerBuilder::serve_with_incoming`], and stops gracefully when `shutdown` completes; see
    /// [`BoundServer::serve_with_shutdown`].
    ///
    /// # Errors
    /// The server cannot route calls to its services; see [`ServerBuilder::bind`].
    pub async fn serve_with_incoming_shutdown<C: Into<Accepted>>(
        self,
        incoming: impl Stream<Item = io::Result<C>> + Send + 'static,
        shutdown: impl Future<Output = ()>,
    ) -> Result<()> {
        let on = ListenOn::incoming(incoming);
        self.serve_with_shutdown(on, shutdown).await
    }
}
