//! Putting a server together.

mod call_limits;
mod registering;
mod serving;

use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::binary::AnyService;
use super::connection::Settings;
use super::descriptors;
use super::limiter::Scopes;
use super::registry::{Registered, RegisteredAny};
use super::service::Service;
use super::stream_timeouts::StreamTimeouts;
use crate::call::CancelPolicy;
use crate::fleet::Registering;
use crate::middleware::{Hooks, on_read_stream_method, registration_methods};
use crate::streaming::RecvTimeout;
use crate::wire::{GrpcLimits, Limits, MinRate, ServerWires};

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

/// How many connections may do their worst before the memory of a server is full.
const AT_WORST: usize = 12;
/// The least that a connection needs for messages of a few MiB: the requests of multiplexed
/// ping-pong calls alone may be 32 MiB.
const LEAST_SHARE: usize = 40 * 1024 * 1024;
/// Twice what an idle connection costs on the wire on which it costs most.
const IDLE: usize = 48 * 1024;

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

    /// How old a connection may become, as grpc-go's `MaxConnectionAge`: ten percent more or less, so
    /// that connections which were made together do not end together. Default: any age. Then its
    /// client is told, where the wire can tell (gRPC: GOAWAY; ping-pong in a TTHeader; TTHeader
    /// Streaming by a frame that Kitex's clients ignore), so that new calls use another connection, and the
    /// connection closes when its running calls and streams have ended, or after
    /// [`max_connection_age_grace`](Self::max_connection_age_grace). Streams that are opened meanwhile are
    /// served.
    ///
    /// With it, clients behind a load balancer spread over servers that were added later.
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.settings.retire.age = Some(age);
        self
    }

    /// How long calls and streams may go on after [`max_connection_age`](Self::max_connection_age).
    /// Default: without limit. Then they end as at the end of [`exit_wait`](Self::exit_wait).
    pub fn max_connection_age_grace(mut self, grace: Duration) -> Self {
        self.settings.retire.grace = Some(grace);
        self
    }

    /// How long a connection may have no running call or stream, as grpc-go's `MaxConnectionIdle`.
    /// Default: any time. It closes after this time, and twice this time at most, in the same way as
    /// by its age. Ping-pong connections have [`idle_timeout`](Self::idle_timeout) besides.
    pub fn max_connection_idle(mut self, idle: Duration) -> Self {
        self.settings.retire.idle = Some(idle);
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

    /// How long nothing may follow the first part of a frame (TTHeader Streaming) or of a request
    /// (ping-pong); then the connection is closed. Default 10 s.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = Some(timeout);
        self
    }

    /// How fast a client must send a frame or a message that it has begun, on every wire, before the
    /// server closes the connection. Default 500 bytes a second after 20 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use streamgen_runtime::{MinRate, Server};
    ///
    /// let builder = Server::builder().min_rate(MinRate {
    ///     bytes_per_second: 10_000,
    ///     grace: Duration::from_secs(5),
    /// });
    /// ```
    ///
    /// Over gRPC, a message can lie in several frames. If these arrive in time and the message does
    /// not, its call ends with status 14, and the connection stays open.
    pub fn min_rate(mut self, rate: MinRate) -> Self {
        self.min_rate = Some(rate);
        self
    }

    /// How long a client may take nothing of what the server writes to it, on any wire, before the
    /// server closes the connection. Default 60 s. A byte stream with a buffer, such as TLS, has as
    /// long to pass on all that is in the buffer.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = Some(timeout);
        self
    }

    /// Bounds of each streaming connection.
    pub fn stream_limits(mut self, limits: Limits) -> Self {
        self.wires.streams = limits;
        self
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(mut self, limits: GrpcLimits) -> Self {
        self.wires.grpc = limits;
        self
    }

    /// Derives the limits of size from the memory that the process may use, in bytes, for a server that
    /// strangers can reach: a dozen connections have to do their worst at the same time to fill it,
    /// or one for each 40 MiB of a smaller memory. Half of it is for connections that are idle:
    /// [`max_connections`](Self::max_connections) becomes one for each 48 KiB, if the limit of
    /// descriptors allows as many. `docs/limits.md` shows the sums. What decoding builds of messages
    /// and what handlers keep come on top.
    ///
    /// It replaces what [`stream_limits`](Self::stream_limits), [`grpc_limits`](Self::grpc_limits),
    /// [`max_message`](Self::max_message) and `max_connections` have set. Call it before them to set
    /// some of these limits otherwise.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.wires.set_memory((bytes / AT_WORST).max(LEAST_SHARE));
        let connections = (bytes / IDLE).max(1);
        self.max_connections = Some(connections.min(descriptors::max_connections()));
        self
    }

    /// Speaks TLS on the whole port, for every wire; clients without it are not served.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::wire::tls::ServerTls) -> Self {
        self.settings.tls = Some(tls);
        self
    }

    /// Largest ping-pong request in bytes. A larger one is answered with an exception that says so
    /// (type 7), and closes the connection. Default 64 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.wires.calls.max_message = bytes;
        self
    }

    /// How long a ping-pong connection may stay without a request. Default 10 minutes.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.wires.calls.idle_timeout = timeout;
        self
    }

    /// How long a new connection may take to show what it speaks, by its first 8 bytes. A
    /// TLS handshake may take as long before that. Default 5 s.
    pub fn detection_timeout(mut self, timeout: Duration) -> Self {
        self.settings.detection_timeout = timeout;
        self
    }

    /// How many connections the server serves at a time; it closes further ones at once. Default:
    /// three quarters of the descriptors that the process may open when the server is bound
    /// (`RLIMIT_NOFILE`), so that handlers can open files and make calls. On Windows, 65,536.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = Some(connections);
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
