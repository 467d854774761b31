//! A server that does as a call's metainfo `do` says, and clients for it.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]
#![allow(
    unreachable_pub,
    reason = "generated code is public whoever includes it"
)]

mod forward;
mod peer;
mod reserved;
mod serve;
pub mod stream_gen;
pub mod timed;

use streamgen_runtime::{Transport, UnaryTransport};

pub use peer::{Mark, Peer, Second};
pub use reserved::reserved;
pub use serve::{Running, client, start, start_peer};
pub use stream_gen::rpc::Msg;
pub use stream_gen::rpc::other::{OtherClient, OtherServer};
pub use stream_gen::rpc::peer::{PeerClient, PeerServer};

/// The wires of calls without a stream.
pub const CALLS: [UnaryTransport; 5] = [
    UnaryTransport::Buffered,
    UnaryTransport::Framed,
    UnaryTransport::TtHeader,
    UnaryTransport::TtHeaderFramed,
    UnaryTransport::Grpc,
];

/// The wires of streams.
pub const STREAMS: [Transport; 2] = [Transport::TtHeaderStreaming, Transport::Grpc];

/// A message of that text.
pub fn msg(text: &'static str) -> Msg {
    Msg {
        text: text.into(),
        seq: 0,
    }
}
