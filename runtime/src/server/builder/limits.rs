//! What clients may do to a server: sizes, times and numbers, on every wire.

use std::time::Duration;

use super::ServerBuilder;
use crate::server::descriptors;
use crate::wire::{GrpcLimits, Limits, MinRate};

/// How many connections may do their worst before the memory of a server is full.
const AT_WORST: usize = 12;
/// The least that a connection needs for messages of a few MiB: the requests of multiplexed
/// ping-pong calls alone may be 32 MiB.
const LEAST_SHARE: usize = 40 * 1024 * 1024;
/// Twice what an idle connection costs on the wire on which it costs most.
const IDLE: usize = 48 * 1024;

impl ServerBuilder {
    /// How long nothing may follow the first part of a frame (TTHeader Streaming) or of a request
    /// (ping-pong); then the connection is closed. Default 10 s.
    pub fn stall_timeout(mut self, timeout: Duration) -> Self {
        self.stall_timeout = Some(timeout);
        self
    }

    /// How fast a client must send a frame or a message that it has begun, on every wire, before the
    /// server closes the connection. Default 500 bytes a second after 20 s.
    ///
    /// ```
    /// # use std::time::Duration;
    /// use streamgen_runtime::{MinRate, Server};
    ///
    /// let builder = Server::builder().min_rate(MinRate {
    ///     bytes_per_second: 10_000,
    ///     grace: Duration::from_secs(5),
    /// });
    /// ```
    ///
    /// Over gRPC, a message can lie in several frames. If these arrive in time and the message does
    /// not, its call ends with status 14, and the connection stays open.
    pub fn min_rate(mut self, rate: MinRate) -> Self {
        self.min_rate = Some(rate);
        self
    }

    /// How long a client may take nothing of what the server writes to it, on any wire, before the
    /// server closes the connection. Default 60 s. A byte stream with a buffer, such as TLS, has as
    /// long to pass on all that is in the buffer.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.send_timeout = Some(timeout);
        self
    }

    /// Bounds of each streaming connection.
    pub fn stream_limits(mut self, limits: Limits) -> Self {
        self.wires.streams = limits;
        self
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(mut self, limits: GrpcLimits) -> Self {
        self.wires.grpc = limits;
        self
    }

    /// Derives the limits of size from the memory that the process may use, in bytes, for a server that
    /// strangers can reach: a dozen connections have to do their worst at the same time to fill it,
    /// or one for each 40 MiB of a smaller memory. Half of it is for connections that are idle:
    /// [`max_connections`](Self::max_connections) becomes one for each 48 KiB, if the limit of
    /// descriptors allows as many. `docs/limits.md` shows the sums. What decoding builds of messages
    /// and what handlers keep come on top.
    ///
    /// It replaces what [`stream_limits`](Self::stream_limits), [`grpc_limits`](Self::grpc_limits),
    /// [`max_message`](Self::max_message) and `max_connections` have set. Call it before them to set
    /// some of these limits otherwise.
    pub fn memory(mut self, bytes: usize) -> Self {
        self.wires.set_memory((bytes / AT_WORST).max(LEAST_SHARE));
        let connections = (bytes / IDLE).max(1);
        self.max_connections = Some(connections.min(descriptors::max_connections()));
        self
    }

    /// Largest ping-pong request in bytes. A larger one is answered with an exception that says so
    /// (type 7), and closes the connection. Default 64 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.wires.calls.max_message = bytes;
        self
    }

    /// How long a ping-pong connection may stay without a request. Default 10 minutes.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.wires.calls.idle_timeout = timeout;
        self
    }

    /// How long a new connection may take to show what it speaks, by its first 8 bytes. A
    /// TLS handshake may take as long before that. Default 5 s.
    pub fn detection_timeout(mut self, timeout: Duration) -> Self {
        self.settings.detection_timeout = timeout;
        self
    }

    /// How many connections the server serves at a time; it closes further ones at once. Default:
    /// three quarters of the descriptors that the process may open when the server is bound
    /// (`RLIMIT_NOFILE`), so that handlers can open files and make calls. On Windows, 65,536.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = Some(connections);
        self
    }
}
