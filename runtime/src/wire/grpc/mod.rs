//! gRPC over HTTP/2 (grpc-and-pingpong.md A and B), on h2 itself.
//!
//! One implementation for all payloads: which codec the messages have shows in their content type
//! and nowhere else here. The public modules are pure: bytes and header maps in, values out.

mod body;
pub(crate) mod client;
pub mod compression;
mod config;
mod drive_queue;
mod driver;
mod events;
mod frames;
mod gather;
pub mod headers;
mod io;
mod keepalive;
mod ledger;
mod life;
pub mod message;
pub mod metadata;
pub mod path;
pub mod percent;
mod progress;
mod send_buffer;
pub(crate) mod server;
pub mod status;
pub mod timeout;

pub use config::GrpcLimits;

/// Kitex's name for this wire.
const PROTOCOL: &str = "GRPC";

/// Bytes of messages that one look at a stream takes at most, so that its window moves on
/// steadily.
const BATCH: usize = 64 * 1024;

/// The largest frame accepted: HTTP/2's default, which is all that Kitex sends.
const MAX_FRAME: u32 = 16 * 1024;

/// The window of a connection: the largest that HTTP/2 has, so that only the windows of streams push
/// back; see `ledger.rs`.
const MAX_WINDOW: u32 = u32::MAX >> 1;

/// Streams that h2 remembers for a second after this side has reset them, some 400 bytes each: their
/// frames that were under way are dropped. Of streams it has forgotten it answers each frame with
/// RST_STREAM (5), which the peer passes over; and it would close the connection after so many
/// such answers in all its life. Nobody has done wrong who sends what is under way, so that number is
/// not set: what such answers may cost is bounded where frames are read (`io.rs`).
const REMEMBERED_RESETS: usize = 1024;

/// The code of a reset by a server that stops.
const GRACEFUL_SHUTDOWN: u32 = 1000;
