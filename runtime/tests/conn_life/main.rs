//! The way from a call to a connection, on every wire: servers that are dead, silent, restarted or
//! behind a network that swallows packets.

mod addresses;
mod dead;
mod gone_silent;
mod network;
#[path = "../notes_support/mod.rs"]
mod notes_support;
mod per_call;
mod restart;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod runtimes;
mod shared;
mod unsent;
mod wires;
