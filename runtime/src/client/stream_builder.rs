//! Putting a stream client together.

use std::fmt;
use std::time::Duration;

use faststr::FastStr;

use super::builder::ClientBuilder;
use super::methods::Methods;
use super::service_client::ServiceClient;
use crate::call::Encoding;
use crate::config::ConfigSource;
use crate::error::Result;
use crate::fleet::Fleet;
use crate::metainfo::TransientPropagation;
use crate::middleware::registration_methods;
use crate::service::{ServiceInfo, Transport};
use crate::streaming::RecvTimeout;
use crate::wire::io::Dial;
use crate::wire::{GrpcLimits, Limits, PoolMode};

/// The settings of a stream client, which Kitex's classic surface has beside the client for calls, as
/// Kitex's `streamclient` package has those of a `StreamClient`. Settings that streams do not support
/// are not there, and so do not compile:
///
/// ```compile_fail,E0599
/// # use std::time::Duration;
/// # use streamgen_runtime::StreamClientBuilder;
/// # fn set<C>(builder: StreamClientBuilder<C>) -> StreamClientBuilder<C> {
/// builder.rpc_timeout(Duration::from_secs(1)) // a call may have a `.timeout(…)`
/// # }
/// ```
///
/// The same settings as [`ClientBuilder`] has them. Without any, streams go over gRPC, and so do
/// methods with `streaming.mode = "unary"`.
#[must_use = "a builder does nothing until `build` is called"]
pub struct StreamClientBuilder<C>(ClientBuilder<C>);

impl<C> StreamClientBuilder<C> {
    /// Adds an address of the server; see [`ClientBuilder::address`].
    pub fn address(self, address: impl Into<FastStr>) -> Self {
        Self(self.0.address(address))
    }

    /// Asks a resolver where the instances of the service are; see [`ClientBuilder::fleet`].
    pub fn fleet(self, fleet: Fleet) -> Self {
        Self(self.0.fleet(fleet))
    }

    /// Takes settings from a file or a configuration center; see [`ClientBuilder::config`].
    pub fn config(self, client: impl Into<FastStr>, source: impl ConfigSource) -> Self {
        Self(self.0.config(client, source))
    }

    /// How the client makes its connections; see [`ClientBuilder::dial`].
    pub fn dial(self, dial: impl Dial) -> Self {
        Self(self.0.dial(dial))
    }

    /// The wire of streams. Default: gRPC, the only one that a Kitex stream client has. Methods with
    /// `streaming.mode = "unary"` go over gRPC whatever is set here.
    pub fn transport(self, transport: Transport) -> Self {
        Self(self.0.transport(transport))
    }

    /// This process's own service name; see [`ClientBuilder::caller`].
    pub fn caller(self, name: impl Into<FastStr>) -> Self {
        Self(self.0.caller(name))
    }

    /// Which streams share a connection; see [`ClientBuilder::pool`].
    pub fn pool(self, mode: PoolMode) -> Self {
        Self(self.0.pool(mode))
    }

    /// How long opening a stream may take to reach a server; see [`ClientBuilder::connect_timeout`].
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        Self(self.0.connect_timeout(timeout))
    }

    /// How long a single `recv` of a stream may take; see [`ClientBuilder::recv_timeout`].
    pub fn recv_timeout(self, timeout: impl Into<RecvTimeout>) -> Self {
        Self(self.0.recv_timeout(timeout))
    }

    /// How long a single `send` of a stream may wait for room; see [`ClientBuilder::send_timeout`].
    pub fn send_timeout(self, timeout: Duration) -> Self {
        Self(self.0.send_timeout(timeout))
    }

    /// How long a whole stream may take; see [`ClientBuilder::stream_timeout`].
    pub fn stream_timeout(self, timeout: Duration) -> Self {
        Self(self.0.stream_timeout(timeout))
    }

    /// Whether streams pass on the transient metainfo of the handler that opens them; see
    /// [`ClientBuilder::transient_propagation`].
    pub fn transient_propagation(self, propagation: TransientPropagation) -> Self {
        Self(self.0.transient_propagation(propagation))
    }

    /// Bounds of each TTHeader Streaming connection.
    pub fn stream_limits(self, limits: Limits) -> Self {
        Self(self.0.stream_limits(limits))
    }

    /// Compresses the messages that streams send over gRPC; see [`ClientBuilder::encoding`].
    pub fn encoding(self, encoding: Encoding) -> Self {
        Self(self.0.encoding(encoding))
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(self, limits: GrpcLimits) -> Self {
        Self(self.0.grpc_limits(limits))
    }

    /// Secures gRPC connections.
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: crate::wire::tls::ClientTls) -> Self {
        Self(self.0.tls(tls))
    }

    registration_methods!(|this| this.0.hooks);
}

impl<C: From<ServiceClient>> StreamClientBuilder<C> {
    /// For generated code: a stream client of `service`, known as `destination` in the registry.
    pub fn new(service: &'static ServiceInfo, destination: FastStr) -> Self {
        let methods = Methods::over_stream(service);
        Self(ClientBuilder::of(Some(methods), destination))
    }

    /// Makes the client, over a channel of its own. Nothing is dialled before the first stream.
    ///
    /// # Errors
    /// Those of [`ClientBuilder::build`].
    pub fn build(self) -> Result<C> {
        self.0.build()
    }
}

impl<C> fmt::Debug for StreamClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StreamClientBuilder").field(&self.0).finish()
    }
}
