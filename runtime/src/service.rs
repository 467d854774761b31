//! What generated code says about a service: its name, its methods and how each of them talks.

/// A service of an IDL, as generated code describes it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ServiceInfo {
    /// The IDL's name of the service: what a client writes as `isn` and a server routes on.
    pub name: &'static str,
    /// Last part of the Go namespace (Thrift) or the package (Protobuf): the prefix in a gRPC path.
    pub package: &'static str,
    /// How messages are encoded.
    pub payload: PayloadCodec,
    /// The transport of streams when the user names none: Kitex's own default for this kind of IDL.
    pub default_transport: Transport,
    /// The methods, inherited ones first; a method's index here is its number in [`crate::server::Service`].
    pub methods: &'static [MethodInfo],
}

impl ServiceInfo {
    /// Describes a service. The arguments are its fields in their order. `const`, so that generated
    /// code can use it in tables.
    #[must_use]
    pub const fn new(
        name: &'static str,
        package: &'static str,
        payload: PayloadCodec,
        default_transport: Transport,
        methods: &'static [MethodInfo],
    ) -> Self {
        Self {
            name,
            package,
            payload,
            default_transport,
            methods,
        }
    }

    /// Index of the method called `name` on the wire.
    #[must_use]
    pub fn method_index(&self, name: &str) -> Option<usize> {
        self.methods.iter().position(|method| method.name == name)
    }

    /// Whether a method streams.
    #[must_use]
    pub fn has_streams(&self) -> bool {
        self.methods.iter().any(|method| method.mode.is_streaming())
    }

    /// Whether a method is a ping-pong or oneway call.
    #[must_use]
    pub fn has_calls(&self) -> bool {
        let mut modes = self.methods.iter().map(|method| method.mode);
        modes.any(|mode| !mode.is_over_stream())
    }
}

/// One method of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodInfo {
    /// The IDL's name, exactly as it goes over the wire.
    pub name: &'static str,
    /// Who sends how many messages.
    pub mode: Mode,
    /// Whether the IDL says that the method may run twice for one call.
    pub retry_safe: bool,
}

impl MethodInfo {
    /// Describes one method; `const`, for the tables in generated code.
    #[must_use]
    pub const fn new(name: &'static str, mode: Mode) -> Self {
        Self {
            name,
            mode,
            retry_safe: false,
        }
    }

    /// Describes a method that may run twice: `retry = "safe"` in Thrift, in Protobuf
    /// `idempotency_level = IDEMPOTENT` or `NO_SIDE_EFFECTS`.
    #[must_use]
    pub const fn retry_safe(name: &'static str, mode: Mode) -> Self {
        Self {
            name,
            mode,
            retry_safe: true,
        }
    }
}

/// How a method talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// One request, one reply, no stream.
    PingPong,
    /// One request, one reply, over a stream's wire: `streaming.mode = "unary"` of Kitex's classic
    /// surface. Clients call such a method over gRPC. A server of this crate answers it on every
    /// wire.
    Unary,
    /// One request, and nothing ever comes back.
    OneWay,
    /// Many requests, one response.
    ClientStreaming,
    /// One request, many responses.
    ServerStreaming,
    /// Many of each, in any order.
    BidiStreaming,
}

impl Mode {
    /// Whether calls of this mode open a stream.
    #[must_use]
    pub const fn is_streaming(self) -> bool {
        matches!(
            self,
            Self::ClientStreaming | Self::ServerStreaming | Self::BidiStreaming
        )
    }

    /// Whether the wire of calls is that of streams: of those that open a stream, and of
    /// [`Mode::Unary`].
    #[must_use]
    pub const fn is_over_stream(self) -> bool {
        self.is_streaming() || matches!(self, Self::Unary)
    }
}

/// How the messages of a service are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PayloadCodec {
    /// Thrift's binary protocol.
    Thrift,
    /// Protobuf.
    Protobuf,
}

/// The wire that carries the streams of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Transport {
    /// Kitex's TTHeader Streaming: what `-streamx` clients of a Thrift IDL use.
    TtHeaderStreaming,
    /// gRPC over HTTP/2: what Kitex uses without `-streamx`, and for every Protobuf IDL.
    Grpc,
}

/// The wire that carries the ping-pong calls of a client.
///
/// Kitex's names of these are the options `PurePayload`, `Framed`, `TTHeader` behind `PurePayload`,
/// `TTHeaderFramed` (also `TTHeader` alone), and `GRPC`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnaryTransport {
    /// The bare message, without a length: Kitex's default before v0.13, Apache Thrift's
    /// unframed transport. Thrift only.
    Buffered,
    /// The message behind a 4-byte length: Kitex's default for Thrift since v0.13.
    Framed,
    /// The bare message inside a TTHeader. Thrift only.
    TtHeader,
    /// The message behind a length inside a TTHeader, which carries service name, metainfo, timeout and
    /// business status: Kitex's default for a Protobuf service without streams.
    TtHeaderFramed,
    /// gRPC over HTTP/2: Kitex's default for a Protobuf service with streams.
    Grpc,
}

impl UnaryTransport {
    /// The wire of [`Mode::Unary`]: the one on which a stream carries one request and one reply.
    /// Kitex's stream clients have no other (kitex-tool.md 5).
    pub(crate) const OVER_STREAM: Self = Self::Grpc;

    /// What a Kitex client of `service` uses that is told nothing, or only to use `stream`
    /// (kitex-tool.md 5): gRPC wins for both kinds of calls where it is chosen. Calls that are
    /// `multiplexed` over a connection need a TTHeader, which tells whose reply a reply is.
    pub(crate) fn default_of(
        service: &ServiceInfo,
        stream: Option<Transport>,
        multiplexed: bool,
    ) -> Self {
        let by_service = || match service.payload {
            PayloadCodec::Thrift if multiplexed => Self::TtHeaderFramed,
            PayloadCodec::Thrift => Self::Framed,
            PayloadCodec::Protobuf if service.has_streams() => Self::Grpc,
            PayloadCodec::Protobuf => Self::TtHeaderFramed,
        };
        stream.and_then(Self::implied_by).unwrap_or_else(by_service)
    }

    /// The wire of ping-pong calls that follows from the wire chosen for streams, if any.
    pub(crate) fn implied_by(stream: Transport) -> Option<Self> {
        match stream {
            Transport::Grpc => Some(Self::Grpc),
            Transport::TtHeaderStreaming => None,
        }
    }
}
