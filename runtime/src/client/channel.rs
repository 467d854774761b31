//! The connections to one destination, which any number of generated clients share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::builder::ClientBuilder;
use super::checks;
use super::methods::Methods;
use super::targets::Targets;
use crate::call::Encoding;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::middleware::Installed;
use crate::service::{Mode, ServiceInfo, Transport, UnaryTransport};
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
/// If the builder did not choose a wire, each client gets the wire that Kitex uses for its service
/// (kitex-tool.md 5). Clients whose services have the same wire share its connections. If the
/// channel's wires cannot carry a client's service, making the client succeeds, but its calls fail
/// with [`InvalidArgument`](crate::ErrorKind::InvalidArgument); the builder of a generated client
/// reports the error in `build`.
///
/// The channel makes a connection when a call needs one. It closes its connections when the last
/// client and the last clone are gone and the calls on the connections have ended.
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
    pub(super) middleware: Option<Arc<Installed>>,
}

/// The wires that the user has chosen. `None`: each client gets the wire that Kitex uses for its
/// service.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Transports {
    pub(super) stream: Option<Transport>,
    pub(super) unary: Option<UnaryTransport>,
    /// Whether ping-pong calls share connections, which needs a TTHeader.
    pub(super) multiplexed: bool,
}

impl Transports {
    /// The wire of the client's streams; `None` if it opens none.
    fn stream(self, methods: Methods) -> Option<Transport> {
        let chosen = self.stream.unwrap_or(methods.service.default_transport);
        methods.have(Mode::is_streaming).then_some(chosen)
    }

    /// The wire of the client's ping-pong calls; `None` if it makes none.
    fn unary(self, methods: Methods) -> Option<UnaryTransport> {
        let service = methods.service;
        let by_default = || UnaryTransport::default_of(service, self.stream, self.multiplexed);
        let chosen = self.unary.unwrap_or_else(by_default);
        let is_call = |mode: Mode| !mode.is_over_stream();
        methods.have(is_call).then_some(chosen)
    }

    /// The wire of the client's unary calls over a stream; `None` if it makes none.
    fn over_stream(methods: Methods) -> Option<UnaryTransport> {
        let wanted = |mode| mode == Mode::Unary;
        methods.have(wanted).then_some(UnaryTransport::OVER_STREAM)
    }
}

impl Channel {
    /// Starts a channel to the service that the registry knows as `destination`.
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

    /// The wire of a client's streams.
    ///
    /// # Errors
    /// The client opens no streams, or this channel cannot carry its service.
    pub(super) fn stream_wire(&self, methods: Methods) -> Result<Arc<dyn StreamWire>> {
        let transport = self.0.transports.stream(methods);
        let wire = self.0.wires.stream(transport.ok_or_else(no_such_method)?)?;
        self.check(methods.service, wire.abilities())?;
        Ok(wire)
    }

    /// The wire of a client's ping-pong calls.
    ///
    /// # Errors
    /// The client makes no ping-pong calls, or this channel cannot carry its service.
    pub(super) fn unary_wire(&self, methods: Methods) -> Result<Arc<dyn UnaryWire>> {
        self.wire_of_calls(methods, self.0.transports.unary(methods))
    }

    /// The wire of a client's unary calls over a stream.
    ///
    /// # Errors
    /// The client makes no such calls, or this channel cannot carry its service.
    pub(super) fn over_stream_wire(&self, methods: Methods) -> Result<Arc<dyn UnaryWire>> {
        self.wire_of_calls(methods, Transports::over_stream(methods))
    }

    fn wire_of_calls(
        &self,
        methods: Methods,
        transport: Option<UnaryTransport>,
    ) -> Result<Arc<dyn UnaryWire>> {
        let wire = self.0.wires.unary(transport.ok_or_else(no_such_method)?)?;
        self.check(methods.service, wire.abilities())?;
        Ok(wire)
    }

    /// The abilities of the wires that clients which call these `methods` use.
    ///
    /// # Errors
    /// One of the wires cannot name the destination.
    pub(super) fn abilities_for(&self, methods: Methods) -> Result<Vec<Abilities>> {
        let transports = self.0.transports;
        let unary = [transports.unary(methods), Transports::over_stream(methods)];
        self.abilities(transports.stream(methods), unary)
    }

    /// The abilities of the wires, if the user has chosen both wires, so that they are the same for
    /// every client. Empty if the wires depend on the service of each client.
    ///
    /// # Errors
    /// One of the wires cannot name the destination.
    pub(super) fn chosen_abilities(&self) -> Result<Vec<Abilities>> {
        let Transports { stream, unary, .. } = self.0.transports;
        let by_stream = stream.and_then(UnaryTransport::implied_by);
        match (stream, unary.or(by_stream)) {
            (Some(stream), Some(unary)) => self.abilities(Some(stream), [Some(unary)]),
            _ => Ok(Vec::new()),
        }
    }

    fn abilities(
        &self,
        stream: Option<Transport>,
        unary: impl IntoIterator<Item = Option<UnaryTransport>>,
    ) -> Result<Vec<Abilities>> {
        let wires = &self.0.wires;
        let stream = stream.map(|stream| Ok(wires.stream(stream)?.abilities()));
        let unary = unary.into_iter().flatten();
        let unary = unary.map(|unary| Ok(wires.unary(unary)?.abilities()));
        stream.into_iter().chain(unary).collect()
    }

    /// Refuses a service that the wire cannot carry, and settings that would have no effect on the
    /// wire.
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

    /// Refuses an address that the wire cannot use.
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
