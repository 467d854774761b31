//! The wires by the names that users choose them by.

use std::sync::Arc;
use std::time::Duration;

use super::grpc::client::{Config as GrpcConfig, Connector as Grpc};
use super::pingpong::{PingPongPool, PoolConfig};
use super::ttstream::client::{ClientConfig, Connector as TtStream, PoolMode};
use super::wire::{StreamWire, UnaryWire};
use crate::error::Result;
use crate::service::{Transport, UnaryTransport};

/// The settings of every wire; each takes its own.
#[derive(Debug, Default)]
pub(crate) struct WireSettings {
    pub(crate) streams: ClientConfig,
    pub(crate) calls: PoolConfig,
    pub(crate) grpc: GrpcConfig,
}

/// The two wires of a client.
pub(crate) struct Wires {
    pub(crate) stream: Arc<dyn StreamWire>,
    pub(crate) unary: Arc<dyn UnaryWire>,
}

impl WireSettings {
    /// How long connecting may take on every wire.
    pub(crate) fn set_connect_timeout(&mut self, timeout: Duration) {
        self.streams.dial_timeout = timeout;
        self.calls.connect_timeout = timeout;
        self.grpc.dial_timeout = timeout;
    }

    pub(crate) fn set_pool(&mut self, mode: PoolMode) {
        self.streams.pool = mode;
        self.calls.short = mode == PoolMode::Short;
        self.grpc.short = mode == PoolMode::Short;
    }

    /// Makes the wires of a client of `destination`.
    ///
    /// # Errors
    /// A destination that the wire cannot name.
    pub(crate) fn wires(
        self,
        stream: Transport,
        unary: UnaryTransport,
        destination: &str,
    ) -> Result<Wires> {
        Ok(match stream {
            // Carries ping-pong calls, too.
            Transport::Grpc => {
                let grpc = Arc::new(Grpc::new(self.grpc, destination)?);
                Wires {
                    stream: Arc::clone(&grpc) as Arc<dyn StreamWire>,
                    unary: grpc,
                }
            }
            Transport::TtHeaderStreaming => Wires {
                stream: Arc::new(TtStream::new(self.streams)),
                unary: Arc::new(PingPongPool::new(unary, self.calls)),
            },
        })
    }
}
