//! Calls of generated code over every wire, on loopback.

mod binary;
#[path = "../pingpong/bytes.rs"]
mod bytes;
mod call_limits;
mod cancel;
mod channel_life;
mod context;
mod ends;
#[path = "../errors_support/mod.rs"]
mod errors_support;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod handlers;
mod life;
mod limits_page;
mod limits_within;
mod listeners;
mod metainfo;
mod modes;
#[path = "../notes_support/mod.rs"]
mod notes_support;
mod ping_pong;
mod retire;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod rules;
mod send_timeout;
mod server;
mod stalls;
mod stream_timeouts;
#[path = "../wires/mod.rs"]
mod wires;
