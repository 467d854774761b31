//! How a method talks.

/// How messages flow in a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One request and one reply, without a stream.
    PingPong,
    /// `streaming.mode = "unary"`: one request and one reply, over a stream's wire.
    Unary,
    /// One request, and no reply.
    OneWay,
    /// Many requests, one response.
    ClientStreaming,
    /// One request, many responses.
    ServerStreaming,
    /// Many of each, in any order.
    BidiStreaming,
}

impl Mode {
    /// Whether calls open a stream. The messages of a stream are structs as they are; those of other
    /// calls are wrapped in the struct of arguments or of the result.
    #[must_use]
    pub fn is_streaming(self) -> bool {
        matches!(
            self,
            Self::ClientStreaming | Self::ServerStreaming | Self::BidiStreaming
        )
    }
}
