//! The client of ping-pong calls, over pooled, single-use or multiplexed connections (C.9).

mod config;
mod connection;
mod exclusive;
mod multiplexed;
mod reply;
mod request;
mod shared;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::config::{PoolConfig, Sharing};
use self::connection::Connection;
use self::multiplexed::Multiplexed;
use super::framing::Framing;
use crate::call::{Deadline, Outgoing};
use crate::codec::Encode;
use crate::error::{Error, ErrorKind, Result};
use crate::service::PayloadCodec;
use crate::wire::KITEX;
use crate::wire::client::{Abilities, Attempt, BoxFuture, Reply, UnaryWire, Wire};
use crate::wire::io::{ByteStream, Endpoint, bounded};
use crate::wire::pool::{Idle, IdleLimits, Slots};

/// Calls ping-pong methods over pooled connections.
pub struct PingPongPool {
    framing: Framing,
    config: Arc<PoolConfig>,
    pool: Pool,
}

/// The connections to all servers.
enum Pool {
    /// Each connection carries one call at a time.
    Idle(Arc<Idle<Connection>>),
    Multiplexed(Slots<Multiplexed>),
}

impl PingPongPool {
    /// An empty pool, whose calls all use one framing.
    #[must_use]
    pub fn new(framing: Framing, config: PoolConfig) -> Self {
        let idle = |per_endpoint| {
            Pool::Idle(Idle::new(IdleLimits {
                per_endpoint,
                total: config.max_idle,
                max_idle: config.idle_timeout,
            }))
        };
        let pool = match config.sharing {
            Sharing::InTurn => idle(config.max_idle_per_address),
            Sharing::Not => idle(0),
            Sharing::Multiplexed { connections } => Pool::Multiplexed(Slots::new(connections)),
        };
        Self {
            framing,
            config: Arc::new(config),
            pool,
        }
    }

    async fn call(
        &self,
        to: Attempt<'_>,
        call: &Outgoing,
        args: &(dyn Encode + Sync),
    ) -> Result<Reply> {
        match &self.pool {
            Pool::Idle(idle) => self.call_exclusive(idle, to, call, args).await,
            Pool::Multiplexed(slots) => self.call_shared(slots, to, call, args).await,
        }
    }
}

/// Dials for at least as long as a call that waits may spend on it.
async fn dial(config: Arc<PoolConfig>, to: Endpoint, limit: Duration) -> Result<ByteStream> {
    let dialling = config.dial.dial(&to);
    let limit = config.connect_timeout.max(limit);
    bounded(&to, limit, &config.attempts, dialling).await
}

impl Wire for PingPongPool {
    fn abilities(&self) -> Abilities {
        Abilities {
            name: self.framing.name(),
            protocol: self.framing.name(),
            rpc_system: KITEX,
            payloads: match self.framing.has_length() {
                true => &[PayloadCodec::Thrift, PayloadCodec::Protobuf],
                // Without a length prefix, nothing marks the end of a Protobuf message, and Kitex
                // refuses such messages.
                false => &[PayloadCodec::Thrift],
            },
            compression: false,
            tls: false,
            http2: false,
            idle_pool: matches!(self.config.sharing, Sharing::InTurn),
            call_headers: self.framing.has_header(),
            stream_limits: false,
            header: false,
            metainfo: self.framing.has_header(),
            caller: self.framing.has_header(),
            // Unlike streams, a ping-pong call does not pass on a cancel from hop to hop (4.3).
            propagation: false,
        }
    }

    fn connect<'a>(&'a self, to: Attempt<'a>) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match &self.pool {
                Pool::Multiplexed(slots) => self.shared(slots, to).await.map(drop),
                Pool::Idle(idle) => {
                    let connection = match idle.take(to.endpoint) {
                        Some(kept) => kept,
                        None => {
                            let config = Arc::clone(&self.config);
                            let dialling = dial(config, to.endpoint.clone(), to.connect_limit);
                            Connection::new(to.connected(dialling).await?)
                        }
                    };
                    idle.put(to.endpoint, connection);
                    Ok(())
                }
            }
        })
    }

    fn close(&self) {
        match &self.pool {
            Pool::Idle(idle) => idle.clear(),
            Pool::Multiplexed(slots) => slots.clear(),
        }
    }

    /// Kitex's text for this error.
    fn deadline_passed(&self, call: &Outgoing, to: &Endpoint) -> Error {
        let limit = call.deadline.map(|deadline| deadline.timeout);
        let text = format!(
            "rpc timeout: timeout={:?}, to={}, method={}, remote={to}",
            limit.unwrap_or_default(),
            call.destination,
            call.method_name()
        );
        Error::new(ErrorKind::Timeout, 0, text)
    }
}

impl UnaryWire for PingPongPool {
    /// Sends one request and waits for its reply. Dropping the future closes the connection of the
    /// call, so that no later call can take a late reply for its own. A multiplexed connection
    /// stays open for the other calls: the client recognises a late reply by its sequence id and
    /// discards it. The server is not told, and its handler runs on.
    ///
    /// # Errors
    /// [`ErrorKind::Connection`] (dial, read, write), [`ErrorKind::Application`] (the peer's
    /// exception), [`ErrorKind::BizStatus`], [`ErrorKind::Protocol`] (a reply that does not fit the
    /// request).
    fn unary<'a>(
        &'a self,
        to: Attempt<'a>,
        call: &'a Outgoing,
        request: &'a (dyn Encode + Sync),
    ) -> BoxFuture<'a, Result<Reply>> {
        Box::pin(async move {
            let made = self.call(to, call, request).await;
            made.map_err(|error| match says_deadline(&error, call) {
                true => self.deadline_passed(call, to.endpoint),
                false => error,
            })
        })
    }
}

impl fmt::Debug for PingPongPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PingPongPool")
            .field("framing", &self.framing)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}

/// The unit in which the header states timeouts.
const TICK: Duration = Duration::from_millis(1);

/// Whether the peer answered that the call's time is over, and it is over here, too. The server
/// watches the same limit, so its answer may arrive before this side's timer fires.
fn says_deadline(error: &Error, call: &Outgoing) -> bool {
    let over = |deadline: Deadline| deadline.remaining() <= TICK;
    error.is_remote()
        && error.message().contains("deadline exceeded")
        && call.deadline.is_some_and(over)
}
