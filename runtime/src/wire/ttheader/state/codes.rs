//! Kitex's numbers for the ends of a stream (ttheader-streaming.md 3.6).

/// The peer's TRAILER carried an exception. The exception's own type id is not shown.
pub const APPLICATION_EXCEPTION: i32 = 12_001;
/// A second HEADER arrived; fatal for the connection.
pub const UNEXPECTED_HEADER: i32 = 12_002;
/// `biz-extra` is not a JSON object of strings.
pub const ILLEGAL_BIZ_ERROR: i32 = 12_003;
/// Bytes that are no frame (fatal for the connection), a TRAILER's payload that is no exception, a
/// header that cannot be written; also how a client sees its peer close the connection.
pub const ILLEGAL_FRAME: i32 = 12_004;
/// Send after half-close or after a clean end.
pub const ILLEGAL_OPERATION: i32 = 12_005;
/// Reading or writing the connection failed.
pub const TRANSPORT_CLOSING: i32 = 12_006;
/// The user cancelled.
pub const USER_CANCEL: i32 = 12_007;
/// The user cancelled with a reason; reserved, Kitex never raises it.
pub const USER_CANCEL_WITH_CAUSE: i32 = 12_008;
/// Identity of an RST a client receives; the code shown is the RST's own.
pub const DOWNSTREAM_CANCEL: i32 = 12_009;
/// Identity of an RST a server receives; the code shown is the RST's own.
pub const UPSTREAM_CANCEL: i32 = 12_010;
/// Ended by something that is no TTHeader stream.
pub const INTERNAL_CANCEL: i32 = 12_011;
/// The handler has returned.
pub const HANDLER_RETURNED: i32 = 12_012;
/// The connection under a handler was lost.
pub const CONNECTION_CLOSED: i32 = 12_013;
/// One Recv took longer than its timeout.
pub const RECV_TIMEOUT: i32 = 12_014;
/// The stream's deadline has passed.
pub const STREAM_TIMEOUT: i32 = 12_015;
/// One Send waited for room longer than its timeout. Kitex v0.16.3 has no such timeout; the number
/// is the one that Kitex's branch for it uses.
pub const SEND_TIMEOUT: i32 = 12_016;
/// An RST without a usable payload.
pub const RST: i32 = 13;
