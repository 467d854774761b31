//! nacos, as users name it.

use std::fmt;
use std::sync::Arc;

use super::connections::Connections;
use super::location::{Location, User};
use crate::error::Result;

/// The naming service of [nacos](https://nacos.io), 2.0 or later: a [`Resolver`](crate::fleet::Resolver) for
/// clients and a [`Registry`](crate::fleet::Registry) for servers. Services are where Kitex's
/// registry-nacos has them, so that programs with Kitex find servers with this, and the reverse.
///
/// Make one, and clone it: the clients of all clones share a connection on each runtime, and each server has one of its
/// own. A connection is made when it is needed first.
///
/// ```
/// use streamgen_runtime::fleet::Fleet;
/// use streamgen_runtime::nacos::Nacos;
/// use streamgen_runtime::{Channel, Result};
///
/// fn users() -> Result<Channel> {
///     let nacos = Nacos::new("nacos.internal:8848")?.namespace("dev");
///     Channel::builder("users").fleet(Fleet::new(nacos)).build()
/// }
/// ```
///
/// Calls go to instances that nacos calls healthy and enabled, and whose weight is above 0. A list without
/// any such instance changes nothing once another one was known: it is what nacos has at first when it was
/// restarted. While nacos is down, instances stay as they were known.
///
/// | bound | |
/// | --- | --- |
/// | a request | 3 s, as for nacos's own clients |
/// | a dial | 1 s for each server; they are tried in turn |
/// | a connection that is silent | asked after 5 s, and closed if three requests stay without an answer |
/// | instances of a service | 10,000; a longer list is an error, and the one that was known stays |
/// | a message of nacos | 8 MiB; with a longer one the connection ends, and what was known stays |
/// | a login | 3 s for each server; they are tried in turn; and 64 KiB |
///
/// It speaks to nacos without TLS.
#[derive(Clone)]
pub struct Nacos {
    pub(super) location: Arc<Location>,
    pub(super) connections: Arc<Connections>,
}

impl Nacos {
    /// nacos at these servers of one cluster: `host:port`, or several with commas between them. The port
    /// is 8848 where it is left out.
    ///
    /// # Errors
    /// The text is no list of servers.
    pub fn new(servers: impl AsRef<str>) -> Result<Self> {
        Location::of_servers(servers.as_ref()).map(Self::at)
    }

    /// nacos at `nacos://user:password@host:port,host:port?namespace=…&group=…&cluster=…`. All but one
    /// host may be left out. Special characters are written as `%40`: `?` and `@` have to be. Without an `@`, all
    /// of it are servers: `nacos://me:1234` is the port 1234 of a host `me`.
    ///
    /// # Errors
    /// The text is no such URL.
    pub fn from_url(url: impl AsRef<str>) -> Result<Self> {
        Location::of_url(url.as_ref()).map(Self::at)
    }

    /// Sets the namespace, by its ID. Default: the one that nacos calls `public`.
    #[must_use]
    pub fn namespace(self, id: impl Into<String>) -> Self {
        self.with(|location| location.namespace = id.into())
    }

    /// Sets the group. Default: `DEFAULT_GROUP`, as in registry-nacos.
    #[must_use]
    pub fn group(self, name: impl Into<String>) -> Self {
        self.with(|location| location.group = name.into())
    }

    /// Sets the cluster: servers belong to it, and clients call its instances only. Default: `DEFAULT`, as
    /// in registry-nacos.
    #[must_use]
    pub fn cluster(self, name: impl Into<String>) -> Self {
        self.with(|location| location.cluster = name.into())
    }

    /// Logs in, and again when half of the time is over that nacos grants: for servers with
    /// `nacos.core.auth.enabled`. Default: nobody does. No message and no event repeats the password.
    #[must_use]
    pub fn user(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        let (name, password) = (name.into(), password.into());
        self.with(|location| location.user = Some(User { name, password }))
    }

    fn at(location: Location) -> Self {
        let location = Arc::new(location);
        Self {
            connections: Arc::new(Connections::new(Arc::clone(&location))),
            location,
        }
    }

    /// A connection that was made for other settings is of no use.
    fn with(mut self, set: impl FnOnce(&mut Location)) -> Self {
        set(Arc::make_mut(&mut self.location));
        Self::at(Arc::unwrap_or_clone(self.location))
    }
}

impl fmt::Debug for Nacos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Nacos").field(&self.location).finish()
    }
}
