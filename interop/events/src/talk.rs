//! What a conversation is: a call of one shape, over one wire, that ends in one way.

use std::fmt;
use std::time::Duration;

use crate::stream_gen::events::Note;

/// The deadline of a conversation that ends by it. Everything before takes far less.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// What handlers answer, and clients of many messages send, one after the other.
pub(crate) const TEXTS: [&str; 2] = ["one", "two two"];

/// Who sends how many messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the IDL")]
pub enum Shape {
    Unary,
    Client,
    Server,
    Bidi,
}

/// How a conversation ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The handler returns.
    Normal,
    /// The handler returns a business status.
    Biz,
    /// The handler returns another error.
    Error,
    /// The handler panics.
    Panic,
    /// The client cancels the call.
    Cancel,
    /// The deadline of the call passes.
    Deadline,
}

/// What carries a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// TTHeader Streaming for streams, TTHeader in a frame for the others, as in Kitex.
    TtHeader,
    /// gRPC for all.
    Grpc,
}

/// A conversation.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "their types say it")]
pub struct Talk {
    pub shape: Shape,
    pub ending: Ending,
    pub wire: Wire,
}

impl Shape {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Unary, Self::Client, Self::Server, Self::Bidi];

    /// The name in files and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unary => "unary",
            Self::Client => "client",
            Self::Server => "server",
            Self::Bidi => "bidi",
        }
    }
}

impl Ending {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self::Normal,
        Self::Biz,
        Self::Error,
        Self::Panic,
        Self::Cancel,
        Self::Deadline,
    ];

    /// The name in files and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Biz => "biz",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::Cancel => "cancel",
            Self::Deadline => "deadline",
        }
    }

    /// The ending of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ending| ending.name() == name)
    }

    /// Whether the client gives the call up.
    pub(crate) fn is_given_up(self) -> bool {
        matches!(self, Self::Cancel | Self::Deadline)
    }
}

impl Wire {
    /// Both.
    pub const ALL: [Self; 2] = [Self::TtHeader, Self::Grpc];

    /// The name in files and flags.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TtHeader => "ttheader-streaming",
            Self::Grpc => "grpc-thrift",
        }
    }
}

impl Talk {
    /// A message of the conversation.
    pub(crate) fn note(&self, text: &str) -> Note {
        Note {
            text: text.to_owned().into(),
            talk: self.to_string().into(),
            ending: self.ending.name().into(),
        }
    }
}

impl fmt::Display for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            shape,
            ending,
            wire,
        } = self;
        write!(f, "{}-{} {}", shape.name(), ending.name(), wire.name())
    }
}
