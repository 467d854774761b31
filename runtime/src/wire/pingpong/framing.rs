//! How the envelope of a message is wrapped (C.5).

/// What stands in front of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Nothing: where the message ends is known by parsing it. Thrift only.
    Buffered,
    /// A length.
    Framed,
    /// A TTHeader, then a length.
    TtHeaderFramed,
    /// A TTHeader alone.
    TtHeader,
}

impl Framing {
    /// Whether there is a TTHeader.
    pub(super) fn has_header(self) -> bool {
        matches!(self, Self::TtHeader | Self::TtHeaderFramed)
    }

    /// Whether there is a length of its own in front of the envelope.
    pub(super) fn has_length(self) -> bool {
        matches!(self, Self::Framed | Self::TtHeaderFramed)
    }

    /// Kitex's name of it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Buffered => "PurePayload",
            Self::Framed => "Framed",
            Self::TtHeaderFramed => "TTHeader|Framed",
            Self::TtHeader => "TTHeader",
        }
    }
}
