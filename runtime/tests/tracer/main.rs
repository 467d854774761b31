//! Tracers at clients, servers and services, over every wire, without a socket: what they are told, how
//! often and in which order. `interop/events` compares the same with what Kitex tells.

#[path = "../rpc_support/mod.rs"]
mod rpc_support;

mod calls;
mod early;
mod levels;
mod panics;
mod state;
mod streams;
mod support;
