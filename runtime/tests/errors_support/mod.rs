//! Every cause of an error, provoked on every wire.
#![allow(
    unreachable_pub,
    dead_code,
    unused_imports,
    reason = "each test file uses its part"
)]

mod causes;
mod peers;
mod table;

pub use causes::{CAUSES, Cause, provoke};
pub use peers::{Then, broken, leaving};
pub use table::document;

use std::net::SocketAddr;
use std::time::Duration;

use streamgen_runtime::{
    ClientBuilder, Error, FastStr, GrpcLimits, Limits, Result, Transport, UnaryTransport,
};

use crate::rpc_support::{PeerClient, msg};

/// How a call travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Streaming,
    Framed,
    TtHeader,
    GrpcStream,
    GrpcUnary,
}

pub const WIRES: [Wire; 5] = [
    Wire::Streaming,
    Wire::Framed,
    Wire::TtHeader,
    Wire::GrpcStream,
    Wire::GrpcUnary,
];

/// No test waits for it: what takes as long does not end.
pub const LONG: Duration = Duration::from_secs(30);
/// A limit that is reached in the tests of limits.
pub const SOON: Duration = Duration::from_millis(50);
/// The largest message in the tests of such limits, in bytes.
const SMALL: usize = 16 * 1024;

impl Wire {
    pub fn name(self) -> &'static str {
        match self {
            Self::Streaming => "TTHeader Streaming",
            Self::Framed => "Framed",
            Self::TtHeader => "TTHeader",
            Self::GrpcStream => "gRPC stream",
            Self::GrpcUnary => "gRPC unary",
        }
    }

    pub fn is_stream(self) -> bool {
        matches!(self, Self::Streaming | Self::GrpcStream)
    }

    pub fn is_grpc(self) -> bool {
        matches!(self, Self::GrpcStream | Self::GrpcUnary)
    }

    pub fn builder<C>(self, builder: ClientBuilder<C>, address: SocketAddr) -> ClientBuilder<C> {
        self.on(builder.address(address.to_string()))
    }

    /// The same settings, whatever the addresses are.
    pub fn on<C>(self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        match self {
            Self::Streaming => builder.transport(Transport::TtHeaderStreaming),
            Self::Framed => builder.unary_transport(UnaryTransport::Framed),
            Self::TtHeader => builder.unary_transport(UnaryTransport::TtHeaderFramed),
            Self::GrpcStream | Self::GrpcUnary => builder.transport(Transport::Grpc),
        }
    }

    pub fn client(self, address: SocketAddr) -> PeerClient {
        let builder = self.builder(PeerClient::builder("peer"), address);
        // No dial is given up on a busy machine.
        builder.connect_timeout(LONG).build().unwrap()
    }

    /// A call with one message each way: a stream's is sent, and its answer received.
    pub async fn ask(
        self,
        client: &PeerClient,
        text: FastStr,
        timeout: Option<Duration>,
    ) -> Result<FastStr> {
        if !self.is_stream() {
            let call = client.hello(text);
            return match timeout {
                Some(timeout) => call.timeout(timeout).await,
                None => call.await,
            };
        }
        let call = client.bidi();
        let mut stream = match timeout {
            Some(timeout) => call.timeout(timeout).await?,
            None => call.await?,
        };
        stream
            .send(crate::rpc_support::Msg { text, ..msg("") })
            .await?;
        Ok(stream.recv().await?.map(|msg| msg.text).unwrap_or_default())
    }

    /// What [`Wire::ask`] fails with.
    pub async fn refused(self, client: &PeerClient, timeout: Option<Duration>) -> Error {
        let asked = tokio::time::timeout(LONG, self.ask(client, "m".into(), timeout));
        asked.await.expect("it ends").expect_err("it fails")
    }
}

pub fn small_streams() -> Limits {
    let mut limits = Limits::default();
    limits.max_frame = SMALL as u32;
    limits
}

pub fn small_grpc() -> GrpcLimits {
    let mut limits = GrpcLimits::default();
    limits.max_message = SMALL;
    limits
}
