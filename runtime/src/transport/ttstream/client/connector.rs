//! Opening streams: picks or dials a connection by the pool's mode.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use super::address::Address;
use super::connection::Connection;
use super::lease::Lease;
use super::long::Idle;
use super::mux::Slots;
use super::request::OpenRequest;
use crate::error::{Error, ErrorKind, Result};
use crate::stream::MetaHandler;
use crate::transport::RawStream;
use crate::transport::ttstream::config::Limits;
use crate::transport::ttstream::socket::Socket;
use crate::transport::ttstream::sync::lock;

/// How long dialling may take; Kitex's number, and not an option there (4.1).
const DIAL_TIMEOUT: Duration = Duration::from_secs(1);
/// How long a connection in long mode may stay without a stream; Kitex's default.
const MAX_IDLE: Duration = Duration::from_secs(60);

/// Which streams share a connection (5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PoolMode {
    /// Any number of streams on each of `slots` connections to an address, round robin.
    Mux {
        /// Connections to an address, at least 1.
        slots: usize,
    },
    /// One stream at a time on a connection, which is kept for the next stream.
    Long {
        /// How long it is kept; it is closed after at most twice this time.
        max_idle: Duration,
    },
    /// A connection for each stream, closed when the stream has ended.
    Short,
}

impl PoolMode {
    /// Long mode with Kitex's idle time of one minute.
    pub const LONG: Self = Self::Long { max_idle: MAX_IDLE };
}

impl Default for PoolMode {
    /// Mux with a connection for each core, as in Kitex.
    fn default() -> Self {
        let slots = std::thread::available_parallelism().map_or(1, usize::from);
        Self::Mux { slots }
    }
}

/// Settings of a [`Connector`].
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientConfig {
    /// Which streams share a connection.
    pub pool: PoolMode,
    /// How long dialling may take. Default 1 s.
    pub dial_timeout: Duration,
    /// Bounds of each connection.
    pub limits: Limits,
    /// Told of META frames; without it they are ignored (statement 39).
    pub meta: Option<Arc<dyn MetaHandler>>,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            pool: PoolMode::default(),
            dial_timeout: DIAL_TIMEOUT,
            limits: Limits::default(),
            meta: None,
        }
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientConfig")
            .field("pool", &self.pool)
            .field("dial_timeout", &self.dial_timeout)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// Opens streams, and keeps the connections they need. Dropping it closes those without a stream;
/// the others are closed with their last stream.
pub struct Connector {
    config: ClientConfig,
    pools: Mutex<HashMap<Address, Pool>>,
}

/// The connections to one address.
#[derive(Clone)]
enum Pool {
    Mux(Arc<Slots>),
    Long(Arc<Idle>),
    Short,
}

impl Connector {
    /// A connector without connections; they are made by [`Connector::open`].
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            pools: Mutex::default(),
        }
    }

    /// Opens a stream to the server at `address` and queues its HEADER at once. The server is not
    /// waited for; only dialling takes time, where no connection is at hand.
    ///
    /// Must be called on a tokio runtime, which then runs the connection. Cancel safe: a dropped
    /// call leaves no stream behind.
    ///
    /// # Errors
    /// A failed dial, or header pairs that cannot be written (12004). Either fails this call only.
    pub async fn open(
        &self,
        address: &Address,
        request: OpenRequest,
    ) -> Result<Arc<dyn RawStream>> {
        let lease = self.lease(address).await?;
        let connection = Arc::clone(lease.connection());
        match connection.open(&request, lease) {
            // It died after it was picked, and nothing was written: the next one is a new one.
            Err(_) if !connection.is_alive() => {
                let lease = self.lease(address).await?;
                Arc::clone(lease.connection()).open(&request, lease)
            }
            opened => opened,
        }
    }

    /// A connection on which a stream may be opened.
    async fn lease(&self, address: &Address) -> Result<Lease> {
        let pool = self.pool(address);
        let dial = || self.dial(address);
        Ok(match pool {
            Pool::Mux(slots) => Lease::Plain(slots.connection(dial).await?),
            Pool::Short => Lease::Plain(dial().await?),
            Pool::Long(idle) => {
                let connection = match idle.take() {
                    Some(connection) => connection,
                    None => dial().await?,
                };
                Lease::Return(connection, Arc::downgrade(&idle))
            }
        })
    }

    fn pool(&self, address: &Address) -> Pool {
        let mut pools = lock(&self.pools);
        if let Some(pool) = pools.get(address) {
            return pool.clone();
        }
        let pool = match self.config.pool {
            PoolMode::Mux { slots } => Pool::Mux(Slots::new(slots)),
            PoolMode::Long { max_idle } => Pool::Long(Idle::new(max_idle)),
            PoolMode::Short => return Pool::Short,
        };
        pools.insert(address.clone(), pool.clone());
        pool
    }

    async fn dial(&self, address: &Address) -> Result<Arc<Connection>> {
        let connect = async {
            Ok::<Socket, std::io::Error>(match address {
                Address::Tcp(address) => TcpStream::connect(address).await?.into(),
                Address::Unix(path) => UnixStream::connect(path).await?.into(),
            })
        };
        let failed = |cause: String| {
            Error::new(ErrorKind::Connection, 0, format!("dial {address}: {cause}"))
        };
        match timeout(self.config.dial_timeout, connect).await {
            Ok(Ok(socket)) => {
                let ClientConfig { limits, meta, .. } = self.config.clone();
                Ok(Connection::start(socket, limits, meta))
            }
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed("timeout".to_owned())),
        }
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
