//! The wires of the contract, and what each can carry.

use streamgen_runtime::{Transport, UnaryTransport};

use crate::error_table::{
    ErrorTable, GRPC_PROTOBUF, GRPC_THRIFT, KITEXPB_CALLS, NAMELESS_CALLS, TTHEADER_CALLS,
    TTHEADER_STREAMS,
};

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
    /// A service name that the server lacks is looked up by method.
    pub const LOOKUP: Self = Self(1 << 8);
    /// The client's name in ping-pong.
    pub const CALLER: Self = Self(1 << 9);
    /// The RPC timeout of a ping-pong call reaches the handler.
    pub const RPC_TIMEOUT: Self = Self(1 << 10);
    /// The deadline of a stream reaches the handler.
    pub const STREAM_DEADLINE: Self = Self(1 << 11);
    /// A handler can say which status its caller gets.
    pub const STATUS: Self = Self(1 << 13);
    /// A stream can be used on after a Recv timeout.
    pub const KEPT_STREAM: Self = Self(1 << 12);

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn contains(self, needs: Self) -> bool {
        self.0 & needs.0 == needs.0
    }
}

/// The IDL whose services a wire carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Thrift,
    Protobuf,
}

/// One `-proto`.
#[derive(Debug)]
pub struct Wire {
    pub name: &'static str,
    pub family: Family,
    pub abilities: Abilities,
    /// What carries its streams; wires without streams leave the client's default.
    pub stream: Transport,
    /// What carries its ping-pong calls.
    pub unary: UnaryTransport,
    pub stream_errors: &'static ErrorTable,
    pub call_errors: &'static ErrorTable,
}

const CALLS: Abilities = Abilities::PING_PONG.and(Abilities::ONEWAY);

const TTHEADER: Abilities = KITEXPB.and(Abilities::ONEWAY);

const KITEXPB: Abilities = Abilities::PING_PONG
    .and(Abilities::METAINFO)
    .and(Abilities::BACKWARD)
    .and(Abilities::BIZ_STATUS)
    .and(Abilities::SERVICE_NAME)
    .and(Abilities::LOOKUP)
    .and(Abilities::CALLER)
    .and(Abilities::RPC_TIMEOUT);

/// Kitex's gRPC client loses a message to a Recv that has timed out: no kept streams.
const GRPC: Abilities = Abilities::PING_PONG
    .and(Abilities::STREAMS)
    .and(Abilities::HEADERS)
    .and(Abilities::METAINFO)
    .and(Abilities::BIZ_STATUS)
    .and(Abilities::SERVICE_NAME)
    .and(Abilities::RPC_TIMEOUT)
    .and(Abilities::STREAM_DEADLINE)
    .and(Abilities::STATUS);

/// Every wire this program speaks.
pub static WIRES: [Wire; 8] = [
    Wire {
        name: "ttheader-streaming",
        family: Family::Thrift,
        abilities: TTHEADER
            .and(Abilities::STREAMS)
            .and(Abilities::HEADERS)
            .and(Abilities::KEPT_STREAM),
        stream: Transport::TtHeaderStreaming,
        unary: UnaryTransport::TtHeaderFramed,
        stream_errors: &TTHEADER_STREAMS,
        call_errors: &TTHEADER_CALLS,
    },
    Wire {
        name: "ttheader-framed",
        family: Family::Thrift,
        abilities: TTHEADER,
        stream: Transport::TtHeaderStreaming,
        unary: UnaryTransport::TtHeaderFramed,
        stream_errors: &TTHEADER_STREAMS,
        call_errors: &TTHEADER_CALLS,
    },
    Wire {
        name: "ttheader",
        family: Family::Thrift,
        abilities: TTHEADER,
        stream: Transport::TtHeaderStreaming,
        unary: UnaryTransport::TtHeader,
        stream_errors: &TTHEADER_STREAMS,
        call_errors: &TTHEADER_CALLS,
    },
    Wire {
        name: "framed",
        family: Family::Thrift,
        abilities: CALLS,
        stream: Transport::TtHeaderStreaming,
        unary: UnaryTransport::Framed,
        stream_errors: &TTHEADER_STREAMS,
        call_errors: &NAMELESS_CALLS,
    },
    Wire {
        name: "buffered",
        family: Family::Thrift,
        abilities: CALLS,
        stream: Transport::TtHeaderStreaming,
        unary: UnaryTransport::Buffered,
        stream_errors: &TTHEADER_STREAMS,
        call_errors: &NAMELESS_CALLS,
    },
    Wire {
        name: "grpc-thrift",
        family: Family::Thrift,
        abilities: GRPC,
        stream: Transport::Grpc,
        unary: UnaryTransport::Grpc,
        stream_errors: &GRPC_THRIFT,
        call_errors: &GRPC_THRIFT,
    },
    Wire {
        name: "grpc-pb",
        family: Family::Protobuf,
        abilities: GRPC,
        stream: Transport::Grpc,
        unary: UnaryTransport::Grpc,
        stream_errors: &GRPC_PROTOBUF,
        call_errors: &GRPC_PROTOBUF,
    },
    Wire {
        name: "kitexpb",
        family: Family::Protobuf,
        abilities: KITEXPB,
        stream: Transport::Grpc,
        unary: UnaryTransport::TtHeaderFramed,
        stream_errors: &GRPC_PROTOBUF,
        call_errors: &KITEXPB_CALLS,
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
