//! The settings of a server's ping-pong connections.

use std::time::Duration;

use crate::wire::pingpong::DEFAULT_MAX_MESSAGE;
use crate::wire::{MinRate, SEND_TIMEOUT, STALL_TIMEOUT};

/// Bounds of a server's ping-pong connections.
#[derive(Debug, Clone)]
pub struct PingPongServerConfig {
    /// The largest request in bytes. The server does not read a larger request: it answers with an
    /// exception that says so, and closes the connection.
    pub max_message: usize,
    /// How long a connection may stay without a request.
    pub idle_timeout: Duration,
    /// How long the client may send nothing after the first part of a request. Default 10 s.
    pub stall_timeout: Duration,
    /// How fast the client must send a request that it has begun. Default 500 bytes a second after
    /// 20 s.
    pub min_rate: MinRate,
    /// How long the client may take nothing of an answer. Default 60 s.
    pub send_timeout: Duration,
}

impl Default for PingPongServerConfig {
    fn default() -> Self {
        // The idle timeout is the same as Kitex's.
        Self {
            max_message: DEFAULT_MAX_MESSAGE,
            idle_timeout: Duration::from_secs(600),
            stall_timeout: STALL_TIMEOUT,
            min_rate: MinRate::default(),
            send_timeout: SEND_TIMEOUT,
        }
    }
}
