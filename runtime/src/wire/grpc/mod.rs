//! gRPC over HTTP/2 (grpc-and-pingpong.md A and B), on h2 itself.
//!
//! One implementation for all payloads: which codec the messages have shows in their content type
//! and nowhere else here. The public modules are pure: bytes and header maps in, values out.

mod body;
mod budget;
pub(crate) mod client;
pub mod compression;
mod config;
mod data_frames;
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
mod output;
mod partial;
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

/// The window of a connection: the largest that HTTP/2 has, so that only the windows of streams
/// hold a sender back; see `ledger.rs`.
const MAX_WINDOW: u32 = u32::MAX >> 1;

/// How many streams h2 remembers for a second after this side has reset them, at some 400 bytes
/// each. h2 drops frames of these streams that were under way. Frames of a forgotten stream make h2
/// answer with RST_STREAM (5), which the peer ignores. h2 can also close the connection after a
/// number of such answers in the connection's whole life. A peer does nothing wrong when it sends
/// frames that were under way, so that number is not set; `io.rs` bounds what such answers cost,
/// where frames are read.
const REMEMBERED_RESETS: usize = 1024;
/// The most bytes that h2 takes of one stream before they are written. Less than its own 400 KiB: if a
/// peer reads slowly, many streams that do nothing wrong stay below `connection_output` together.
/// More than twice what is written at once, so that a single stream does not wait for itself.
const SEND_BUFFER: usize = 128 * 1024;

/// The code of a reset by a server that stops.
const GRACEFUL_SHUTDOWN: u32 = 1000;
