//! What a server registers, and where.

use std::fmt;
use std::sync::Arc;

use faststr::FastStr;

use super::advertised::OwnAddress;
use super::{ErasedRegistry, Registration, Registry};
use crate::error::{Error, Result};
use crate::fleet::{DEFAULT_WEIGHT, Instance};

/// A server's entry in a registry: what [`ServerBuilder::registry`](crate::ServerBuilder::registry) takes.
///
/// ```
/// use streamgen_runtime::Server;
/// use streamgen_runtime::fleet::{Registering, Registry};
///
/// fn server(registry: impl Registry) -> streamgen_runtime::ServerBuilder {
///     let registering = Registering::new("users", registry).weight(20).tag("zone", "a");
///     Server::builder().registry(registering)
/// }
/// ```
#[must_use = "settings do nothing until a server has them"]
#[derive(Clone)]
pub struct Registering {
    registry: Arc<dyn ErasedRegistry>,
    service: FastStr,
    advertised: Option<FastStr>,
    weight: u32,
    tags: Vec<(FastStr, FastStr)>,
}

impl Registering {
    /// Registers the server as an instance of `service`, the name that clients give their builder: in
    /// Kitex, `rpcinfo.EndpointBasicInfo.ServiceName`.
    pub fn new(service: impl Into<FastStr>, registry: impl Registry) -> Self {
        Self {
            registry: Arc::new(registry),
            service: service.into(),
            advertised: None,
            weight: DEFAULT_WEIGHT,
            tags: Vec::new(),
        }
    }

    /// Sets the address at which clients reach the server: of one of the forms of
    /// [`ClientBuilder::address`](crate::ClientBuilder::address), and no port 0.
    ///
    /// Default: the address that the server listens on. A server that listens on all addresses of its
    /// machine advertises the one from which the machine reaches others, of IPv4 if it has one. So a server
    /// on `[::]` has to set its address where that takes no calls over IPv4: on Windows, and on Linux with
    /// `net.ipv6.bindv6only=1`.
    ///
    /// The variables `KITEX_IP_TO_REGISTRY` and `KITEX_PORT_TO_REGISTRY` of the environment replace the IP
    /// and the port, as in Kitex's registry-etcd: for containers whose ports are mapped. They do nothing to
    /// an address that is set here.
    pub fn advertise(mut self, address: impl Into<FastStr>) -> Self {
        self.advertised = Some(address.into());
        self
    }

    /// Sets the share of the calls that the instance gets, compared with the weights of the others.
    /// Default 10, as in Kitex. In etcd, our clients take 0 for 10, as Kitex's do; in nacos, ours do not call
    /// such an instance.
    pub fn weight(mut self, weight: u32) -> Self {
        self.weight = weight;
        self
    }

    /// Adds a tag, such as the zone of the instance.
    pub fn tag(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        self.tags.push((key.into(), value.into()));
        self
    }

    /// The entry of a server whose own address is `own`.
    ///
    /// # Errors
    /// The service has no name; no address can be advertised.
    pub(crate) fn entry(self, own: &OwnAddress) -> Result<Entry> {
        if self.service.is_empty() {
            return Err(Error::invalid_argument(
                "`.registry(…)` needs the name of the service that the server is an instance of",
            ));
        }
        let endpoint = own.advertised(self.advertised.as_deref())?;
        let instance = Instance::new(endpoint).with_weight(self.weight);
        let tags = self.tags.into_iter();
        let instance = tags.fold(instance, |instance, (key, value)| {
            instance.with_tag(key, value)
        });
        Ok(Entry {
            registry: self.registry,
            registration: Registration::new(self.service, instance),
        })
    }
}

impl fmt::Debug for Registering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registering")
            .field("service", &self.service)
            .field("advertised", &self.advertised)
            .field("weight", &self.weight)
            .field("tags", &self.tags)
            .finish_non_exhaustive()
    }
}

/// What is registered, and where.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(super) registry: Arc<dyn ErasedRegistry>,
    pub(super) registration: Registration,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.registration, f)
    }
}
