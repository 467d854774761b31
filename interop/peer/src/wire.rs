//! The wires of the contract, and what each can carry.

use streamgen_runtime::UnaryTransport;

/// What a wire can carry and a scenario can need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities(u16);

impl Abilities {
    pub const PING_PONG: Self = Self(1);
    pub const ONEWAY: Self = Self(1 << 1);
    pub const STREAMS: Self = Self(1 << 2);
    pub const HEADERS: Self = Self(1 << 3);
    pub const METAINFO: Self = Self(1 << 4);
    pub const BACKWARD: Self = Self(1 << 5);
    pub const BIZ_STATUS: Self = Self(1 << 6);
    pub const SERVICE_NAME: Self = Self(1 << 7);
    pub const RPC_TIMEOUT: Self = Self(1 << 8);

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn contains(self, needs: Self) -> bool {
        self.0 & needs.0 == needs.0
    }
}

/// One `-proto`.
#[derive(Debug)]
pub struct Wire {
    pub name: &'static str,
    pub abilities: Abilities,
    /// What carries its ping-pong calls.
    pub unary: UnaryTransport,
}

const CALLS: Abilities = Abilities::PING_PONG.and(Abilities::ONEWAY);

const TTHEADER: Abilities = CALLS
    .and(Abilities::METAINFO)
    .and(Abilities::BACKWARD)
    .and(Abilities::BIZ_STATUS)
    .and(Abilities::SERVICE_NAME)
    .and(Abilities::RPC_TIMEOUT);

/// Every wire this program speaks.
pub static WIRES: [Wire; 3] = [
    Wire {
        name: "ttheader-streaming",
        abilities: TTHEADER.and(Abilities::STREAMS).and(Abilities::HEADERS),
        unary: UnaryTransport::TtHeaderFramed,
    },
    Wire {
        name: "ttheader-framed",
        abilities: TTHEADER,
        unary: UnaryTransport::TtHeaderFramed,
    },
    Wire {
        name: "framed",
        abilities: CALLS,
        unary: UnaryTransport::Framed,
    },
];

impl Wire {
    pub fn find(name: &str) -> Option<&'static Self> {
        WIRES.iter().find(|wire| wire.name == name)
    }

    pub fn can(&self, needs: Abilities) -> bool {
        self.abilities.contains(needs)
    }
}
