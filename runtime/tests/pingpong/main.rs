//! Ping-pong over loopback: our client, our server, and raw bytes in between where they matter.

mod answers;
mod bytes;
mod calls;
mod multiplexed;
mod out_of_order;
mod replies;
#[path = "../rpc_support/reserved.rs"]
mod reserved;
mod service;
