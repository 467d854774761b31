//! Calls of generated code over every wire, on loopback.

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
mod limits_page;
mod limits_within;
mod metainfo;
mod modes;
mod ping_pong;
mod retire;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod send_timeout;
mod server;
mod stalls;
mod stream_timeouts;
#[path = "../conn_life/wires.rs"]
mod wires;
