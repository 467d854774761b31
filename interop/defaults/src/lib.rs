//! The four services of `interop/idl/defaults`, served and called without a word about wires: each by
//! Kitex's default for its IDL and its kinds of methods. The twins on Kitex are
//! `interop/kitex/cmd/defaults-streamx` and `defaults-classic`.

pub mod calls_gen;
pub mod calls_pb_gen;
pub mod clients;
mod handlers;
pub mod streams_gen;
pub mod streams_pb_gen;

use std::net::SocketAddr;

use streamgen_runtime::{Result, Server};

use calls_gen::calls::calls::CallsServer;
use calls_pb_gen::callspb::calls_pb::CallsPbServer;
use streams_gen::streams::streams::StreamsServer;
use streams_pb_gen::streamspb::streams_pb::StreamsPbServer;

/// What clients send, one after the other.
pub const SENT: [&str; 3] = ["a", "b", "c"];

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

/// Serves one of the services on a free port of loopback, on this runtime.
///
/// # Errors
/// No port can be had.
pub async fn serve(service: Service) -> Result<SocketAddr> {
    let server = Server::builder();
    let server = match service {
        Service::Calls => server.add_service(CallsServer::new(handlers::Answers)),
        Service::Streams => server.add_service(StreamsServer::new(handlers::Answers)),
        Service::CallsPb => server.add_service(CallsPbServer::new(handlers::Answers)),
        Service::StreamsPb => server.add_service(StreamsPbServer::new(handlers::Answers)),
    };
    let bound = server.bind("127.0.0.1:0").await?;
    let address = bound.local_addr()?;
    tokio::spawn(bound.serve());
    Ok(address)
}
