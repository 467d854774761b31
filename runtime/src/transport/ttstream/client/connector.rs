//! Opening streams: picks or dials a connection by the pool's mode.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use tokio::time::timeout;

use super::address::Address;
use super::config::{ClientConfig, PoolMode};
use super::connection::Connection;
use super::lease::Lease;
use super::long::Idle;
use super::mux::Slots;
use super::request::OpenRequest;
use crate::error::{Error, Result};
use crate::transport::RawStream;
use crate::transport::ttstream::sync::lock;

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
        match connection.open(&request, lease).await {
            // It died after it was picked, and nothing was written: the next one is a new one.
            Err(_) if !connection.is_alive() => {
                let lease = self.lease(address).await?;
                let connection = Arc::clone(lease.connection());
                let opened = connection.open(&request, lease).await;
                opened.map_err(|error| match connection.is_alive() {
                    true => error,
                    false => error.before_handler(),
                })
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
        let failed = |cause: io::Error| {
            Error::connection(format!("dial {address}: {cause}"), cause).before_handler()
        };
        match timeout(self.config.dial_timeout, self.config.dial.dial(address)).await {
            Ok(Ok(socket)) => {
                let ClientConfig { limits, meta, .. } = self.config.clone();
                Ok(Connection::start(socket, limits, meta))
            }
            Ok(Err(error)) => Err(failed(error)),
            Err(_) => Err(failed(io::ErrorKind::TimedOut.into())),
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
