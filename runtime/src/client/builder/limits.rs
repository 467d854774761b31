//! What a server can cause at most.

use super::ClientBuilder;
use crate::wire::{GrpcLimits, Limits};

impl<C> ClientBuilder<C> {
    /// Bounds of each streaming connection.
    pub fn stream_limits(mut self, limits: Limits) -> Self {
        self.settings.streams.limits = limits;
        self.made.stream_limits();
        self
    }

    /// Bounds of each gRPC connection.
    pub fn grpc_limits(mut self, limits: GrpcLimits) -> Self {
        self.settings.grpc.limits = limits;
        self.made.grpc_limits();
        self
    }

    /// Largest ping-pong reply in bytes. Default 64 MiB.
    pub fn max_message(mut self, bytes: usize) -> Self {
        self.made.max_message();
        self.settings.calls.max_message = bytes;
        self
    }
}
