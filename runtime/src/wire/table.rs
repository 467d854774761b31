//! The table of wires, by the names that users choose them by, and the settings of the wires.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use faststr::FastStr;

use super::arrival::MinRate;
use super::client::{StreamWire, UnaryWire, Wire};
use super::grpc::client::{Config as GrpcConfig, Connector as Grpc};
use super::grpc::server::Grpc as GrpcProtocol;
use super::io::{Attempts, Dial};
use super::pingpong::{Framing, PingPong, PingPongPool, PingPongServerConfig, PoolConfig, Sharing};
use super::protocol::Protocols;
use super::share::spare_of;
use super::ttheader::client::{ClientConfig, Connector as TtStream};
use super::ttheader::server::TtHeaderStreaming;
use crate::error::Result;
use crate::service::{Transport, UnaryTransport};
use crate::sync::lock;

pub use super::grpc::GrpcLimits;
pub use super::ttheader::Limits;
pub use super::ttheader::client::PoolMode;

/// How users choose the wire that has what others lack: TLS, compression, and every payload.
pub(crate) const MOST_ABLE: &str = "`.transport(Transport::Grpc)`";

/// Ways out that an error offers to the user of a setting that only some wires can use. Each names a
/// wire that can.
pub(crate) mod way_out {
    /// For settings of what only [`MOST_ABLE`](super::MOST_ABLE) has.
    pub(crate) const MOST_ABLE: &str = "set `.transport(Transport::Grpc)`, or leave it out";
    /// For settings of streams that need connections of Kitex's own kind.
    pub(crate) const STREAMS: &str =
        "set `.transport(Transport::TtHeaderStreaming)`, or leave it out";
    /// For settings of ping-pong calls that need a header.
    pub(crate) const CALL_HEADERS: &str =
        "set `.unary_transport(UnaryTransport::TtHeaderFramed)`, or leave it out";
    /// For options of a single call that need a header.
    pub(crate) const CALL_HEADERS_OF_CLIENT: &str =
        "set `.unary_transport(UnaryTransport::TtHeaderFramed)` of the client, or leave it out";
}

/// The settings of all wires of a client; each wire takes its own.
#[derive(Debug, Default)]
pub(crate) struct WireSettings {
    pub(crate) streams: ClientConfig,
    pub(crate) calls: PoolConfig,
    pub(crate) grpc: GrpcConfig,
    /// `None`: as `streams.pool` has it.
    unary_pool: Option<PoolMode>,
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

    /// Sets who learns of the attempts to connect, for every wire.
    pub(crate) fn set_attempts(&mut self, attempts: &Attempts) {
        self.streams.attempts = attempts.clone();
        self.calls.attempts = attempts.clone();
        self.grpc.attempts = attempts.clone();
    }

    pub(crate) fn set_pool(&mut self, mode: PoolMode) {
        self.streams.pool = mode;
        self.grpc.short = mode == PoolMode::Short;
        if let PoolMode::Mux { slots } = mode {
            self.grpc.slots = slots;
        }
    }

    /// Which ping-pong calls share a connection, whatever [`set_pool`](Self::set_pool) says.
    pub(crate) fn set_unary_pool(&mut self, mode: PoolMode) {
        if let PoolMode::Long { max_idle } = mode {
            self.calls.idle_timeout = max_idle;
        }
        self.unary_pool = Some(mode);
    }

    /// Settles what two settings have a say in, so that their order does not matter.
    fn settled(mut self) -> Self {
        self.calls.sharing = match (self.unary_pool, self.streams.pool) {
            (Some(PoolMode::Mux { slots }), _) => Sharing::Multiplexed { connections: slots },
            (Some(PoolMode::Short), _) | (None, PoolMode::Short) => Sharing::Not,
            (Some(PoolMode::Long { .. }), _) | (None, _) => Sharing::InTurn,
        };
        self
    }
}

/// The wires to one destination. Each wire is made when the first client asks for it. All clients
/// use the same wire, and so share its connections.
#[derive(Debug)]
pub(crate) struct Wires {
    settings: WireSettings,
    destination: FastStr,
    streams: OnceLock<Arc<TtStream>>,
    calls: Mutex<Vec<(Framing, Arc<PingPongPool>)>>,
    /// An error if gRPC cannot name the destination.
    grpc: OnceLock<Result<Arc<Grpc>>>,
}

impl Wires {
    pub(crate) fn new(settings: WireSettings, destination: FastStr) -> Self {
        Self {
            settings: settings.settled(),
            destination,
            streams: OnceLock::new(),
            calls: Mutex::default(),
            grpc: OnceLock::new(),
        }
    }

    /// The wire of streams with this name.
    ///
    /// # Errors
    /// The wire cannot name the destination.
    pub(crate) fn stream(&self, transport: Transport) -> Result<Arc<dyn StreamWire>> {
        Ok(match transport {
            Transport::TtHeaderStreaming => {
                let make = || Arc::new(TtStream::new(self.settings.streams.clone()));
                Arc::clone(self.streams.get_or_init(make)) as _
            }
            Transport::Grpc => self.grpc()? as _,
        })
    }

