//! Where a client finds its server, and how it connects.

use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::ClientBuilder;
use crate::fleet::Fleet;
use crate::wire::io::Dial;

impl<C> ClientBuilder<C> {
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

    /// Asks a resolver where the instances of the service are, instead of being told by
    /// [`address`](Self::address), and picks one of them for each call and each stream: Kitex's
    /// `WithResolver` and `WithLoadBalancer`. The resolver is asked for the name that the builder was given.
    ///
    /// ```
    /// # use streamgen_runtime::{ClientBuilder, Result};
    /// use streamgen_runtime::fleet::{Fleet, Instance, LeastStreams, StaticList};
    ///
    /// # fn set<C>(builder: ClientBuilder<C>) -> Result<ClientBuilder<C>> {
    /// let instances = [
    ///     Instance::parse("10.0.0.1:8888")?,
    ///     Instance::parse("10.0.0.2:8888")?.with_weight(20),
    /// ];
    /// Ok(builder.fleet(Fleet::new(StaticList::new(instances)).balancer(LeastStreams)))
    /// # }
    /// ```
    pub fn fleet(mut self, fleet: Fleet) -> Self {
        self.fleet = Some(fleet);
        self
    }

    /// How the client makes its connections, on every wire. Default: over TCP or a Unix socket, as
    /// the address says. The client calls `dial` with one of its addresses. `dial` can go through a
    /// tunnel in front of the server, or reach a server in the same process without a socket:
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
    /// [`Invoker`](crate::server::Invoker) does the latter for tests, and needs no
    /// [`address`](Self::address).
    ///
    /// [`ServerBuilder::serve_with_incoming`]: crate::ServerBuilder::serve_with_incoming
    pub fn dial(mut self, dial: impl Dial) -> Self {
        self.only_address = dial.only_address().map(FastStr::new);
        self.settings.set_dial(Arc::new(dial));
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

    /// Secures gRPC connections. Kitex has TLS for no other wire.
    #[cfg(feature = "tls")]
    pub fn tls(mut self, tls: crate::wire::tls::ClientTls) -> Self {
        self.settings.grpc.tls = Some(tls);
        self
    }
}
