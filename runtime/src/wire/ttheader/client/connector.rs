//! Opening streams: picks or dials a connection by the pool's mode.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::config::{ClientConfig, PoolMode};
use super::connection::Connection;
use super::lease::Lease;
use crate::call::Outgoing;
use crate::error::{Error, Result};
use crate::service::PayloadCodec;
use crate::wire::client::{Abilities, Attempt, BoxFuture, StreamWire, Wire};
use crate::wire::io::{Endpoint, bounded};
use crate::wire::pool::{Idle, IdleLimits, Slots};
use crate::wire::ttheader::PROTOCOL;
use crate::wire::ttheader::state::deadline_error;
use crate::wire::{ClientRaw, KITEX};

/// Opens streams, and keeps the connections they need. Dropping it closes those without a stream;
/// the others are closed with their last stream.
///
/// Calls must be made on a tokio runtime, which then runs the connections they need.
pub struct Connector {
    config: Arc<ClientConfig>,
    pool: Pool,
}

/// How many connections a call picks, one after the other, if each is closed before anything of the
/// call was written.
const PICKS: usize = 2;

/// The same if this side closed them, because the server has announced its stop there, or because calls of
/// others timed out there without a byte from the server. On a busy machine that befalls several in a row, and is no fault of this call. Each
/// was dialled anew, so a server that is gone ends the call with the first dial.
const PICKS_OF_SUSPECTS: usize = 16;

/// The connections to all servers.
enum Pool {
    Mux(Slots<Connection>),
    Long(Arc<Idle<Arc<Connection>>>),
    Short,
}

impl Connector {
    /// A connector without connections; they are made by [`StreamWire::open`].
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        let pool = match config.pool {
            PoolMode::Mux { slots } => Pool::Mux(Slots::new(slots)),
            // Kitex's long pool has no bound but time.
            PoolMode::Long { max_idle } => Pool::Long(Idle::new(IdleLimits {
                per_endpoint: usize::MAX,
                total: usize::MAX,
                max_idle,
            })),
            PoolMode::Short => Pool::Short,
        };
        let config = Arc::new(config);
        Self { config, pool }
    }

    async fn open_stream(&self, to: Attempt<'_>, call: &Outgoing) -> Result<Arc<dyn ClientRaw>> {
        let mut pick = 0;
        loop {
            pick += 1;
            let lease = self.lease(to).await?;
            let connection = Arc::clone(lease.connection());
            let error = match connection.open(call, lease).await {
                Err(error) if !connection.is_alive() => error,
                opened => return opened,
            };
            // It died after it was picked, and nothing was written: the next one is a new one.
            let most = match connection.is_suspect() || connection.is_retired() {
                true => PICKS_OF_SUSPECTS,
                false => PICKS,
            };
            if pick >= most {
                return Err(error.before_handler());
            }
        }
    }

    /// A connection on which a stream may be opened.
    async fn lease(&self, to: Attempt<'_>) -> Result<Lease> {
        let dial = |endpoint| self.dial(endpoint, to.connect_limit);
        Ok(match &self.pool {
            Pool::Mux(slots) => Lease::Plain(slots.connection(to, dial).await?),
            Pool::Short => Lease::Plain(self.dial_for(to).await?),
            Pool::Long(idle) => Lease::Return {
                connection: match idle.take(to.endpoint) {
                    Some(connection) => connection,
                    None => self.dial_for(to).await?,
                },
                endpoint: to.endpoint.clone(),
                pool: Arc::downgrade(idle),
                since: Instant::now(),
            },
        })
    }

    /// A connection for one call alone.
    async fn dial_for(&self, to: Attempt<'_>) -> Result<Arc<Connection>> {
        let dialling = self.dial(to.endpoint.clone(), to.connect_limit);
        to.connected(dialling).await
    }

    /// Dials for at least as long as a call that waits may spend on it.
    fn dial(
        &self,
        to: Endpoint,
        limit: Duration,
    ) -> impl Future<Output = Result<Arc<Connection>>> + use<> {
        let config = Arc::clone(&self.config);
        async move {
            let limit = config.dial_timeout.max(limit);
            let socket = bounded(&to, limit, &config.attempts, config.dial.dial(&to)).await?;
            Ok(Connection::start(socket.into(), config.limits.clone()))
        }
    }
}

impl Wire for Connector {
    fn abilities(&self) -> Abilities {
        Abilities {
            name: "TTHeader Streaming",
            protocol: PROTOCOL,
            rpc_system: KITEX,
            payloads: &[PayloadCodec::Thrift],
            compression: false,
            tls: false,
            http2: false,
            idle_pool: false,
            call_headers: false,
            stream_limits: true,
            header: false,
            metainfo: true,
            caller: true,
            propagation: true,
        }
    }

    fn connect<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<()>> {
        // The lease gives the connection back to its pool.
        Box::pin(async move { self.lease(to).await.map(drop) })
    }

    fn close(&self) {
        match &self.pool {
            Pool::Mux(slots) => slots.clear(),
            Pool::Long(idle) => idle.clear(),
            Pool::Short => {}
        }
    }

    fn deadline_passed(&self, call: &Outgoing, _: &Endpoint) -> Error {
        deadline_error(call.deadline.map(|deadline| deadline.timeout))
    }
}

impl StreamWire for Connector {
    /// # Errors
    /// A failed dial, or header pairs that cannot be written (12004). Either fails this call only.
    fn open<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
    ) -> BoxFuture<'a, Result<Arc<dyn ClientRaw>>> {
        Box::pin(self.open_stream(to, call))
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
