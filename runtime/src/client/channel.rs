//! The connections to one destination, which any number of generated clients share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::builder::ClientBuilder;
use super::checks;
use super::gates::AllGates;
use super::life::Life;
use super::methods::Methods;
use super::settings::{Calls, Use};
use super::targets::Targets;
use crate::call::Encoding;
use crate::config::Watching;
use crate::error::{Error, Result};
use crate::fleet::{Driven, Member};
use crate::metainfo::TransientPropagation;
use crate::middleware::{self, Installed};
use crate::retry::Policies;
use crate::service::{Mode, ServiceInfo, Transport, UnaryTransport};
use crate::streaming::RecvTimeout;
use crate::wire::Wires;
use crate::wire::client::{Abilities, StreamWire, UnaryWire, Wire};
use crate::wire::io::{Attempts, Endpoint, Scheme};

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
    servers: Servers,
    defaults: Defaults,
    transports: Transports,
    wires: Wires,
    life: Life,
    attempts: Attempts,
}

/// Where the calls of a channel go.
#[derive(Debug)]
pub(super) enum Servers {
    /// To addresses that the user has given.
    Fixed(Targets),
    /// To instances that a resolver knows.
    Fleet(Driven),
}

/// The options of calls that do not set their own.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) caller: FastStr,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) rpc_timeout: Option<Duration>,
    pub(super) stream_timeout: Option<Duration>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    pub(super) send_timeout: Option<Duration>,
    pub(super) propagation: TransientPropagation,
    /// How messages are compressed (gRPC).
    pub(super) encoding: Option<Encoding>,
    pub(super) middleware: Option<Arc<Installed>>,
    /// What stands for the middleware of calls that have breakers and nothing else.
    pub(super) gates: AllGates,
    /// Which calls are made again, beyond those that reached no handler.
    pub(super) retries: Policies,
    /// What replaces some of these while the program runs.
    pub(super) config: Option<Arc<Watching>>,
}

impl Defaults {
    /// The middleware and the tracers of calls. `None` without any.
    pub(super) fn installed(&self) -> Option<&Installed> {
        let installed = self.middleware.as_deref();
        installed.filter(|_| middleware::ENABLED)
    }
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
        servers: Servers,
        defaults: Defaults,
        transports: Transports,
        wires: Wires,
        attempts: Attempts,
    ) -> Self {
        Self(Arc::new(Shared {
            destination,
            servers,
            defaults,
            transports,
            wires,
            life: Life::default(),
            attempts,
        }))
    }

    pub(super) fn destination(&self) -> &FastStr {
        &self.0.destination
    }

    pub(super) fn servers(&self) -> &Servers {
        &self.0.servers
    }

    /// The instances that a client with a [`Fleet`](crate::fleet::Fleet) knows now, by their addresses:
    /// what runs there, and which are left alone. Empty before the first call, and with
    /// [addresses](ClientBuilder::address).
    #[must_use]
    pub fn instances(&self) -> Vec<Arc<Member>> {
        match self.servers() {
            Servers::Fixed(_) => Vec::new(),
            Servers::Fleet(fleet) => fleet.members_now(),
        }
    }

    pub(super) fn life(&self) -> &Life {
        &self.0.life
    }

    pub(super) fn attempts(&self) -> &Attempts {
        &self.0.attempts
    }

    /// The wires of the clients that were made.
    pub(super) fn wires_in_use(&self) -> Vec<Arc<dyn Wire>> {
        self.0.wires.in_use()
    }

    pub(super) fn close_connections(&self) {
        for wire in self.wires_in_use() {
            wire.close();
        }
        self.0.attempts.shut_down();
    }

    pub(super) fn defaults(&self) -> &Defaults {
        &self.0.defaults
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

    /// The wires that clients which call these `methods` use.
    ///
    /// # Errors
    /// One of the wires cannot name the destination.
    pub(super) fn uses_for(&self, methods: Methods) -> Result<Vec<Use>> {
        let transports = self.0.transports;
        let over_stream = Transports::over_stream(methods);
        self.uses(
            transports.stream(methods),
            transports.unary(methods),
            over_stream,
        )
    }

    /// The wires, if the user has chosen both wires, so that they are the same for
    /// every client. Empty if the wires depend on the service of each client.
    ///
    /// # Errors
    /// One of the wires cannot name the destination.
    pub(super) fn chosen_uses(&self) -> Result<Vec<Use>> {
        let Transports { stream, unary, .. } = self.0.transports;
        let by_stream = stream.and_then(UnaryTransport::implied_by);
        match (stream, unary.or(by_stream)) {
            (Some(stream), Some(unary)) => self.uses(Some(stream), Some(unary), None),
            _ => Ok(Vec::new()),
        }
    }

    fn uses(
        &self,
        stream: Option<Transport>,
        unary: Option<UnaryTransport>,
        over_stream: Option<UnaryTransport>,
    ) -> Result<Vec<Use>> {
        let wires = &self.0.wires;
        let mut uses = Vec::new();
        if let Some(stream) = stream {
            let (wire, calls) = (wires.stream(stream)?.abilities(), Calls::Streams);
            uses.push(Use { wire, calls });
        }
        for (unary, calls) in [(unary, Calls::PingPong), (over_stream, Calls::OverStream)] {
            if let Some(unary) = unary {
                let wire = wires.unary(unary)?.abilities();
                uses.push(Use { wire, calls });
            }
        }
        Ok(uses)
    }

    /// Refuses a service that the wire cannot carry, and settings that would have no effect on the
    /// wire.
    fn check(&self, service: &ServiceInfo, wire: Abilities) -> Result<()> {
        checks::payload(service, wire)?;
        self.check_settings(wire)
    }

    /// Refuses settings that would have no effect on the wire.
    pub(super) fn check_settings(&self, wire: Abilities) -> Result<()> {
        let secured = self.0.wires.is_secured();
        checks::defaults(&self.0.defaults, wire, secured)?;
        match self.servers() {
            Servers::Fixed(targets) => {
                let mut endpoints = targets.endpoints();
                endpoints.try_for_each(|endpoint| checks::endpoint(endpoint, wire, secured))
            }
            // They are not known yet.
            Servers::Fleet(_) => Ok(()),
        }
    }

    /// Refuses an address that the wire cannot use.
    pub(super) fn check_endpoint(
        &self,
        endpoint: &Endpoint,
        wire: &(impl Wire + ?Sized),
    ) -> Result<()> {
        match endpoint.scheme() {
            // As in nearly all lists: no URL, which any wire can use.
            Scheme::Any => Ok(()),
            _ => checks::endpoint(endpoint, wire.abilities(), self.0.wires.is_secured()),
        }
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
            servers,
            defaults,
            transports,
            ..
        } = &*self.0;
        f.debug_struct("Channel")
            .field("destination", destination)
            .field("servers", servers)
            .field("defaults", defaults)
            .field("transports", transports)
            .finish_non_exhaustive()
    }
}
