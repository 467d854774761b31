//! Putting a client together.

mod building;
mod governing;
mod limits;
mod pools;
mod reaching;
mod timeouts;
mod wires;

use std::fmt;
use std::marker::PhantomData;

use faststr::FastStr;

use super::channel::{Channel, Defaults, Transports};
use super::methods::Methods;
use super::service_client::ServiceClient;
use super::settings::Settings;
use crate::fleet::Fleet;
use crate::metainfo::TransientPropagation;
use crate::middleware::{Hooks, registration_methods};
use crate::service::ServiceInfo;
use crate::wire::WireSettings;

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

    /// This process's own service name: servers see it as the caller, and cancel paths show it. Framed
    /// and Buffered carry no name.
    pub fn caller(mut self, name: impl Into<FastStr>) -> Self {
        self.made.caller();
        self.defaults.caller = name.into();
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

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("service", &self.methods.map(|methods| methods.service.name))
            .field("destination", &self.destination)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}
