//! The numbers of gRPC statuses: 0 to 16 are gRPC's, 17 is Kitex's own.
//!
//! Other numbers are legal on the wire and kept (grpc-and-pingpong.md statement 40): a Kitex server
//! answers a Thrift call of an unknown service with 20, the type id of the application exception.

/// Success.
pub const OK: i32 = 0;
/// The caller cancelled the call.
pub const CANCELED: i32 = 1;
/// An error of which nothing else is known; also a peer that sent no status.
pub const UNKNOWN: i32 = 2;
/// The caller sent something that is wrong whatever the system's state.
pub const INVALID_ARGUMENT: i32 = 3;
/// The deadline passed before the call was done.
pub const DEADLINE_EXCEEDED: i32 = 4;
/// What was asked for does not exist.
pub const NOT_FOUND: i32 = 5;
/// What should be made exists already.
pub const ALREADY_EXISTS: i32 = 6;
/// The caller may not do this.
pub const PERMISSION_DENIED: i32 = 7;
/// A quota or limit is used up: also a message above the size limit.
pub const RESOURCE_EXHAUSTED: i32 = 8;
/// The system is not in the state that the call needs.
pub const FAILED_PRECONDITION: i32 = 9;
/// A conflict with another call, such as a transaction that failed.
pub const ABORTED: i32 = 10;
/// Past the end of a valid range.
pub const OUT_OF_RANGE: i32 = 11;
/// The server has no such method.
pub const UNIMPLEMENTED: i32 = 12;
/// Something is broken: a failing handler, bytes that break the protocol.
pub const INTERNAL: i32 = 13;
/// The service cannot be reached now; trying again may help.
pub const UNAVAILABLE: i32 = 14;
/// Data is lost or damaged.
pub const DATA_LOSS: i32 = 15;
/// The caller did not say who it is.
pub const UNAUTHENTICATED: i32 = 16;
/// One Recv took longer than its timeout. Local to a client, never on the wire.
pub const RECV_DEADLINE_EXCEEDED: i32 = 17;
