//! How old and how idle a connection may become.

use std::time::Duration;

use super::ServerBuilder;

impl ServerBuilder {
    /// How old a connection may become, as grpc-go's `MaxConnectionAge`: ten percent more or less, so
    /// that connections which were made together do not end together. Default: any age. Then its
    /// client is told, where the wire can tell (gRPC: GOAWAY; ping-pong in a TTHeader; TTHeader
    /// Streaming by a frame that Kitex's clients ignore), so that new calls use another connection, and the
    /// connection closes when its running calls and streams have ended, or after
    /// [`max_connection_age_grace`](Self::max_connection_age_grace). Streams that are opened meanwhile are
    /// served.
    ///
    /// With it, clients behind a load balancer spread over servers that were added later.
    pub fn max_connection_age(mut self, age: Duration) -> Self {
        self.settings.retire.age = Some(age);
        self
    }

    /// How long calls and streams may go on after [`max_connection_age`](Self::max_connection_age).
    /// Default: without limit. Then they end as at the end of [`exit_wait`](Self::exit_wait).
    pub fn max_connection_age_grace(mut self, grace: Duration) -> Self {
        self.settings.retire.grace = Some(grace);
        self
    }

    /// How long a connection may have no running call or stream, as grpc-go's `MaxConnectionIdle`.
    /// Default: any time. It closes after this time, and twice this time at most, in the same way as
    /// by its age. Ping-pong connections have [`idle_timeout`](Self::idle_timeout) besides.
    pub fn max_connection_idle(mut self, idle: Duration) -> Self {
        self.settings.retire.idle = Some(idle);
        self
    }
}
