//! The wires of a client, and what goes over them.

use super::ClientBuilder;
use crate::call::Encoding;
use crate::service::{Transport, UnaryTransport};

impl<C> ClientBuilder<C> {
    /// The wire of streams. Default: the wire that Kitex uses for this kind of IDL
    /// (kitex-tool.md 5).
    ///
    /// [`Transport::Grpc`] carries ping-pong calls too, as Kitex's `GRPC` does. If
    /// [`unary_transport`](Self::unary_transport) chooses another wire for ping-pong calls, it
    /// carries streams alone, as Kitex's `GRPCStreaming` does. The setting holds for all calls: as
    /// in Kitex, a single call can have its own address but not its own wire.
    pub fn transport(mut self, transport: Transport) -> Self {
        self.made.transport();
        self.transports.stream = Some(transport);
        self
    }

    /// The wire of ping-pong calls. Default, as in Kitex: [`UnaryTransport::Framed`] for Thrift, and for
    /// Protobuf gRPC if the service has streams, else [`UnaryTransport::TtHeaderFramed`].
    pub fn unary_transport(mut self, transport: UnaryTransport) -> Self {
        self.made.of_calls("unary_transport");
        self.transports.unary = Some(transport);
        self
    }

    /// Whether ping-pong requests carry a checksum of their payload in their TTHeader, as with
    /// Kitex's `CRC32Check`. Default: no. Servers of this crate, and Kitex servers with
    /// `CRC32Check`, check it, refuse a payload that was damaged on the way, and put a checksum
    /// into the reply. The client checks the checksum of any reply that has one, whatever this
    /// setting.
    pub fn checksum(mut self, checksum: bool) -> Self {
        self.settings.calls.checksum = checksum;
        self.made.of_call_headers("checksum", checksum);
        self
    }

    /// Compresses the messages of gRPC calls, unless the call says otherwise. Default: not at all.
    pub fn encoding(mut self, encoding: Encoding) -> Self {
        self.defaults.encoding = Some(encoding);
        self
    }
}
