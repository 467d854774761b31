//! What is counted and timed.

use clap::ValueEnum;

/// What a client does many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Workload {
    /// Calls over Framed.
    Framed,
    /// Calls over TTHeader + Framed, multiplexed on one connection.
    Mux,
    /// Calls over gRPC.
    Grpc,
    /// Streams over TTHeader Streaming that are opened and ended.
    Open,
    /// Streams over gRPC that are opened and ended.
    OpenGrpc,
    /// Messages on one stream over TTHeader Streaming, each sent there and back.
    Message,
    /// Messages on one stream over gRPC, each sent there and back.
    MessageGrpc,
}

/// What each time consists of.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Call,
    Stream,
    Message,
}

impl Workload {
    pub fn kind(self) -> Kind {
        match self {
            Self::Framed | Self::Mux | Self::Grpc => Kind::Call,
            Self::Open | Self::OpenGrpc => Kind::Stream,
            Self::Message | Self::MessageGrpc => Kind::Message,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Framed => "framed",
            Self::Mux => "mux",
            Self::Grpc => "grpc",
            Self::Open => "open",
            Self::OpenGrpc => "open-grpc",
            Self::Message => "message",
            Self::MessageGrpc => "message-grpc",
        }
    }
}

/// The sides that are governed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Governed {
    Nothing,
    Client,
    Server,
    Both,
}

impl Governed {
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Client => "client",
            Self::Server => "server",
            Self::Both => "both",
        }
    }

    pub fn client(self) -> bool {
        matches!(self, Self::Client | Self::Both)
    }

    pub fn server(self) -> bool {
        matches!(self, Self::Server | Self::Both)
    }
}
