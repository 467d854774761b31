//! Ping-pong over loopback: our client, our server, and raw bytes in between where they matter.

mod calls;
mod multiplexed;
mod service;
