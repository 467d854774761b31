//! The kinds of methods: what tells them apart in generated code, in one table.

use streamgen_idl::model::{Method, StreamingMode};

/// How a method is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MethodKind {
    /// A call whose arguments and result are structs of their own on the wire.
    PingPong,
    /// A call of arguments that nothing answers.
    OneWay,
    /// A call of one message, answered by one.
    Unary,
    /// A ping-pong call that the stream client makes, over the wire of streams.
    UnaryOverStream,
    ClientStreaming,
    ServerStreaming,
    BidiStreaming,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// In documentation, before the method's name.
    pub(crate) title: &'static str,
    /// The variant of the runtime's `Mode`.
    pub(crate) mode: &'static str,
    /// How the client's arguments travel.
    pub(crate) request: Request,
    /// How the server's answer travels.
    pub(crate) response: Response,
    /// The function of the runtime's `ServiceClient` that makes the call.
    pub(crate) client_function: &'static str,
    /// The type of that call, in the runtime.
    pub(crate) call: &'static str,
    /// The function of the runtime's module `server` that runs the handler.
    pub(crate) server_function: &'static str,
    /// The runtime's type of the stream that the handler gets, if it gets one.
    pub(crate) server_stream: Option<&'static str>,
    /// The function of the runtime's `Mock` that answers a call.
    pub(crate) mock_function: &'static str,
    /// The runtime's type of what a test expects.
    pub(crate) expectation: &'static str,
}

/// How a client's arguments travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// In a struct of their own, which is generated for the method.
    Arguments,
    /// As one message, given with the call.
    Message,
    /// As messages on a stream, after the call.
    Stream,
}

/// How a server's answer travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// Not at all.
    None,
    /// As what the handler returns.
    Returned,
    /// As messages on a stream.
    Stream,
}

impl MethodKind {
    /// `unary` has no effect on a Thrift method under `-streamx`: Kitex makes it an ordinary
    /// ping-pong method (`kitex-tool.md` 5). On the classic surface it is the stream client's.
    pub(super) fn of(method: &Method, is_protobuf: bool, streamx: bool) -> Self {
        match method.mode {
            _ if method.oneway => Self::OneWay,
            StreamingMode::Unary if is_protobuf => Self::Unary,
            StreamingMode::Unary if !streamx => Self::UnaryOverStream,
            StreamingMode::PingPong | StreamingMode::Unary => Self::PingPong,
            StreamingMode::ClientStreaming => Self::ClientStreaming,
            StreamingMode::ServerStreaming => Self::ServerStreaming,
            StreamingMode::Bidirectional => Self::BidiStreaming,
        }
    }

    /// The table.
    pub(crate) const fn row(self) -> Kind {
        match self {
            Self::PingPong => Kind {
                title: "Ping-pong method",
                mode: "PingPong",
                request: Request::Arguments,
                response: Response::Returned,
                client_function: "ping_pong",
                call: "client::PingPongCall",
                server_function: "ping_pong",
                server_stream: None,
                mock_function: "unary",
                expectation: "mock::ExpectUnary",
            },
            Self::OneWay => Kind {
                title: "Oneway method",
                mode: "OneWay",
                request: Request::Arguments,
                response: Response::None,
                client_function: "one_way",
                call: "client::OneWayCall",
                server_function: "ping_pong",
                server_stream: None,
                mock_function: "unary",
                expectation: "mock::ExpectUnary",
            },
            Self::Unary => Kind {
                title: "Unary method",
                mode: "PingPong",
                request: Request::Message,
                response: Response::Returned,
                client_function: "unary",
                call: "client::UnaryCall",
                server_function: "unary",
                server_stream: None,
                mock_function: "unary",
                expectation: "mock::ExpectUnary",
            },
            Self::UnaryOverStream => Kind {
                title: "Unary method",
                mode: "Unary",
                request: Request::Arguments,
                response: Response::Returned,
                client_function: "over_stream",
                call: "client::PingPongCall",
                server_function: "ping_pong",
                server_stream: None,
                mock_function: "unary",
                expectation: "mock::ExpectUnary",
            },
            Self::ClientStreaming => Kind {
                title: "Client-streaming method",
                mode: "ClientStreaming",
                request: Request::Stream,
                response: Response::Returned,
                client_function: "client_streaming",
                call: "client::ClientStreamingCall",
                server_function: "client_streaming",
                server_stream: Some("ClientStreamingServer"),
                mock_function: "client_streaming",
                expectation: "mock::ExpectClientStreaming",
            },
            Self::ServerStreaming => Kind {
                title: "Server-streaming method",
                mode: "ServerStreaming",
                request: Request::Message,
                response: Response::Stream,
                client_function: "server_streaming",
                call: "client::ServerStreamingCall",
                server_function: "server_streaming",
                server_stream: Some("ServerStreamingServer"),
                mock_function: "server_streaming",
                expectation: "mock::ExpectServerStreaming",
            },
            Self::BidiStreaming => Kind {
                title: "Bidirectional streaming method",
                mode: "BidiStreaming",
                request: Request::Stream,
                response: Response::Stream,
                client_function: "bidi_streaming",
                call: "client::BidiStreamingCall",
                server_function: "bidi_streaming",
                server_stream: Some("BidiStreamingServer"),
                mock_function: "bidi_streaming",
                expectation: "mock::ExpectBidiStreaming",
            },
        }
    }

    /// Whether calls open a stream.
    pub(crate) const fn is_streaming(self) -> bool {
        self.row().server_stream.is_some()
    }

    /// Whether calls go over the wire of streams.
    pub(crate) fn is_over_stream(self) -> bool {
        self.is_streaming() || self == Self::UnaryOverStream
    }

    /// Whether calls send a struct of arguments.
    pub(crate) fn has_args_struct(self) -> bool {
        self.row().request == Request::Arguments
    }
}
