//! The wires of a case: those of streams and of calls, and the IDL.

use interop_suites::CONNECTED;
use streamgen_runtime::{ClientBuilder, Transport, UnaryTransport};

/// One value of `-wire` of the Kitex client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wire {
    /// What Kitex's client calls it.
    pub(crate) name: &'static str,
    pub(crate) protobuf: bool,
    /// Streams go over gRPC, and not over TTHeader Streaming.
    pub(crate) grpc: bool,
    /// The wire of calls, if it is not that of streams.
    calls: Option<UnaryTransport>,
    /// Which of the Kitex server's ports it is for.
    pub(crate) port: &'static str,
}

impl Wire {
    const fn new(name: &'static str, grpc: bool, calls: Option<UnaryTransport>) -> Self {
        Self {
            name,
            protobuf: false,
            grpc,
            calls,
            port: "plain",
        }
    }

    /// One that Kitex's client knows by this name, and ours is not told.
    pub(crate) const fn named(name: &'static str) -> Self {
        Self::new(name, false, None)
    }

    const fn of_protobuf(mut self) -> Self {
        self.protobuf = true;
        self
    }

    const fn at(mut self, port: &'static str) -> Self {
        self.port = port;
        self
    }

    pub(crate) fn of<C>(self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let builder = builder.transport(match self.grpc {
            true => Transport::Grpc,
            false => Transport::TtHeaderStreaming,
        });
        self.of_calls(builder)
    }

    /// For a client that opens no streams.
    pub(crate) fn of_calls<C>(self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let builder = builder.connect_timeout(CONNECTED);
        match self.calls {
            Some(calls) => builder.unary_transport(calls),
            None => builder,
        }
    }
}

pub(crate) const TTHEADER: Wire =
    Wire::new("ttheader-streaming", false, Some(UnaryTransport::TtHeader));
pub(crate) const GRPC_STREAMING: Wire =
    Wire::new("grpc-streaming", true, Some(UnaryTransport::TtHeader));
pub(crate) const GRPC: Wire = Wire::new("grpc", true, None);
pub(crate) const GRPC_STREAMING_PB: Wire = Wire::new(
    "grpc-streaming-pb",
    true,
    Some(UnaryTransport::TtHeaderFramed),
)
.of_protobuf();
pub(crate) const GRPC_PB: Wire = Wire::new("grpc-pb", true, None).of_protobuf();
/// Kitex reads and writes Thrift with frugal, as the suites of slim code do.
pub(crate) const FRUGAL: Wire =
    Wire::new("frugal", false, Some(UnaryTransport::TtHeaderFramed)).at("frugal");
pub(crate) const FRUGAL_GRPC: Wire = Wire::new("frugal-grpc", true, None).at("frugal");
/// The port of a combined service.
pub(crate) const COMBINE: Wire = TTHEADER.at("combine");
pub(crate) const COMBINE_GRPC: Wire = GRPC.at("combine");

/// What `streamx` runs over: Thrift, then Protobuf, for which Kitex has no TTHeader Streaming.
pub(crate) const ALL: &[Wire] = &[TTHEADER, GRPC_STREAMING, GRPC, GRPC_STREAMING_PB, GRPC_PB];
/// Those where streams are all that differs.
pub(crate) const STREAMS: &[Wire] = &[TTHEADER, GRPC, GRPC_PB];
pub(crate) const THRIFT: &[Wire] = &[TTHEADER, GRPC];
