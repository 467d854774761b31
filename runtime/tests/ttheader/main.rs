//! TTHeader Streaming: its connections against a scripted peer, and one stream of either side without a
//! connection.

mod cancel;
#[path = "../conn_support/mod.rs"]
mod conn_support;
mod echo;
mod flow;
mod framing;
mod half_close;
mod header;
mod open;
mod pool;
#[path = "../rpc_support/reserved.rs"]
mod reserved;
mod silent;
mod stream_cancel;
mod stream_client;
mod stream_errors;
mod stream_metadata;
mod stream_server;
#[path = "../stream_support/mod.rs"]
mod stream_support;
