//! Putting a client together.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use faststr::FastStr;

use super::channel::{Channel, Defaults};
use super::grpc::GrpcCalls;
use super::targets::Targets;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::service::{PayloadCodec, ServiceInfo, Transport, UnaryTransport};
use crate::streaming::RecvTimeout;
use crate::transport::grpc::GrpcLimits;
use crate::transport::grpc::client::Config as GrpcConfig;
use crate::transport::grpc::compression::Encoding;
use crate::transport::pingpong::PoolConfig;
use crate::transport::ttstream::Limits;
use crate::transport::ttstream::client::{ClientConfig, PoolMode};

/// Settings of a client to be; generated clients begin one with `builder`.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<C> {
    service: &'static ServiceInfo,
    destination: FastStr,
    addresses: Vec<FastStr>,
    transport: Option<Transport>,
    defaults: Defaults,
    streams: ClientConfig,
    calls: PoolConfig,
    grpc: GrpcConfig,
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
            defaults: Defaults::default(),
            streams: ClientConfig::default(),
            calls: PoolConfig::default(),
            grpc: GrpcConfig::default(),
            client: PhantomData,
        }
    }

    /// Adds an address of the server, `ip:port` or `host:port`; calls go to all of them in turn.
    /// A host name is resolved when it is needed, and again after 10 s; of its addresses the first
    /// IPv4 one is used.
    pub fn address(mut self, address: impl Into<FastStr>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// The wire of streams. Default: Kitex's own for this kind of IDL.
    ///
    /// [`Transport::Grpc`] carries ping-pong calls too.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The wire of ping-pong calls. Default: [`UnaryTransport::Framed`], as in Kitex.
    pub fn unary_transport(mut self, transport: UnaryTransport) -> Self {
        self.defaults.unary_transport = transport;
        self
    }

    /// This process's own service name: servers see it as the caller, and cancel paths show it.
    pub fn caller(mut self, name: impl Into<FastStr>) -> Self {
        self.defaults.caller = name.into();
        self
    }

    /// Which streams share a connection. Default: all, over one connection for each core.
    /// [`PoolMode::Short`] holds for ping-pong calls too; otherwise those keep up to 10 idle
    /// connections to an address, with one call at a time on each.
    pub fn pool(mut self, mode: PoolMode) -> Self {
        self.streams.pool = mode;
        self
    }

    /// How long dialling may take. Default 1 s, as in Kitex.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.streams.dial_timeout = timeout;
        self.grpc.dial_timeout = timeout;
        self.calls.connect_timeout = timeout;
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
        self.streams.limits = limits;
        self
    }

    /// Compresses the messages of gRPC calls, unless the call says otherwise. Default: not at all.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.defaults.encoding = Some(encoding);
        self
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(mut self, limits: GrpcLimits) -> Self {
        self.grpc.limits = limits;
        self
    }

    /// Secures gRPC connections. Kitex has TLS for no other wire.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::transport::tls::ClientTls) -> Self {
        self.grpc.tls = Some(tls);
        self
    }

    /// Largest ping-pong reply in bytes. Default 64 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.calls.max_message = bytes;
        self
    }

    /// Makes the client. Nothing is dialled before the first call.
    ///
    /// # Errors
    /// No address, or a malformed one; over gRPC, a destination that cannot be the name of a host;
    /// TLS or a Protobuf service on another wire.
    pub fn build(mut self) -> Result<C> {
        let targets = Targets::parse(&self.addresses)?;
        self.defaults.transport = self.transport.unwrap_or(self.service.default_transport);
        if self.service.payload == PayloadCodec::Protobuf
            && self.defaults.transport != Transport::Grpc
        {
            let text = "Protobuf services are called over gRPC only";
            return Err(Error::invalid_argument(text));
        }
        #[cfg(feature = "tls")]
        if self.grpc.tls.is_some() && self.defaults.transport != Transport::Grpc {
            let text = "TLS is for gRPC: set `.transport(Transport::Grpc)`";
            return Err(Error::invalid_argument(text));
        }
        if self.streams.pool == PoolMode::Short {
            self.calls.max_idle_per_address = 0;
            self.grpc.short = true;
        }
        let Self {
            service,
            destination,
            defaults,
            streams,
            calls,
            grpc,
            ..
        } = self;
        let grpc = match defaults.transport {
            Transport::Grpc => Some(GrpcCalls::new(service, &destination, grpc)?),
            Transport::TtHeaderStreaming => None,
        };
        Ok(C::from(Channel::new(
            service,
            destination,
            targets,
            defaults,
            streams,
            calls,
            grpc,
        )))
    }
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
