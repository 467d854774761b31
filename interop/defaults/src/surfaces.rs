//! The surfaces, and the wires that a client can be told to use.

use std::time::Duration;

use streamgen_runtime::{ClientBuilder, StreamClientBuilder, Transport, UnaryTransport};

/// How long connecting to another process may take. Over gRPC it includes the server's SETTINGS, and on a busy
/// machine they come later than the default allows.
const CONNECTED: Duration = Duration::from_secs(20);

/// Kitex's two kinds of generated code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// With `-streamx`.
    StreamX,
    /// Without it.
    Classic,
}

impl Surface {
    /// Both.
    pub const ALL: [Self; 2] = [Self::StreamX, Self::Classic];

    /// The program of `interop/kitex` whose code has this surface.
    #[must_use]
    pub fn kitex(self) -> &'static str {
        match self {
            Self::StreamX => "defaults-streamx",
            Self::Classic => "defaults-classic",
        }
    }
}

/// What a client is told of wires: the values of `-wire` of Kitex's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Nothing.
    Default,
    /// The wire of calls.
    Calls(UnaryTransport),
    /// The wire of streams.
    Streams(Transport),
}

impl Wire {
    /// The value of `-wire`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Calls(UnaryTransport::Buffered) => "buffered",
            Self::Calls(UnaryTransport::Framed) => "framed",
            Self::Calls(UnaryTransport::TtHeader) => "ttheader",
            Self::Calls(UnaryTransport::TtHeaderFramed) => "ttheader-framed",
            Self::Streams(Transport::TtHeaderStreaming) => "ttheader-streaming",
            Self::Streams(Transport::Grpc) => "grpc",
            _ => "",
        }
    }

    pub(crate) fn of<C>(self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        let builder = builder.connect_timeout(CONNECTED);
        match self {
            Self::Default => builder,
            Self::Calls(transport) => builder.unary_transport(transport),
            Self::Streams(transport) => builder.transport(transport),
        }
    }

    /// For a client that opens no streams: it refuses a wire that carries nothing else.
    pub(crate) fn of_calls<C>(self, builder: ClientBuilder<C>) -> ClientBuilder<C> {
        match self {
            Self::Streams(Transport::TtHeaderStreaming) => builder.connect_timeout(CONNECTED),
            _ => self.of(builder),
        }
    }

    pub(crate) fn of_streams<C>(self, builder: StreamClientBuilder<C>) -> StreamClientBuilder<C> {
        let builder = builder.connect_timeout(CONNECTED);
        match self {
            Self::Default | Self::Calls(_) => builder,
            Self::Streams(transport) => builder.transport(transport),
        }
    }
}
