//! The four services of `interop/idl/defaults`, generated for both of Kitex's surfaces, served and
//! called without a word about wires, each by Kitex's default for its IDL and its kinds of methods, or
//! over a wire that the client is told. The twins on Kitex are `interop/kitex/cmd/defaults-streamx` and
//! `defaults-classic`. Services without streams are the same on both surfaces.

pub mod calls_gen;
pub mod calls_pb_gen;
pub mod classic_streams_gen;
pub mod classic_streams_pb_gen;
pub mod clients;
mod handlers;
pub mod streams_gen;
pub mod streams_pb_gen;
mod surfaces;

use std::net::SocketAddr;

use streamgen_runtime::{Result, Server, Transport, UnaryTransport};

use calls_gen::calls::calls::CallsServer;
use calls_pb_gen::callspb::calls_pb::CallsPbServer;
use classic_streams_gen::streams::streams::StreamsServer as ClassicStreamsServer;
use classic_streams_pb_gen::streamspb::streams_pb::StreamsPbServer as ClassicStreamsPbServer;
use streams_gen::streams::streams::StreamsServer;
use streams_pb_gen::streamspb::streams_pb::StreamsPbServer;

pub use surfaces::{Surface, Wire};

/// What clients send, one after the other.
pub const SENT: [&str; 3] = ["a", "b", "c"];

/// The metainfo that clients send with streams, whose handlers look for it in their context.
pub const TENANT: (&str, &str) = ("TENANT", "acme");

/// The services by the names that Kitex's programs have for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Thrift, no streams.
    Calls,
    /// Thrift, with streams.
    Streams,
    /// Protobuf, no streams.
    CallsPb,
    /// Protobuf, with streams.
    StreamsPb,
}

impl Service {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Calls, Self::Streams, Self::CallsPb, Self::StreamsPb];

    /// The wires that a client of it may be told.
    #[must_use]
    pub fn wires(self) -> &'static [Wire] {
        const GRPC: Wire = Wire::Streams(Transport::Grpc);
        const FRAMED: Wire = Wire::Calls(UnaryTransport::TtHeaderFramed);
        match self {
            Self::Calls => &[
                Wire::Default,
                Wire::Calls(UnaryTransport::Buffered),
                Wire::Calls(UnaryTransport::Framed),
                Wire::Calls(UnaryTransport::TtHeader),
                FRAMED,
                GRPC,
            ],
            Self::Streams => &[
                Wire::Default,
                FRAMED,
                Wire::Streams(Transport::TtHeaderStreaming),
                GRPC,
            ],
            Self::CallsPb => &[Wire::Default, FRAMED, GRPC],
            Self::StreamsPb => &[Wire::Default, GRPC],
        }
    }

    /// The value of Kitex's programs' `-service`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Streams => "streams",
            Self::CallsPb => "callspb",
            Self::StreamsPb => "streamspb",
        }
    }
}

/// Serves one of the services on a free port of loopback, on this runtime, with handlers of a surface.
///
/// # Errors
/// No port can be had.
pub async fn serve(service: Service, surface: Surface) -> Result<SocketAddr> {
    use handlers::Answers;
    let server = Server::builder();
    let server = match (service, surface) {
        (Service::Calls, _) => server.add_service(CallsServer::new(Answers)),
        (Service::CallsPb, _) => server.add_service(CallsPbServer::new(Answers)),
        (Service::Streams, Surface::StreamX) => server.add_service(StreamsServer::new(Answers)),
        (Service::Streams, Surface::Classic) => {
            server.add_service(ClassicStreamsServer::new(Answers))
        }
        (Service::StreamsPb, Surface::StreamX) => server.add_service(StreamsPbServer::new(Answers)),
        (Service::StreamsPb, Surface::Classic) => {
            server.add_service(ClassicStreamsPbServer::new(Answers))
        }
    };
    let bound = server.bind("127.0.0.1:0").await?;
    let address = bound.local_addr()?;
    tokio::spawn(bound.serve());
    Ok(address)
}
