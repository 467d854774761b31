//! Settings of a client's connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::io::{Attempts, CONNECT_TIMEOUT, Dial, Direct};
use crate::wire::ttheader::config::Limits;

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

/// Settings of a [`Connector`](super::Connector).
#[derive(Clone)]
#[non_exhaustive]
pub struct ClientConfig {
    /// Which streams share a connection.
    pub pool: PoolMode,
    /// How a connection is made.
    pub dial: Arc<dyn Dial>,
    /// How long dialling may take. Default 1 s.
    pub dial_timeout: Duration,
    /// Told of every attempt to connect.
    pub attempts: Attempts,
    /// Bounds of each connection.
    pub limits: Limits,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self {
            pool: PoolMode::default(),
            dial: Arc::new(Direct),
            dial_timeout: CONNECT_TIMEOUT,
            attempts: Attempts::default(),
            limits: Limits::default(),
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
