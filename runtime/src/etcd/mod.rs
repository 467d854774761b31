//! etcd as a registry and as a resolver, with the keys and values of Kitex's registry-etcd v0.2.6: servers
//! and clients of Kitex and of this crate find each other there. It is a source of configurations, too, with
//! the keys of Kitex's config-etcd. Feature `etcd`.
//!
//! It speaks etcd's own gRPC, by code that the tool has generated, and needs no other crate for it.

mod api;
mod config;
#[cfg(test)]
#[path = "tests/fake.rs"]
mod fake;
mod follow;
mod layout;
mod registry;
mod resolver;
mod stream_gen;
mod url;

use std::collections::HashMap;
use std::env;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use faststr::FastStr;

use api::Api;
pub use config::EtcdConfig;

use crate::error::{Error, Result};
use crate::fleet::DEFAULT_WEIGHT;
use crate::wire::io::Endpoint;
#[cfg(feature = "tls")]
use crate::wire::tls::ClientTls;

/// How long an entry stays that nobody renews: what registry-etcd has.
const LEASE: Duration = Duration::from_secs(60);
/// The variable of the environment that sets it, in seconds, as for registry-etcd.
const LEASE_VARIABLE: &str = "KITEX_ETCD_REGISTRY_LEASE_TTL";
/// The keys of Kitex's registry-etcd.
const PREFIX: &str = "kitex/registry-etcd";
/// The port of etcd where an address names none.
const PORT: u16 = 2379;

/// A store of etcd, where servers register and where clients find them.
///
/// ```
/// use streamgen_runtime::etcd::Etcd;
/// use streamgen_runtime::fleet::{Fleet, Registering};
/// use streamgen_runtime::{Channel, Result, Server};
///
/// # fn run() -> Result<()> {
/// let etcd = Etcd::from_url("etcd://10.0.0.1:2379,10.0.0.2:2379")?;
/// let server = Server::builder().registry(Registering::new("users", etcd.clone()));
/// let users = Channel::builder("users").fleet(Fleet::new(etcd)).build()?;
/// # Ok(())
/// # }
/// ```
///
/// Clones share their connections.
///
/// | bound | |
/// | --- | --- |
/// | a call of etcd | 3 s, as in registry-etcd |
/// | a dial | 1 s for all addresses of a call together |
/// | a connection that is silent | a ping after 10 s, once after each answer of etcd, and then every 5 min; its end 20 s later |
/// | instances of a service | 10,000; a longer list is an error, and the one that was known stays |
/// | the value of a key | 64 KiB; a longer one is ignored, as is one that is no entry |
/// | the name of a service, a prefix | 1 KiB |
#[derive(Clone)]
pub struct Etcd {
    settings: Settings,
    shared: Arc<Shared>,
}

#[derive(Clone)]
struct Settings {
    addresses: Vec<FastStr>,
    prefix: FastStr,
    user: Option<(FastStr, FastStr)>,
    /// If not set, that of the environment, or the default.
    lease: Option<Duration>,
    default_weight: u32,
    #[cfg(feature = "tls")]
    tls: Option<ClientTls>,
}

#[derive(Default)]
struct Shared {
    api: OnceLock<Api>,
    /// The leases of the entries that this process has made, by the keys of the entries.
    leases: Mutex<HashMap<String, Vec<i64>>>,
}

impl Etcd {
    /// The store whose members have these addresses, of the form `host:port`. A call goes to any of them
    /// that can be reached.
    ///
    /// # Errors
    /// The list has no address, or one of them cannot be read as an address.
    pub fn new<A: AsRef<str>>(addresses: impl IntoIterator<Item = A>) -> Result<Self> {
        let addresses = addresses.into_iter().map(|address| {
            let endpoint = Endpoint::parse(address.as_ref())?;
            Ok(FastStr::from_string(endpoint.to_string()))
        });
        let addresses: Vec<_> = addresses.collect::<Result<_>>()?;
        if addresses.is_empty() {
            return Err(Error::invalid_argument("etcd needs an address"));
        }
        let settings = Settings {
            addresses,
            prefix: FastStr::from_static_str(PREFIX),
            user: None,
            lease: None,
            default_weight: DEFAULT_WEIGHT,
            #[cfg(feature = "tls")]
            tls: None,
        };
        Ok(Self {
            settings,
            shared: Arc::default(),
        })
    }

    /// The store that a URL names: `etcd://[user:password@]host[:port][,host[:port]…][/prefix][?lease=seconds]`.
    /// The port is 2379 where it names none, and the prefix that of registry-etcd. Of a user, a password
    /// and a prefix, `%2F` and the like are read as what they stand for: `/`, `?` and `@` are written so.
    ///
    /// # Errors
    /// The text is no such URL.
    pub fn from_url(url: &str) -> Result<Self> {
        url::read(url)
    }

    /// Sets what all keys begin with, as registry-etcd's `WithEtcdServicePrefix` does. Default:
    /// `kitex/registry-etcd`.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<FastStr>) -> Self {
        let prefix = prefix.into();
        self.with(|settings| settings.prefix = prefix)
    }

    /// Sets the user, as registry-etcd's `WithAuthOpt` does. Default: none.
    #[must_use]
    pub fn user(self, name: impl Into<FastStr>, password: impl Into<FastStr>) -> Self {
        let user = Some((name.into(), password.into()));
        self.with(|settings| settings.user = user)
    }

    /// Sets how long an entry of a server stays that nobody renews, in whole seconds, from one second on.
    /// The server renews it three times as often, and at least every 30 s. Default: the seconds of the variable
    /// `KITEX_ETCD_REGISTRY_LEASE_TTL`, as for registry-etcd, or 60 s.
    #[must_use]
    pub fn lease(self, time: Duration) -> Self {
        self.with(|settings| settings.lease = Some(time))
    }

    /// Sets the weight of instances that have none, or one below 1, as registry-etcd's
    /// `WithDefaultWeight` does. Default 10.
    #[must_use]
    pub fn default_weight(self, weight: u32) -> Self {
        self.with(|settings| settings.default_weight = weight)
    }

    /// Speaks TLS with etcd. Default: no TLS.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(self, tls: ClientTls) -> Self {
        self.with(|settings| settings.tls = Some(tls))
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        // Another store than that of earlier clones.
        self.shared = Arc::default();
        self
    }

    /// # Errors
    /// A setting that has no effect on this kind of address.
    fn api(&self) -> Result<&Api> {
        if let Some(api) = self.shared.api.get() {
            return Ok(api);
        }
        let api = Api::new(&self.settings)?;
        Ok(self.shared.api.get_or_init(|| api))
    }

    /// How long entries of ours stay, in seconds.
    fn lease_seconds(&self) -> i64 {
        let variable = || env::var(LEASE_VARIABLE).ok()?.parse().ok();
        let set = self.settings.lease.map(|time| time.as_secs());
        let seconds: u64 = set.or_else(variable).unwrap_or(LEASE.as_secs());
        i64::try_from(seconds.max(1)).unwrap_or(i64::MAX)
    }
}

impl fmt::Debug for Etcd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The settings hold a password, which belongs into no log.
        f.debug_struct("Etcd")
            .field("addresses", &self.settings.addresses)
            .field("prefix", &self.settings.prefix)
            .finish_non_exhaustive()
    }
}
