//! gRPC over HTTP/2 (grpc-and-pingpong.md A and B), on h2 itself.
//!
//! One implementation for all payloads: which codec the messages have shows in their content type
//! and nowhere else here. The public modules are pure: bytes and header maps in, values out.

mod body;
pub(crate) mod client;
pub mod compression;
mod config;
mod driver;
mod gather;
pub mod headers;
mod io;
mod keepalive;
mod link;
pub mod message;
pub mod metadata;
mod opening;
mod outbox;
pub mod path;
pub mod percent;
pub(crate) mod server;
pub mod status;
mod sync;
pub mod timeout;

pub use crate::error::codes;
pub use config::GrpcLimits;

/// Kitex's name for this wire.
pub(crate) const PROTOCOL: &str = "GRPC";

/// Bytes of messages that one look at a stream takes at most, so that its window moves on
/// steadily.
const BATCH: usize = 64 * 1024;

/// The largest frame accepted: HTTP/2's default, which is all that Kitex sends.
const MAX_FRAME: u32 = 16 * 1024;

/// Streams that a peer may open and reset before they are accepted, and handlers that may go on
/// without a stream. h2's own 20 would close the connection of a client that gives up a few calls at
/// once.
const MAX_RESETS: usize = 1024;

/// The code of a reset by a server that stops.
const GRACEFUL_SHUTDOWN: u32 = 1000;
