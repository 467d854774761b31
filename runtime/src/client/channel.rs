//! The way to one destination, which any number of generated clients share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::builder::ClientBuilder;
use super::checks;
use super::targets::Targets;
use crate::call::Encoding;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::service::{ServiceInfo, Transport, UnaryTransport};
use crate::streaming::RecvTimeout;
use crate::wire::Wires;
use crate::wire::client::{Abilities, StreamWire, UnaryWire};
use crate::wire::io::{CONNECT_TIMEOUT, Endpoint};

/// The connections to one destination and the settings of its calls. Clones share both, and so do
/// all clients that are made with one of them:
///
/// ```
/// # use streamgen_runtime::{Channel, Result};
/// # struct UserClient;
/// # struct OrderClient;
/// # impl UserClient { fn new(_: Channel) -> Self { Self } }
/// # impl OrderClient { fn new(_: Channel) -> Self { Self } }
/// # fn main() -> Result<()> {
/// let channel = Channel::builder("shop").address("127.0.0.1:8888").build()?;
/// let users = UserClient::new(channel.clone()); // both are generated
/// let orders = OrderClient::new(channel);
/// # Ok(())
/// # }
/// ```
///
/// Wires that the builder was not told of are chosen for each client by its service, as Kitex does
/// (kitex-tool.md 5); clients whose services have the same wire share its connections. A client
/// whose service the channel's wires cannot carry is made all the same, and its calls fail with
/// [`InvalidArgument`](crate::ErrorKind::InvalidArgument); the builder of a generated client
/// says so when it builds.
///
/// Connections are made when a call needs them, and closed when the last client and the last clone
/// are gone and the calls on them have ended.
#[derive(Clone)]
pub struct Channel(Arc<Shared>);

struct Shared {
    destination: FastStr,
    targets: Targets,
    defaults: Defaults,
    transports: Transports,
    wires: Wires,
}

/// What holds for calls that say nothing else.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) caller: FastStr,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) rpc_timeout: Option<Duration>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    pub(super) propagation: TransientPropagation,
    /// How messages are compressed (gRPC).
    pub(super) encoding: Option<Encoding>,
}

/// The wires that the user has chosen; `None`: Kitex's choice for the service of each client.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Transports {
    pub(super) stream: Option<Transport>,
    pub(super) unary: Option<UnaryTransport>,
    /// Whether ping-pong calls share connections, which needs a TTHeader.
    pub(super) multiplexed: bool,
}

impl Transports {
    /// The wire of the service's streams; `None` if it has none.
    fn stream(self, service: &ServiceInfo) -> Option<Transport> {
        let chosen = self.stream.unwrap_or(service.default_transport);
        service.has_streams().then_some(chosen)
    }

    /// The wire of the service's ping-pong calls; `None` if it has none.
    fn unary(self, service: &ServiceInfo) -> Option<UnaryTransport> {
        let by_default = || UnaryTransport::default_of(service, self.stream, self.multiplexed);
        let chosen = self.unary.unwrap_or_else(by_default);
        service.has_calls().then_some(chosen)
    }
}

impl Channel {
    /// Starts a channel to what the registry knows as `destination`.
    pub fn builder(destination: impl Into<FastStr>) -> ClientBuilder<Self> {
        ClientBuilder::of_channel(destination.into())
    }

    pub(super) fn new(
        destination: FastStr,
        targets: Targets,
        defaults: Defaults,
        transports: Transports,
        wires: Wires,
    ) -> Self {
        Self(Arc::new(Shared {
            destination,
            targets,
            defaults,
            transports,
            wires,
        }))
    }

    pub(super) fn destination(&self) -> &FastStr {
        &self.0.destination
    }

    pub(super) fn targets(&self) -> &Targets {
        &self.0.targets
    }

    pub(super) fn defaults(&self) -> &Defaults {
        &self.0.defaults
    }

    /// How long a call may spend on connecting.
    pub(super) fn connect_limit(&self) -> Duration {
        self.0.defaults.connect_timeout.unwrap_or(CONNECT_TIMEOUT)
    }

    /// The wire of a service's streams.
    ///
    /// # Errors
    /// A service without streams; one that this channel cannot carry.
    pub(super) fn stream_wire(&self, service: &ServiceInfo) -> Result<Arc<dyn StreamWire>> {
        let transport = self.0.transports.stream(service);
        let wire = self.0.wires.stream(transport.ok_or_else(no_such_method)?)?;
        self.check(service, wire.abilities())?;
        Ok(wire)
    }

    /// The wire of a service's ping-pong calls.
    ///
    /// # Errors
    /// A service without such methods; one that this channel cannot carry.
    pub(super) fn unary_wire(&self, service: &ServiceInfo) -> Result<Arc<dyn UnaryWire>> {
        let transport = self.0.transports.unary(service);
        let wire = self.0.wires.unary(transport.ok_or_else(no_such_method)?)?;
        self.check(service, wire.abilities())?;
        Ok(wire)
    }

    /// What the wires of a service's clients can.
    ///
    /// # Errors
    /// A destination that one of them cannot name.
    pub(super) fn abilities_for(&self, service: &ServiceInfo) -> Result<Vec<Abilities>> {
        let transports = self.0.transports;
        self.abilities(transports.stream(service), transports.unary(service))
    }

    /// What the wires can that hold for every client, as the user has chosen both; empty if each
    /// client's service has a say.
    ///
    /// # Errors
    /// A destination that one of them cannot name.
    pub(super) fn chosen_abilities(&self) -> Result<Vec<Abilities>> {
        let Transports { stream, unary, .. } = self.0.transports;
        let by_stream = stream.and_then(UnaryTransport::implied_by);
        match (stream, unary.or(by_stream)) {
            (Some(stream), Some(unary)) => self.abilities(Some(stream), Some(unary)),
            _ => Ok(Vec::new()),
        }
    }

    fn abilities(
        &self,
        stream: Option<Transport>,
        unary: Option<UnaryTransport>,
    ) -> Result<Vec<Abilities>> {
        let wires = &self.0.wires;
        let stream = stream.map(|stream| Ok(wires.stream(stream)?.abilities()));
        let unary = unary.map(|unary| Ok(wires.unary(unary)?.abilities()));
        stream.into_iter().chain(unary).collect()
    }

    /// Refuses a service that the wire cannot carry, and settings that would have no effect on it.
    fn check(&self, service: &ServiceInfo, wire: Abilities) -> Result<()> {
        checks::payload(service, wire)?;
        self.check_settings(wire)
    }

    /// Refuses settings that would have no effect on the wire.
    pub(super) fn check_settings(&self, wire: Abilities) -> Result<()> {
        checks::defaults(&self.0.defaults, wire, self.0.wires.is_secured())?;
        let mut endpoints = self.0.targets.endpoints();
        endpoints.try_for_each(|endpoint| self.check_endpoint(endpoint, wire))
    }

    /// Refuses an address that the wire has no place for.
    pub(super) fn check_endpoint(&self, endpoint: &Endpoint, wire: Abilities) -> Result<()> {
        checks::endpoint(endpoint, wire, self.0.wires.is_secured())
    }
}

#[cold]
fn no_such_method() -> Error {
    Error::invalid_argument("the service has no method of this kind")
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared {
            destination,
            targets,
            defaults,
            transports,
            ..
        } = &*self.0;
        f.debug_struct("Channel")
            .field("destination", destination)
            .field("targets", targets)
            .field("defaults", defaults)
            .field("transports", transports)
            .finish_non_exhaustive()
    }
}
