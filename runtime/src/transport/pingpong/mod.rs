//! KitexThrift and KitexProtobuf ping-pong: one request, one reply, in order, on connections of their
//! own.
//!
//! Framings served: Buffered (Thrift only), Framed, TTHeader + Framed, and TTHeader with the envelope
//! bare behind it. The server looks at each message anew and answers in its framing
//! (grpc-and-pingpong.md C.5, D).

mod answer;
mod client;
mod envelope;
mod framing;
mod keys;
mod message;
mod server;

use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

pub use client::{PingPongPool, PoolConfig};
pub use server::{PingPongServerConfig, serve_connection};

use crate::codec::Encode;
use crate::metadata::Metadata;
use crate::service::UnaryTransport;

/// Largest message of either direction, in bytes, unless configured otherwise. Kitex has no limit
/// of its own; volo's framed codec stops at 16 MiB.
pub const DEFAULT_MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// One call, ready for the wire.
#[expect(missing_debug_implementations, reason = "holds a message of any type")]
pub struct PingPongRequest<'a> {
    /// The wire to use.
    pub transport: UnaryTransport,
    /// The IDL name of the service.
    pub service: &'static str,
    /// The IDL name of the method.
    pub method: &'static str,
    /// Nothing will be answered: the call is over when it is written.
    pub one_way: bool,
    /// The Args struct.
    pub args: &'a (dyn Encode + Sync),
    /// Forward metainfo by its wire keys (`RPC_TRANSIT_…`, `RPC_PERSIST_…`).
    pub metainfo: Metadata,
    /// This process's own service name; may be empty.
    pub caller: FastStr,
    /// The handler's method that makes this call; may be empty.
    pub caller_method: FastStr,
    /// The name that the callee has in the registry.
    pub destination: FastStr,
    /// From call to reply. `None`: no limit.
    pub rpc_timeout: Option<Duration>,
    /// For a new connection, if the user set one. `None`: [`PoolConfig::connect_timeout`], and nothing on the wire.
    pub connect_timeout: Option<Duration>,
}

/// What came back.
#[derive(Debug)]
pub struct PingPongReply {
    /// The Result struct, without envelope; empty for a oneway call.
    pub result: Bytes,
    /// Header of the response (gRPC).
    pub header: Metadata,
    /// Backward metainfo (TTHeader), or the trailer (gRPC).
    pub backward: Metadata,
}
