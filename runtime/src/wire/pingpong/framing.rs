//! How the envelope of a message is wrapped (C.5).

use crate::call::CallAbilities;
use crate::wire::KITEX;

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
        self.abilities().wire
    }

    /// The abilities of calls in this framing. A framing with a header can carry metainfo back.
    pub(super) fn abilities(self) -> &'static CallAbilities {
        const fn of(wire: &'static str, backward: bool) -> CallAbilities {
            CallAbilities {
                wire,
                rpc_system: KITEX,
                header: None,
                backward,
                compression: false,
                streams_only: false,
            }
        }
        match self {
            Self::Buffered => const { &of("PurePayload", false) },
            Self::Framed => const { &of("Framed", false) },
            Self::TtHeaderFramed => const { &of("TTHeader|Framed", true) },
            Self::TtHeader => const { &of("TTHeader", true) },
        }
    }
}
