//! The way from a call to a connection, on every wire: servers that are dead, silent, restarted or
//! behind a network that swallows packets.

mod addresses;
mod dead;
mod gone_silent;
mod network;
mod per_call;
mod restart;
mod runtimes;
mod shared;
mod unsent;
