//! Numbers of the TTHeader layout, by the names the Kitex documents use.

/// Bytes of the LENGTH field, which does not count itself.
pub(crate) const LENGTH_FIELD: usize = 4;
/// Bytes of LENGTH and MAGIC: the first that tell whether a frame is one.
pub(crate) const LENGTH_AND_MAGIC: usize = LENGTH_FIELD + 2;
/// Bytes of the fixed part: LENGTH, MAGIC, FLAGS, SEQUENCE and HEADER SIZE.
pub const PRELUDE_LEN: usize = 14;
/// What LENGTH counts of the fixed part: all of it but LENGTH itself.
pub(crate) const LENGTH_OF_PRELUDE: usize = PRELUDE_LEN - LENGTH_FIELD;

/// MAGIC, at offset 4 of every TTHeader frame.
pub const MAGIC: u16 = 0x1000;

/// FLAGS bit: the sender accepts the answers to its requests in any order. Only ping-pong uses it.
pub const FLAG_OUT_OF_ORDER: u16 = 0x0001;
/// FLAGS bit: the frame belongs to a streaming connection.
pub const FLAG_STREAMING: u16 = 0x0002;

/// The largest LENGTH that is ever accepted or written, in bytes; Kitex declares the same number.
pub const MAX_LENGTH: u32 = 0x3fff_ffff;
/// The most header info that HEADER SIZE can express: 65535 words of 4 bytes.
pub const MAX_INFO_LEN: usize = 4 * u16::MAX as usize;
/// The longest header string, in bytes: its length is a `u16` on the wire.
pub const MAX_STRING_LEN: usize = u16::MAX as usize;

/// PROTOCOL ID: Thrift binary with a message envelope; what ping-pong writes.
pub const PROTOCOL_THRIFT_BINARY: u8 = 0x00;
/// PROTOCOL ID: a bare Thrift struct; what every streaming frame carries.
pub const PROTOCOL_THRIFT_STRUCT: u8 = 0x10;

/// Whether a receiver accepts `id` as PROTOCOL ID (statement 10). Streaming never looks at it again.
pub(crate) const fn accepts_protocol(id: u8) -> bool {
    matches!(
        id,
        PROTOCOL_THRIFT_BINARY | 0x03 | 0x04 | PROTOCOL_THRIFT_STRUCT | 0x11
    )
}

/// Info ids: the first byte of each section of the header info.
pub(crate) mod info_id {
    pub(crate) const PADDING: u8 = 0x00;
    pub(crate) const STRINGS: u8 = 0x01;
    pub(crate) const INTS: u8 = 0x10;
    pub(crate) const ACL_TOKEN: u8 = 0x11;
}

/// Integer keys of the header info.
pub mod int_key {
    /// `framed` or `unframed`: how a ping-pong payload is wrapped.
    pub const TRANSPORT_TYPE: u16 = 1;
    /// Log id.
    pub const LOG_ID: u16 = 2;
    /// Caller's service name.
    pub const FROM_SERVICE: u16 = 3;
    /// Callee's service name, as the resolver knows it.
    pub const TO_SERVICE: u16 = 6;
    /// Method name, as written in the IDL.
    pub const TO_METHOD: u16 = 9;
    /// RPC timeout in decimal milliseconds; ping-pong only.
    pub const RPC_TIMEOUT: u16 = 12;
    /// Connect timeout in decimal milliseconds; ping-pong only.
    pub const CONNECT_TIMEOUT: u16 = 17;
    /// Caller's method name.
    pub const FROM_METHOD: u16 = 20;
    /// Thrift message type as decimal text; ping-pong only.
    pub const MESSAGE_TYPE: u16 = 22;
    /// Frame type, one digit from 1 to 5; streaming only.
    pub const FRAME_TYPE: u16 = 27;
}

/// String keys of the header info.
pub mod str_key {
    /// IDL service name; the server routes on it.
    pub const SERVICE: &str = "isn";
    /// Access token; on the wire it is the ACL section, never a string pair (statement 8).
    pub const ACL_TOKEN: &str = "RPC_TRANSIT_gdpr-token";
    /// Cancel path of an RST, service names joined by commas.
    pub const CANCEL_PATH: &str = "ttscp";
    /// Status code of a business error, decimal.
    pub const BIZ_STATUS: &str = "biz-status";
    /// Message of a business error.
    pub const BIZ_MESSAGE: &str = "biz-message";
    /// Extra map of a business error, a JSON object of strings.
    pub const BIZ_EXTRA: &str = "biz-extra";
    /// Ours: in a META frame of stream 0, which Kitex keeps for the connection and ignores, the server says
    /// that the client shall open no more streams on it.
    pub const GOAWAY: &str = "goaway";
    /// What the three keys of a business error begin with; users may not set such keys.
    pub const BIZ_PREFIX: &str = "biz-";
}
