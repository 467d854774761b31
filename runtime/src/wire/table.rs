//! The wires by the names that users choose them by.

use std::sync::Arc;
use std::time::Duration;

use super::client::{Abilities, StreamWire, UnaryWire};
use super::grpc::client::{Config as GrpcConfig, Connector as Grpc};
use super::io::Dial;
use super::pingpong::{Framing, PingPongPool, PoolConfig};
use super::ttheader::client::{ClientConfig, Connector as TtStream, PoolMode};
use crate::error::Result;
use crate::service::{ServiceInfo, Transport, UnaryTransport};

/// The settings of every wire; each takes its own.
#[derive(Debug, Default)]
pub(crate) struct WireSettings {
    pub(crate) streams: ClientConfig,
    pub(crate) calls: PoolConfig,
    pub(crate) grpc: GrpcConfig,
}

/// The wires of a client: one for each kind of method that its service has.
#[derive(Debug)]
pub(crate) struct Wires {
    pub(crate) stream: Option<Arc<dyn StreamWire>>,
    pub(crate) unary: Option<Arc<dyn UnaryWire>>,
}

impl Wires {
    /// What each of the wires can.
    pub(crate) fn abilities(&self) -> impl Iterator<Item = Abilities> {
        let stream = self.stream.as_ref().map(|wire| wire.abilities());
        let unary = self.unary.as_ref().map(|wire| wire.abilities());
        stream.into_iter().chain(unary)
    }
}

impl WireSettings {
    /// How long connecting may take on every wire.
    pub(crate) fn set_connect_timeout(&mut self, timeout: Duration) {
        self.streams.dial_timeout = timeout;
        self.calls.connect_timeout = timeout;
        self.grpc.dial_timeout = timeout;
    }

    /// How connections are made on every wire.
    pub(crate) fn set_dial(&mut self, dial: Arc<dyn Dial>) {
        self.streams.dial = Arc::clone(&dial);
        self.calls.dial = Arc::clone(&dial);
        self.grpc.dial = dial;
    }

    pub(crate) fn set_pool(&mut self, mode: PoolMode) {
        self.streams.pool = mode;
        self.calls.short = mode == PoolMode::Short;
        self.grpc.short = mode == PoolMode::Short;
    }

    /// Makes the wires of a client that calls `service` at `destination`.
    ///
    /// # Errors
    /// A destination that the wire cannot name.
    pub(crate) fn wires(
        self,
        service: &ServiceInfo,
        stream: Transport,
        unary: UnaryTransport,
        destination: &str,
    ) -> Result<Wires> {
        let stream = service.has_streams().then_some(stream);
        let unary = service.has_calls().then_some(unary);
        // One for all calls, so that they share connections.
        let wanted = stream == Some(Transport::Grpc) || unary == Some(UnaryTransport::Grpc);
        let grpc = match wanted {
            true => Some(Arc::new(Grpc::new(self.grpc, destination)?)),
            false => None,
        };
        let (streams, calls) = (self.streams, self.calls);
        Ok(Wires {
            stream: match stream {
                Some(Transport::TtHeaderStreaming) => Some(Arc::new(TtStream::new(streams))),
                Some(Transport::Grpc) => grpc.clone().map(|grpc| grpc as Arc<dyn StreamWire>),
                None => None,
            },
            unary: match unary.map(framing) {
                Some(Some(framing)) => Some(Arc::new(PingPongPool::new(framing, calls))),
                Some(None) => grpc.map(|grpc| grpc as Arc<dyn UnaryWire>),
                None => None,
            },
        })
    }
}

/// How a ping-pong wire wraps its messages; `None` for gRPC, which is none.
fn framing(transport: UnaryTransport) -> Option<Framing> {
    Some(match transport {
        UnaryTransport::Buffered => Framing::Buffered,
        UnaryTransport::Framed => Framing::Framed,
        UnaryTransport::TtHeader => Framing::TtHeader,
        UnaryTransport::TtHeaderFramed => Framing::TtHeaderFramed,
        UnaryTransport::Grpc => return None,
    })
}
