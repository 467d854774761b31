//! Putting a server together.

mod call_limits;
mod limits;
mod registering;
mod retirement;
mod serving;

use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::binary::AnyService;
use super::connection::Settings;
use super::limiter::Scopes;
use super::registry::{Registered, RegisteredAny};
use super::service::Service;
use super::stream_timeouts::StreamTimeouts;
use crate::call::CancelPolicy;
use crate::fleet::Registering;
use crate::middleware::{Hooks, on_read_stream_method, registration_methods};
use crate::streaming::RecvTimeout;
use crate::wire::{MinRate, ServerWires};

/// Serves every wire of Kitex's services on one port: gRPC, TTHeader Streaming, and ping-pong over
/// Framed and TTHeader.
///
/// ```no_run
/// # use streamgen_runtime::{Result, Server, server::Service};
/// # async fn run(echo: impl Service, other: impl Service) -> Result<()> {
/// Server::builder()
///     .add_fallback_service(echo)
///     .add_service(other)
///     .serve("0.0.0.0:8888")
///     .await
/// # }
/// ```
#[derive(Debug)]
pub enum Server {}

impl Server {
    /// Begins a server without services.
    pub fn builder() -> ServerBuilder {
        ServerBuilder {
            services: Vec::new(),
            any: Vec::new(),
            hooks: Hooks::new(),
            named_only: false,
            registering: Vec::new(),
            max_connections: None,
            wires: ServerWires::default(),
            settings: Settings::default(),
            on_cancel: CancelPolicy::default(),
            stream_timeouts: StreamTimeouts::default(),
            call_limits: Scopes::default(),
            drain_delay: Duration::ZERO,
            stops_on_signals: false,
            stall_timeout: None,
            min_rate: None,
            send_timeout: None,
        }
    }
}

/// The services and bounds of a server to be.
#[must_use = "a server serves nothing until it is bound"]
pub struct ServerBuilder {
    services: Vec<Registered>,
    any: Vec<RegisteredAny>,
    hooks: Hooks,
    named_only: bool,
    registering: Vec<Registering>,
    /// If not set, as many as the limit of descriptors allows.
    max_connections: Option<usize>,
    wires: ServerWires,
    settings: Settings,
    on_cancel: CancelPolicy,
    stream_timeouts: StreamTimeouts,
    call_limits: Scopes,
    drain_delay: Duration,
    stops_on_signals: bool,
    /// If set, overrides the value of every wire.
    stall_timeout: Option<Duration>,
    /// If set, overrides the value of every wire.
    min_rate: Option<MinRate>,
    /// If set, overrides the value of every wire.
    send_timeout: Option<Duration>,
}

impl ServerBuilder {
    /// Adds a service. Calls find it by its name; calls that name no service, as Framed ones,
    /// find it by the method if no fallback service has that.
    pub fn add_service(self, service: impl Service) -> Self {
        self.add(service, false)
    }

    /// Adds the service that is asked first when a call names no service or an unknown one. One
    /// service at most can be it, and one has to be if services share method names.
    pub fn add_fallback_service(self, service: impl Service) -> Self {
        self.add(service, true)
    }

    fn add(mut self, service: impl Service, fallback: bool) -> Self {
        self.services.push(Registered {
            service: Arc::new(service),
            fallback,
        });
        self
    }

    /// Adds what takes every call of the service of this name, or with `None` every call that nobody
    /// else takes.
    pub(super) fn add_any(mut self, name: Option<FastStr>, service: AnyService) -> Self {
        self.any.push(RegisteredAny { name, service });
        self
    }

    /// Serves only calls that name a service of this server exactly. Framed calls name none.
    pub fn refuse_calls_without_service(mut self) -> Self {
        self.named_only = true;
        self
    }

    /// How long a stopping server lets running calls and streams go on. Default 5 s. Then it closes
    /// their connections and cancels their handlers, and 200 ms later it drops the handlers that
    /// have not returned, also those whose connection was lost before. One that blocks its thread,
    /// and does not come to an `.await`, is waited for.
    pub fn exit_wait(mut self, wait: Duration) -> Self {
        self.settings.exit_wait = wait;
        self
    }

    /// How long a server that was told to stop serves on as before, new connections included, so that
    /// those who send it clients learn that they shall send none: a registry's clients, a load balancer,
    /// the endpoints of a Kubernetes service. Then it begins to drain. Default: not at all. Kitex's clients
    /// ask their resolver every 5 s.
    pub fn drain_delay(mut self, delay: Duration) -> Self {
        self.drain_delay = delay;
        self
    }

    /// The server stops gracefully when the process gets SIGTERM or SIGINT, or on Windows Ctrl-C:
    /// [`serve`](Self::serve) returns when it has stopped. Another signal ends the wait for calls and
    /// streams that run. Without this, such a signal ends the process at once.
    ///
    /// ```no_run
    /// # use streamgen_runtime::{Result, Server, server::Service};
    /// # async fn run(echo: impl Service) -> Result<()> {
    /// Server::builder()
    ///     .add_service(echo)
    ///     .stop_on_signals()
    ///     .serve("0.0.0.0:8888")
    ///     .await
    /// # }
    /// ```
    pub fn stop_on_signals(mut self) -> Self {
        self.stops_on_signals = true;
        self
    }

    /// What becomes of handlers whose calls end before them. Default: they are told, and run on.
    ///
    /// ```
    /// use streamgen_runtime::{CancelPolicy, Server};
    ///
    /// let builder = Server::builder().on_cancel(CancelPolicy::Drop);
    /// ```
    pub fn on_cancel(mut self, policy: CancelPolicy) -> Self {
        self.on_cancel = policy;
        self
    }

    /// How long a single `recv` of a handler's stream may take, unless the handler says otherwise.
    /// Then the stream ends: the handler's context is cancelled, and the client gets the error that
    /// it would get if the handler returned it. Default: no limit. Kitex's servers have none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use streamgen_runtime::{RecvTimeout, Server};
    ///
    /// let builder = Server::builder().stream_recv_timeout(Duration::from_secs(60));
    /// let minute = RecvTimeout::new(Duration::from_secs(60)).without_cancel_remote();
    /// let builder = builder.stream_recv_timeout(minute); // only the `recv` fails
    /// ```
    pub fn stream_recv_timeout(mut self, timeout: impl Into<RecvTimeout>) -> Self {
        self.stream_timeouts.recv = Some(timeout.into());
        self
    }

    /// How long a single `send` of a handler's stream may wait for room, unless the handler says
    /// otherwise. Then the stream ends, as with [`stream_recv_timeout`](Self::stream_recv_timeout);
    /// over gRPC it is reset, because a client that takes nothing would not take its status either.
    /// Default: no limit; [`send_timeout`](Self::send_timeout) limits the same for the connection.
    pub fn stream_send_timeout(mut self, timeout: Duration) -> Self {
        self.stream_timeouts.send = Some(timeout);
        self
    }

    /// Speaks TLS on the whole port, for every wire; clients without it are not served.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::wire::tls::ServerTls) -> Self {
        self.settings.tls = Some(tls);
        self
    }

    registration_methods!(|this| this.hooks);
    on_read_stream_method!(|this| this.hooks);
}

impl std::fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = self
            .services
            .iter()
            .map(|registered| registered.service.info().name);
        let any = self.any.iter().map(|any| any.name.as_deref());
        let names = names.chain(any.map(|name| name.unwrap_or("*")));
        f.debug_struct("ServerBuilder")
            .field("services", &names.collect::<Vec<_>>())
            .field("wires", &self.wires)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