    /// The wire of ping-pong calls with this name.
    ///
    /// # Errors
    /// The wire cannot name the destination.
    pub(crate) fn unary(&self, transport: UnaryTransport) -> Result<Arc<dyn UnaryWire>> {
        Ok(match framing(transport) {
            Some(framing) => self.ping_pong(framing) as _,
            None => self.grpc()? as _,
        })
    }

    /// The wires that were asked for.
    pub(crate) fn in_use(&self) -> Vec<Arc<dyn Wire>> {
        let streams = self.streams.get().map(|wire| Arc::clone(wire) as _);
        let grpc = self.grpc.get().and_then(|wire| wire.as_ref().ok());
        let grpc = grpc.map(|wire| Arc::clone(wire) as _);
        let calls = lock(&self.calls);
        let calls = calls.iter().map(|(_, wire)| Arc::clone(wire) as _);
        streams.into_iter().chain(grpc).chain(calls).collect()
    }

    /// Whether connections use TLS.
    pub(crate) fn is_secured(&self) -> bool {
        self.settings.grpc.is_secured()
    }

    fn grpc(&self) -> Result<Arc<Grpc>> {
        let make = || Grpc::new(self.settings.grpc.clone(), &self.destination).map(Arc::new);
        self.grpc.get_or_init(make).clone()
    }

    fn ping_pong(&self, framing: Framing) -> Arc<PingPongPool> {
        let mut calls = lock(&self.calls);
        if let Some((_, pool)) = calls.iter().find(|(of, _)| *of == framing) {
            return Arc::clone(pool);
        }
        let pool = Arc::new(PingPongPool::new(framing, self.settings.calls.clone()));
        calls.push((framing, Arc::clone(&pool)));
        pool
    }
}

/// The framing of a ping-pong wire; `None` for gRPC, which has no framing of this kind.
fn framing(transport: UnaryTransport) -> Option<Framing> {
    Some(match transport {
        UnaryTransport::Buffered => Framing::Buffered,
        UnaryTransport::Framed => Framing::Framed,
        UnaryTransport::TtHeader => Framing::TtHeader,
        UnaryTransport::TtHeaderFramed => Framing::TtHeaderFramed,
        UnaryTransport::Grpc => return None,
    })
}

/// The settings of all wires of a server; each wire takes its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServerWires {
    pub(crate) streams: Limits,
    pub(crate) calls: PingPongServerConfig,
    pub(crate) grpc: GrpcLimits,
}

impl ServerWires {
    /// Limits on every wire with which a connection can hold `bytes` at most, but those of time.
    pub(crate) fn set_memory(&mut self, bytes: usize) {
        self.streams = Limits::within(bytes);
        self.grpc = GrpcLimits::within(bytes);
        self.calls.max_message = PingPongServerConfig::default()
            .max_message
            .min(spare_of(bytes) / 8);
    }

    /// Sets how long the client may send nothing after the first part of a frame or a request, on
    /// TTHeader Streaming and ping-pong. gRPC has its own limit.
    pub(crate) fn set_stall_timeout(&mut self, timeout: Duration) {
        self.streams.stall_timeout = timeout;
        self.calls.stall_timeout = timeout;
    }

    /// Sets how fast the client must send what it has begun, on every wire.
    pub(crate) fn set_min_rate(&mut self, rate: MinRate) {
        self.streams.min_rate = rate;
        self.calls.min_rate = rate;
        self.grpc.min_rate = rate;
    }

    /// How long a client may take nothing of what is written to it.
    pub(crate) fn set_send_timeout(&mut self, timeout: Duration) {
        self.streams.send_timeout = timeout;
        self.calls.send_timeout = timeout;
        self.grpc.send_timeout = timeout;
    }

    /// The protocols of a server, in the order in which the server asks them.
    pub(crate) fn protocols(self) -> Protocols {
        Arc::new([
            Box::new(GrpcProtocol::new(self.grpc)),
            Box::new(TtHeaderStreaming::new(self.streams)),
            Box::new(PingPong::new(self.calls)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_pool_settings_does_not_matter() {
        const MUX: PoolMode = PoolMode::Mux { slots: 2 };
        let two = Sharing::Multiplexed { connections: 2 };
        for (streams, calls, sharing) in [
            (PoolMode::Short, None, Sharing::Not),
            (PoolMode::LONG, None, Sharing::InTurn),
            (PoolMode::Short, Some(MUX), two),
            (PoolMode::LONG, Some(PoolMode::Short), Sharing::Not),
            (PoolMode::Short, Some(PoolMode::LONG), Sharing::InTurn),
        ] {
            for streams_first in [true, false] {
                let mut settings = WireSettings::default();
                if streams_first {
                    settings.set_pool(streams);
                }
                if let Some(calls) = calls {
                    settings.set_unary_pool(calls);
                }
                // What was said before is forgotten.
                settings.set_pool(PoolMode::Short);
                settings.set_pool(streams);
                let settled = settings.settled();
                assert_eq!(settled.calls.sharing, sharing, "{streams:?}, {calls:?}");
                assert_eq!(settled.streams.pool, streams);
            }
        }
    }
}
