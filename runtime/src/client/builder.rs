//! Putting a client together.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::channel::{Channel, Defaults};
use super::targets::Targets;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::service::{ServiceInfo, Transport, UnaryTransport};
use crate::streaming::RecvTimeout;
use crate::wire::WireSettings;
use crate::wire::client::Abilities;
use crate::wire::grpc::GrpcLimits;
use crate::wire::grpc::compression::Encoding;
use crate::wire::io::{Dial, Endpoint, Scheme};
use crate::wire::ttheader::Limits;
use crate::wire::ttheader::client::PoolMode;

/// Settings that were made and are for one wire alone, by the name of their method.
#[derive(Clone, Copy, Default)]
struct Special {
    grpc: Option<&'static str>,
    streams: Option<&'static str>,
    idle_pool: Option<&'static str>,
}

/// Settings of a client to be; generated clients begin one with `builder`.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    service: &'static ServiceInfo,
    destination: FastStr,
    addresses: Vec<FastStr>,
    transport: Option<Transport>,
    unary_transport: Option<UnaryTransport>,
    defaults: Defaults,
    settings: WireSettings,
    special: Special,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Channel>> ClientBuilder<C> {
    /// For generated code: a client of `service`, known as `destination` in the registry.
    pub fn new(service: &'static ServiceInfo, destination: FastStr) -> Self {
        Self {
            service,
            destination,
            addresses: Vec::new(),
            transport: None,
            unary_transport: None,
            defaults: Defaults::default(),
            settings: WireSettings::default(),
            special: Special::default(),
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

    /// How connections are made, on every wire. Default: TCP and Unix sockets, as the address says.
    /// The addresses of the client are what `dial` is told to connect to. A tunnel in front of the server
    /// can be entered so, or a server in the same process met without a socket:
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
    /// [`ServerBuilder::serve_with_incoming`]: crate::ServerBuilder::serve_with_incoming
    pub fn dial(mut self, dial: impl Dial) -> Self {
        self.settings.set_dial(Arc::new(dial));
        self
    }

    /// The wire of streams. Default: Kitex's own for this kind of IDL (kitex-tool.md 5).
    ///
    /// [`Transport::Grpc`] carries ping-pong calls too, as Kitex's `GRPC` does, unless
    /// [`unary_transport`](Self::unary_transport) says otherwise, which is Kitex's `GRPCStreaming`.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The wire of ping-pong calls. Default, as in Kitex: [`UnaryTransport::Framed`] for Thrift, and for
    /// Protobuf gRPC if the service has streams, else [`UnaryTransport::TtHeaderFramed`].
    pub fn unary_transport(mut self, transport: UnaryTransport) -> Self {
        self.unary_transport = Some(transport);
        self
    }

    /// This process's own service name: servers see it as the caller, and cancel paths show it.
    pub fn caller(mut self, name: impl Into<FastStr>) -> Self {
        self.defaults.caller = name.into();
        self
    }

    /// Which streams share a connection. Default: all, over one connection for each core.
    /// [`PoolMode::Short`] holds for ping-pong calls too; otherwise those have connections of their
    /// own, with one call at a time on each: see [`max_idle_per_address`](Self::max_idle_per_address).
    pub fn pool(mut self, mode: PoolMode) -> Self {
        self.settings.set_pool(mode);
        self
    }

    /// How many idle connections for ping-pong calls are kept to each address. Default 10, as in
    /// Kitex. Not over gRPC, where all calls share connections.
    pub fn max_idle_per_address(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle_per_address = connections;
        self.special.idle_pool = Some("max_idle_per_address");
        self
    }

    /// How many idle connections for ping-pong calls are kept to all addresses together. Default
    /// 100, as in Kitex. Not over gRPC.
    pub fn max_idle(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle = connections;
        self.special.idle_pool = Some("max_idle");
        self
    }

    /// How long an idle connection for ping-pong calls is kept; it is closed after at most twice
    /// this time. Default 60 s, as in Kitex; at least 10 ms. Not over gRPC. Streams have theirs in
    /// [`PoolMode::Long`].
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.calls.idle_timeout = timeout;
        self.special.idle_pool = Some("idle_timeout");
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
        self.defaults.rpc_timeout = Some(timeout);
        self
    }

    /// How long a single `recv` of a stream may take, unless the call says otherwise. Default: no
    /// limit.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use streamgen_runtime::{Channel, ClientBuilder, RecvTimeout};
    /// # fn set<C: From<Channel>>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(Duration::from_secs(1)) // ends the stream
    /// # }
    /// # fn keep<C: From<Channel>>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(RecvTimeout::new(Duration::from_secs(1)).without_cancel_remote())
    /// # }
    /// ```
    pub fn recv_timeout(mut self, timeout: impl Into<RecvTimeout>) -> Self {
        self.defaults.recv_timeout = Some(timeout.into());
        self
    }

    /// Whether calls made with a handler's context send on the transient metainfo that the
    /// handler received. Default: no.
    pub fn transient_propagation(mut self, propagation: TransientPropagation) -> Self {
        self.defaults.propagation = propagation;
        self
    }

    /// Bounds of each streaming connection.
    pub fn stream_limits(mut self, limits: Limits) -> Self {
        self.settings.streams.limits = limits;
        self.special.streams = Some("stream_limits");
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
        self.special.grpc = Some("grpc_limits");
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
        self.settings.calls.max_message = bytes;
        self
    }

    /// Makes the client. Nothing is dialled before the first call.
    ///
    /// # Errors
    /// No address, or one that cannot be understood; over gRPC, a destination that cannot be the
    /// name of a host; settings that the wire has no use for, such as TLS, compression or a URL over
    /// another wire than gRPC, or a Protobuf service there.
    pub fn build(self) -> Result<C> {
        let targets = Targets::parse(&self.addresses)?;
        let stream = self.transport.unwrap_or(self.service.default_transport);
        let unary = self
            .unary_transport
            .unwrap_or_else(|| UnaryTransport::default_of(self.service, self.transport));
        let secured = self.is_secured();
        let Self {
            service,
            destination,
            defaults,
            settings,
            special,
            ..
        } = self;
        let wires = settings.wires(service, stream, unary, &destination)?;
        let abilities: Vec<Abilities> = wires.abilities().collect();
        special.check(&abilities)?;
        for wire in abilities {
            check(service, &defaults, wire, secured)?;
            for endpoint in targets.endpoints() {
                check_endpoint(endpoint, wire, secured)?;
            }
        }
        let channel = Channel::new(service, destination, targets, defaults, wires);
        Ok(C::from(channel))
    }

    fn is_secured(&self) -> bool {
        #[cfg(feature = "tls")]
        return self.settings.grpc.tls.is_some();
        #[cfg(not(feature = "tls"))]
        false
    }
}

/// Whether a wire has a use for a setting.
type Useful = fn(&Abilities) -> bool;

impl Special {
    /// Refuses settings of a wire that the client does not have.
    fn check(self, wires: &[Abilities]) -> Result<()> {
        let useful: [(_, Useful); 3] = [
            (self.grpc, |wire| wire.http2),
            (self.streams, |wire| wire.stream_limits),
            (self.idle_pool, |wire| wire.idle_pool),
        ];
        let useless = useful
            .into_iter()
            .find_map(|(setting, useful)| setting.filter(|_| !wires.iter().any(useful)));
        let Some(setting) = useless else {
            return Ok(());
        };
        let mut names: Vec<&str> = wires.iter().map(|wire| wire.name).collect();
        names.dedup();
        let names = names.join(" and ");
        let text = format!("`.{setting}(…)` has no effect over {names}");
        Err(Error::invalid_argument(text))
    }
}

/// Refuses what would have no effect on this wire.
fn check(service: &ServiceInfo, defaults: &Defaults, wire: Abilities, secured: bool) -> Result<()> {
    let name = wire.name;
    let problem = if !wire.payloads.contains(&service.payload) {
        format!("{:?} services are not called over {name}", service.payload)
    } else if secured && !wire.tls {
        format!("TLS is not for {name}")
    } else if defaults.encoding.is_some() && !wire.compression {
        format!("{name} compresses nothing")
    } else {
        return Ok(());
    };
    Err(Error::invalid_argument(format!(
        "{problem}: set `.transport(Transport::Grpc)`"
    )))
}

fn check_endpoint(endpoint: &Endpoint, wire: Abilities, secured: bool) -> Result<()> {
    let why = match endpoint.scheme() {
        Scheme::Http | Scheme::Https if !wire.http2 => {
            format!("{} has no URLs: write it without the scheme", wire.name)
        }
        Scheme::Http if secured => "the client has TLS: write https://".to_owned(),
        Scheme::Https if !secured => "the client has no TLS: set `.tls(…)`".to_owned(),
        _ => return Ok(()),
    };
    let text = format!("address `{endpoint}`: {why}");
    Err(Error::invalid_argument(text))
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.service.name)
            .field("destination", &self.destination)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
