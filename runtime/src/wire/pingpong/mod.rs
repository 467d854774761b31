//! KitexThrift and KitexProtobuf ping-pong: one request, one reply, in order, on connections of their
//! own.
//!
//! Framings served: Buffered (Thrift only), Framed, TTHeader + Framed, and TTHeader with the envelope
//! bare behind it. The server looks at each message anew and answers in its framing
//! (grpc-and-pingpong.md C.5, D).

mod answer;
mod checksum;
mod client;
mod envelope;
mod events;
mod frames;
mod framing;
mod keys;
mod message;
mod protocol;
mod queue;
mod server;

pub use client::{PingPongPool, PoolConfig, Sharing};
pub use framing::Framing;
pub(crate) use protocol::PingPong;
pub use server::{PingPongServerConfig, serve_connection};

/// Largest message of either direction, in bytes, unless configured otherwise. Kitex has no limit
/// of its own; volo's framed codec stops at 16 MiB.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024 * 1024;
