//! How long calls, streams and their messages may take.

use std::time::Duration;

use super::ClientBuilder;
use crate::streaming::RecvTimeout;

impl<C> ClientBuilder<C> {
    /// How long a ping-pong call may take, unless the call says otherwise. TTHeader tells the
    /// server. Default: no limit.
    pub fn rpc_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_calls("rpc_timeout");
        self.defaults.rpc_timeout = Some(timeout);
        self
    }

    /// How long a single `recv` of a stream may take, unless the call says otherwise. Default: no
    /// limit.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use streamgen_runtime::{ClientBuilder, RecvTimeout};
    /// # fn set<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(Duration::from_secs(1)) // ends the stream
    /// # }
    /// # fn keep<C>(builder: ClientBuilder<C>) -> ClientBuilder<C> {
    /// builder.recv_timeout(RecvTimeout::new(Duration::from_secs(1)).without_cancel_remote())
    /// # }
    /// ```
    pub fn recv_timeout(mut self, timeout: impl Into<RecvTimeout>) -> Self {
        self.made.of_streams("recv_timeout");
        self.defaults.recv_timeout = Some(timeout.into());
        self
    }

    /// How long a single `send` of a stream may wait for room, unless the call says otherwise. Then
    /// the stream ends: code 12016, on gRPC status 4. Default: no limit; a server that takes nothing
    /// at all loses its connection after the `send_timeout` of [`Limits`](crate::Limits). Kitex has
    /// no such setting.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_streams("send_timeout");
        self.defaults.send_timeout = Some(timeout);
        self
    }

    /// How long a whole stream may take, from its opening to its end, unless the call says otherwise.
    /// Then it is cancelled: code 12015, on gRPC status 4. Default: no limit. Kitex has this only as
    /// a context with a deadline.
    pub fn stream_timeout(mut self, timeout: Duration) -> Self {
        self.made.of_streams("stream_timeout");
        self.defaults.stream_timeout = Some(timeout);
        self
    }
}
