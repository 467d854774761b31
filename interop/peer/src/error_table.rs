//! How a wire tells of errors; `interop/SCENARIOS.md` shows the table.

/// An exception of the server at the client: its code, and the end of its text.
#[derive(Debug)]
pub struct Remote {
    pub code: i32,
    pub text: &'static str,
}

/// What a call of an unknown service or method ends with.
#[derive(Debug)]
pub struct Unknown {
    /// Kitex's code and, over Protobuf's gRPC, that of every other server.
    pub codes: &'static [i32],
    pub text: &'static str,
}

impl Unknown {
    /// Whether a server says this code: ours, or one that may be any.
    pub fn has_code(&self, code: i32, ours: bool) -> bool {
        match ours {
            true => self.codes.last() == Some(&code),
            false => self.codes.contains(&code),
        }
    }
}

/// The errors of one kind of calls on one wire.
#[derive(Debug)]
pub struct ErrorTable {
    /// Of the directives `err`, `app` and `trans`.
    pub plain: Remote,
    pub app: Remote,
    pub trans: Remote,
    pub panicked: i32,
    pub unknown_method: Unknown,
    pub unknown_service: Unknown,
    pub canceled: i32,
    pub recv_timeout: i32,
    pub deadline: i32,
    pub closed: i32,
}

const fn remote(code: i32, text: &'static str) -> Remote {
    Remote { code, text }
}

const fn unknown(codes: &'static [i32], text: &'static str) -> Unknown {
    Unknown { codes, text }
}

/// TTHeader Streaming: Kitex's client hides the exception's type behind one code.
pub static TTHEADER_STREAMS: ErrorTable = ErrorTable {
    plain: remote(12_001, "biz error: peer plain error"),
    app: remote(12_001, "biz error: peer app error"),
    trans: remote(12_001, "biz error: peer trans error"),
    panicked: 12_001,
    unknown_method: unknown(&[12_001], "unknown method"),
    unknown_service: unknown(&[12_001], "unknown service"),
    canceled: 12_007,
    recv_timeout: 12_014,
    deadline: 12_015,
    closed: 12_005,
};

/// Ping-pong over TTHeader: application exceptions with their types.
pub const TTHEADER_CALLS: ErrorTable = ErrorTable {
    unknown_method: unknown(&[1], "unknown method Missing (service Peer)"),
    unknown_service: unknown(&[20], "unknown service Nobody, method Missing"),
    ..NAMELESS_CALLS
};

/// The same, of the services of `peer.proto`.
pub static KITEXPB_CALLS: ErrorTable = ErrorTable {
    unknown_method: unknown(&[1], "unknown method Missing (service PeerPb)"),
    ..TTHEADER_CALLS
};

/// Framed and Buffered name no service, so an unknown method is that of no service. Ping-pong calls know
/// no streams: those codes are never looked at.
pub const NAMELESS_CALLS: ErrorTable = ErrorTable {
    plain: remote(6, "biz error: peer plain error"),
    app: remote(6, "biz error: peer app error"),
    trans: remote(1900, "peer trans error [biz error]"),
    panicked: 6,
    unknown_method: unknown(&[20], "unknown service , method Missing"),
    unknown_service: unknown(&[20], "unknown service , method Missing"),
    canceled: 0,
    recv_timeout: 0,
    deadline: 0,
    closed: 0,
};

/// gRPC: status codes, some of them numbers of Thrift and of Kitex.
pub static GRPC_THRIFT: ErrorTable = ErrorTable {
    unknown_method: unknown(&[1], "unknown method Missing"),
    unknown_service: unknown(&[20], "unknown service Nobody"),
    ..GRPC_PROTOBUF
};

/// Over Protobuf, what is unknown has gRPC's own number at every server but Kitex's.
pub const GRPC_PROTOBUF: ErrorTable = ErrorTable {
    plain: remote(13, "peer plain error [biz error]"),
    app: remote(13, "peer app error [biz error]"),
    trans: remote(1900, "peer trans error [biz error]"),
    panicked: 13,
    unknown_method: unknown(&[1, 12], "unknown method Missing"),
    unknown_service: unknown(&[20, 12], "unknown service Nobody"),
    canceled: 1,
    recv_timeout: 17,
    deadline: 4,
    closed: 13,
};
