//! Putting a client together.

mod building;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::channel::{Channel, Defaults, Transports};
use super::methods::Methods;
use super::service_client::ServiceClient;
use super::settings::{Pool, Settings};
use crate::call::Encoding;
use crate::config::{ConfigNames, ConfigSource, Watching};
use crate::fleet::Fleet;
use crate::metainfo::TransientPropagation;
use crate::middleware::{Hooks, registration_methods};
use crate::retry::RetryPolicy;
use crate::service::{ServiceInfo, Transport, UnaryTransport};
use crate::streaming::RecvTimeout;
use crate::wire::io::Dial;
use crate::wire::{GrpcLimits, Limits, PoolMode, WireSettings};

/// The settings of a client or of a [`Channel`]. The function `builder` of a generated client
/// starts those of a client; [`Channel::builder`] starts those of a channel, which several clients
/// can share.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    /// `None` for a channel, which belongs to no single service.
    methods: Option<Methods>,
    destination: FastStr,
    addresses: Vec<FastStr>,
    /// Where the instances are, instead of addresses.
    fleet: Option<Fleet>,
    /// The address that stands for the server of a [`dial`](Self::dial) which needs none.
    only_address: Option<FastStr>,
    transports: Transports,
    defaults: Defaults,
    settings: WireSettings,
    made: Settings,
    pub(super) hooks: Hooks,
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    pub(super) fn of(methods: Option<Methods>, destination: FastStr) -> Self {
        Self {
            methods,
            destination,
            addresses: Vec::new(),
            fleet: None,
            only_address: None,
            transports: Transports::default(),
            defaults: Defaults::default(),
            settings: WireSettings::default(),
            made: Settings::default(),
            hooks: Hooks::new(),
            client: PhantomData,
        }
    }

    /// Adds an address of the server; calls go to all of them in turn. One that cannot be reached is
    /// left out for a while, between half a second and half a minute, as long as there are others;
    /// a call that meets it goes on to the next one, within [`connect_timeout`](Self::connect_timeout).
    ///
    /// `ip:port`, `host:port` (also written `dns:///host:port`) or, on Unix, the path of a socket as
    /// `unix:path` or `unix:///path`. Over gRPC also `http://host:port`, and with TLS
    /// `https://host:port`. A host name is resolved for each new connection, and again after 10 s; of
    /// its addresses, IPv4 and IPv6, the one that answers first is used.
    pub fn address(mut self, address: impl Into<FastStr>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// Asks a resolver where the instances of the service are, instead of being told by
    /// [`address`](Self::address), and picks one of them for each call and each stream: Kitex's
    /// `WithResolver` and `WithLoadBalancer`. The resolver is asked for the name that the builder was given.
    ///
    /// ```
    /// # use streamgen_runtime::{ClientBuilder, Result};
    /// use streamgen_runtime::fleet::{Fleet, Instance, LeastStreams, StaticList};
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> Result<ClientBuilder<C>> {
    /// let instances = [
    ///     Instance::parse("10.0.0.1:8888")?,
    ///     Instance::parse("10.0.0.2:8888")?.with_weight(20),
    /// ];
    /// Ok(builder.fleet(Fleet::new(StaticList::new(instances)).balancer(LeastStreams)))
    /// # }
    /// ```
    pub fn fleet(mut self, fleet: Fleet) -> Self {
        self.fleet = Some(fleet);
        self
    }

    /// How the client makes its connections, on every wire. Default: over TCP or a Unix socket, as
    /// the address says. The client calls `dial` with one of its addresses. `dial` can go through a
    /// tunnel in front of the server, or reach a server in the same process without a socket:
    ///
    /// ```
    /// use streamgen_runtime::client::{Dial, Dialling, Endpoint};
    /// use tokio::io::{DuplexStream, duplex};
    /// use tokio::sync::mpsc::Sender;
    ///
    /// /// Hands the far ends to [`ServerBuilder::serve_with_incoming`].
    /// struct InMemory(Sender<DuplexStream>);
    ///
    /// impl Dial for InMemory {
    ///     fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
    ///         Box::pin(async {
    ///             let (near, far) = duplex(64 * 1024);
    ///             let sent = self.0.send(far).await;
    ///             sent.map_err(|_| std::io::ErrorKind::ConnectionRefused)?;
    ///             Ok(near.into())
    ///         })
    ///     }
    /// }
    /// ```
    ///
    /// [`Invoker`](crate::server::Invoker) does the latter for tests, and needs no
    /// [`address`](Self::address).
    ///
    /// [`ServerBuilder::serve_with_incoming`]: crate::ServerBuilder::serve_with_incoming
    pub fn dial(mut self, dial: impl Dial) -> Self {
        self.only_address = dial.only_address().map(FastStr::new);
        self.settings.set_dial(Arc::new(dial));
        self
    }

    /// The wire of streams. Default: the wire that Kitex uses for this kind of IDL
    /// (kitex-tool.md 5).
    ///
    /// [`Transport::Grpc`] carries ping-pong calls too, as Kitex's `GRPC` does. If
    /// [`unary_transport`](Self::unary_transport) chooses another wire for ping-pong calls, it
    /// carries streams alone, as Kitex's `GRPCStreaming` does. The setting holds for all calls: as
    /// in Kitex, a single call can have its own address but not its own wire.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.made.transport();
        self.transports.stream = Some(transport);
        self
    }

    /// The wire of ping-pong calls. Default, as in Kitex: [`UnaryTransport::Framed`] for Thrift, and for
    /// Protobuf gRPC if the service has streams, else [`UnaryTransport::TtHeaderFramed`].
    pub fn unary_transport(mut self, transport: UnaryTransport) -> Self {
        self.made.of_calls("unary_transport");
        self.transports.unary = Some(transport);
        self
    }

    /// This process's own service name: servers see it as the caller, and cancel paths show it. Framed
    /// and Buffered carry no name.
    pub fn caller(mut self, name: impl Into<FastStr>) -> Self {
        self.made.caller();
        self.defaults.caller = name.into();
        self
    }

    /// Which streams share a connection. Default: all streams share one connection for each core, and
    /// over gRPC one connection. [`PoolMode::Long`] is for TTHeader Streaming only.
    /// [`PoolMode::Short`] holds for ping-pong calls too; with any other mode, ping-pong calls have
    /// their own connections: see [`unary_pool`](Self::unary_pool).
    pub fn pool(mut self, mode: PoolMode) -> Self {
        self.made.pool(sharing(mode));
        self.settings.set_pool(mode);
        self
    }

    /// Which ping-pong calls share a connection. Default: [`PoolMode::Long`], where each connection
    /// carries one call at a time, as in Kitex. The setting does not apply to gRPC, where all calls
    /// share connections.
    ///
    /// [`PoolMode::Mux`] is Kitex's `WithMuxConnection`: each connection carries any number of
    /// calls at a time, and the server may answer them in any order. This mode needs a TTHeader.
    /// Therefore, as in Kitex, a client whose default transport would be `Framed` gets
    /// [`UnaryTransport::TtHeaderFramed`] as its default. A server of this crate serves the calls
    /// of one connection concurrently, and so does a Kitex server with `WithMuxTransport`; a Kitex
    /// server without that option serves them one after the other. If a call is dropped or times
    /// out, the server does not cancel it before the call's `rpc_timeout`. A oneway call ends when
    /// its request is queued.
    pub fn unary_pool(mut self, mode: PoolMode) -> Self {
        self.settings.set_unary_pool(mode);
        self.transports.multiplexed = matches!(mode, PoolMode::Mux { .. });
        self.made.unary_pool(sharing(mode));
        self
    }

    /// Whether ping-pong requests carry a checksum of their payload in their TTHeader, as with
    /// Kitex's `CRC32Check`. Default: no. Servers of this crate, and Kitex servers with
    /// `CRC32Check`, check it, refuse a payload that was damaged on the way, and put a checksum
    /// into the reply. The client checks the checksum of any reply that has one, whatever this
    /// setting.
    pub fn checksum(mut self, checksum: bool) -> Self {
        self.settings.calls.checksum = checksum;
        self.made.of_call_headers("checksum", checksum);
        self
    }

    /// How many idle connections for ping-pong calls are kept to each address. Default 10, as in
    /// Kitex. Not over gRPC, where all calls share connections.
    pub fn max_idle_per_address(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle_per_address = connections;
        self.made.of_idle_connections("max_idle_per_address");
        self
    }

    /// How many idle connections for ping-pong calls are kept to all addresses together. Default
    /// 100, as in Kitex. Not over gRPC.
    pub fn max_idle(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle = connections;
        self.made.of_idle_connections("max_idle");
        self
    }

    /// How long an idle connection for ping-pong calls is kept; it is closed after at most twice
    /// this time. Default 60 s, as in Kitex; at least 10 ms. Not over gRPC. Streams have theirs in
    /// [`PoolMode::Long`].
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.calls.idle_timeout = timeout;
        self.made.of_idle_connections("idle_timeout");
        self
    }

    /// How long a call may take to reach a server: resolving, dialling, securing the connection, and
    /// over gRPC the server's first word. All addresses that are tried share this time. Default
    /// 1 s, as in Kitex.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.settings.set_connect_timeout(timeout);
        self.defaults.connect_timeout = Some(timeout);
        self
    }

    /// How long a ping-pong call may take, unless the call says otherwise. TTHeader tells the
    /// server. Default: no limit.
    pub fn rpc_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_calls("rpc_timeout");
        self.defaults.rpc_timeout = Some(timeout);
        self
    }

    /// Makes calls of this method again as `policy` says, although a handler may have seen them: the method, by
    /// its IDL name, may run twice. Kitex's `WithRetryMethodPolicies`. Calls without stream only, and not
    /// oneway calls. Default: only calls that reached no handler are made again.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::retry::RetryPolicy;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder
    ///     .rpc_timeout(Duration::from_millis(200)) // of each attempt
    ///     .retry("Get", RetryPolicy::failure())
    ///     .retry("List", RetryPolicy::backup(Duration::from_millis(50)))
    /// # }
    /// ```
    pub fn retry(mut self, method: impl Into<FastStr>, policy: RetryPolicy) -> Self {
        self.made.retry();
        self.defaults.retries.set(method.into(), policy);
        self
    }

    /// Makes calls again as `policy` says of all methods that the IDL declares safe to run twice:
    /// `retry = "safe"` in Thrift, `idempotency_level = IDEMPOTENT` or `NO_SIDE_EFFECTS` in Protobuf. A
    /// policy of a [method](Self::retry) is stronger. Default: only calls that reached no handler are made
    /// again.
    ///
    /// ```
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::retry::RetryPolicy;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.retry_safe(RetryPolicy::failure())
    /// # }
    /// ```
    pub fn retry_safe(mut self, policy: RetryPolicy) -> Self {
        self.made.retry_safe();
        self.defaults.retries.set_safe(policy);
        self
    }

    /// Takes timeouts, circuit breakers, retries and degradation from a file or a configuration center, in the
    /// JSON of Kitex's suites, while the program runs: Kitex's `WithSuite` of `config-file` and `config-etcd`.
    /// `client` is what this program is called there; the service is the name that the builder was given.
    /// What the configuration says of a method holds for each call that begins afterwards, instead of what
    /// the builder has set; options of the call itself are stronger. See [`config`](crate::config).
    ///
    /// ```
    /// # use streamgen_runtime::ClientBuilder;
    /// use streamgen_runtime::config::ConfigFile;
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.config("ClientName", ConfigFile::new("/etc/shop/kitex.json"))
    /// # }
    /// ```
    pub fn config(mut self, client: impl Into<FastStr>, source: impl ConfigSource) -> Self {
        let names = ConfigNames::of_client(client, self.destination.clone());
        self.defaults.config = Some(Arc::new(Watching::new(names, source)));
        self
    }

    /// How long a single `recv` of a stream may take, unless the call says otherwise. Default: no
    /// limit.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use streamgen_runtime::{ClientBuilder, RecvTimeout};
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(Duration::from_secs(1)) // ends the stream
    /// # }
    /// # fn keep<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(RecvTimeout::new(Duration::from_secs(1)).without_cancel_remote())
    /// # }
    /// ```
    pub fn recv_timeout(mut self, timeout: impl Into<RecvTimeout>) -> Self {
        self.made.of_streams("recv_timeout");
        self.defaults.recv_timeout = Some(timeout.into());
        self
    }

    /// How long a single `send` of a stream may wait for room, unless the call says otherwise. Then
    /// the stream ends: code 12016, on gRPC status 4. Default: no limit; a server that takes nothing
    /// at all loses its connection after the `send_timeout` of [`Limits`]. Kitex has no such
    /// setting.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_streams("send_timeout");
        self.defaults.send_timeout = Some(timeout);
        self
    }

    /// How long a whole stream may take, from its opening to its end, unless the call says otherwise.
    /// Then it is cancelled: code 12015, on gRPC status 4. Default: no limit. Kitex has this only as
    /// a context with a deadline.
    pub fn stream_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_streams("stream_timeout");
        self.defaults.stream_timeout = Some(timeout);
        self
    }

    /// Whether calls made with a handler's context send on the transient metainfo that the
    /// handler received. Default: no.
    pub fn transient_propagation(mut self, propagation: TransientPropagation) -> Self {
        self.made
            .propagation(propagation != TransientPropagation::SingleHop);
        self.defaults.propagation = propagation;
        self
    }

    /// Bounds of each streaming connection.
    pub fn stream_limits(mut self, limits: Limits) -> Self {
        self.settings.streams.limits = limits;
        self.made.stream_limits();
        self
    }

    /// Compresses the messages of gRPC calls, unless the call says otherwise. Default: not at all.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.defaults.encoding = Some(encoding);
        self
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(mut self, limits: GrpcLimits) -> Self {
        self.settings.grpc.limits = limits;
        self.made.grpc_limits();
        self
    }

    /// Secures gRPC connections. Kitex has TLS for no other wire.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::wire::tls::ClientTls) -> Self {
        self.settings.grpc.tls = Some(tls);
        self
    }

    /// Largest ping-pong reply in bytes. Default 64 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.made.max_message();
        self.settings.calls.max_message = bytes;
        self
    }

    registration_methods!(|this| this.hooks);
}

impl<C: From<ServiceClient>> ClientBuilder<C> {
    /// For generated code: a client of `service`, known as `destination` in the registry.
    pub fn new(service: &'static ServiceInfo, destination: FastStr) -> Self {
        Self::of(Some(Methods::all(service)), destination)
    }

    /// For generated code: a client of the classic surface; see [`ServiceClient::of_calls`].
    pub fn of_calls(service: &'static ServiceInfo, destination: FastStr) -> Self {
        Self::of(Some(Methods::calls(service)), destination)
    }
}

impl ClientBuilder<Channel> {
    pub(super) fn of_channel(destination: FastStr) -> Self {
        Self::of(None, destination)
    }
}

fn sharing(mode: PoolMode) -> Pool {
    match mode {
        PoolMode::Mux { .. } => Pool::Shared,
        PoolMode::Long { .. } => Pool::Kept,
        PoolMode::Short => Pool::None,
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.methods.map(|methods| methods.service.name))
            .field("destination", &self.destination)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
