//! Which calls share a connection, and how long one is kept.

use std::time::Duration;

use super::ClientBuilder;
use crate::client::settings::Pool;
use crate::wire::PoolMode;

impl<C> ClientBuilder<C> {
    /// Which streams share a connection. Default: all streams share one connection for each core, and
    /// over gRPC one connection. [`PoolMode::Long`] is for TTHeader Streaming only.
    /// [`PoolMode::Short`] holds for ping-pong calls too; with any other mode, ping-pong calls have
    /// their own connections: see [`unary_pool`](Self::unary_pool).
    pub fn pool(mut self, mode: PoolMode) -> Self {
        self.made.pool(sharing(mode));
        self.settings.set_pool(mode);
        self
    }

    /// Which ping-pong calls share a connection. Default: [`PoolMode::Long`], where each connection
    /// carries one call at a time, as in Kitex. The setting does not apply to gRPC, where all calls
    /// share connections.
    ///
    /// [`PoolMode::Mux`] is Kitex's `WithMuxConnection`: each connection carries any number of
    /// calls at a time, and the server may answer them in any order. This mode needs a TTHeader.
    /// Therefore, as in Kitex, a client whose default transport would be `Framed` gets
    /// [`UnaryTransport::TtHeaderFramed`](crate::UnaryTransport::TtHeaderFramed) as its default. A
    /// server of this crate serves the calls of one connection concurrently, and so does a Kitex
    /// server with `WithMuxTransport`; a Kitex server without that option serves them one after the
    /// other. If a call is dropped or times out, the server does not cancel it before the call's
    /// `rpc_timeout`. A oneway call ends when its request is queued.
    pub fn unary_pool(mut self, mode: PoolMode) -> Self {
        self.settings.set_unary_pool(mode);
        self.transports.multiplexed = matches!(mode, PoolMode::Mux { .. });
        self.made.unary_pool(sharing(mode));
        self
    }

    /// How many idle connections for ping-pong calls are kept to each address. Default 10, as in
    /// Kitex. Not over gRPC, where all calls share connections.
    pub fn max_idle_per_address(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle_per_address = connections;
        self.made.of_idle_connections("max_idle_per_address");
        self
    }

    /// How many idle connections for ping-pong calls are kept to all addresses together. Default
    /// 100, as in Kitex. Not over gRPC.
    pub fn max_idle(mut self, connections: usize) -> Self {
        self.settings.calls.max_idle = connections;
        self.made.of_idle_connections("max_idle");
        self
    }

    /// How long an idle connection for ping-pong calls is kept; it is closed after at most twice
    /// this time. Default 60 s, as in Kitex; at least 10 ms. Not over gRPC. Streams have theirs in
    /// [`PoolMode::Long`].
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.settings.calls.idle_timeout = timeout;
        self.made.of_idle_connections("idle_timeout");
        self
    }
}

fn sharing(mode: PoolMode) -> Pool {
    match mode {
        PoolMode::Mux { .. } => Pool::Shared,
        PoolMode::Long { .. } => Pool::Kept,
        PoolMode::Short => Pool::None,
    }
}
