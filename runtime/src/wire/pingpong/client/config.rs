//! Settings of a client's ping-pong connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::io::{Attempts, CONNECT_TIMEOUT, Dial, Direct};
use crate::wire::pingpong::DEFAULT_MAX_MESSAGE;
use crate::wire::{ArrivalTimer, MinRate, SEND_TIMEOUT, STALL_TIMEOUT};

/// Which calls share a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Sharing {
    /// Each connection carries one call at a time, and is kept for the next call.
    #[default]
    InTurn,
    /// Each call gets its own connection.
    Not,
    /// Each of `connections` connections to an address carries any number of calls. The peer may
    /// answer them in any order; only framings with a TTHeader tell which call an answer belongs
    /// to.
    Multiplexed {
        /// How many connections to an address, at least 1.
        connections: usize,
    },
}

/// Settings of a pool's connections. The defaults for the pool are Kitex's.
#[derive(Clone)]
pub struct PoolConfig {
    /// Which calls share a connection.
    pub sharing: Sharing,
    /// How many idle connections are kept for each address.
    pub max_idle_per_address: usize,
    /// How many idle connections are kept in all.
    pub max_idle: usize,
    /// How long an idle connection is kept; it is closed after at most twice this time.
    pub idle_timeout: Duration,
    /// Makes the connections.
    pub dial: Arc<dyn Dial>,
    /// How long a dial may take.
    pub connect_timeout: Duration,
    /// Told of every attempt to connect.
    pub attempts: Attempts,
    /// Largest reply in bytes.
    pub max_message: usize,
    /// How long the server may send nothing after the first part of a reply.
    pub stall_timeout: Duration,
    /// How fast the server must send a reply that it has begun.
    pub min_rate: MinRate,
    /// How long the server may take no byte of what is written to it.
    pub send_timeout: Duration,
    /// Whether requests carry a checksum of their payload, where the framing has a TTHeader.
    pub checksum: bool,
}

impl PoolConfig {
    /// Measures how fast replies arrive.
    pub(super) fn arrival_timer(&self) -> ArrivalTimer {
        ArrivalTimer::new(self.stall_timeout, self.min_rate)
    }
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            sharing: Sharing::default(),
            max_idle_per_address: 10,
            max_idle: 100,
            idle_timeout: Duration::from_secs(60),
            dial: Arc::new(Direct),
            connect_timeout: CONNECT_TIMEOUT,
            attempts: Attempts::default(),
            max_message: DEFAULT_MAX_MESSAGE,
            stall_timeout: STALL_TIMEOUT,
            min_rate: MinRate::default(),
            send_timeout: SEND_TIMEOUT,
            checksum: false,
        }
    }
}

impl fmt::Debug for PoolConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoolConfig")
            .field("sharing", &self.sharing)
            .field("max_idle_per_address", &self.max_idle_per_address)
            .field("max_idle", &self.max_idle)
            .field("idle_timeout", &self.idle_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("max_message", &self.max_message)
            .field("stall_timeout", &self.stall_timeout)
            .field("min_rate", &self.min_rate)
            .field("send_timeout", &self.send_timeout)
            .field("checksum", &self.checksum)
            .finish_non_exhaustive()
    }
}
