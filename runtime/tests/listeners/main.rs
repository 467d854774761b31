//! Where a server listens, on every wire: Unix sockets, listeners that exist already, and connections
//! that something else accepts.

mod buffered;
#[path = "../pingpong/bytes.rs"]
mod bytes;
mod given;
mod incoming;
mod invoker;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod secured;
mod served;
#[cfg(unix)]
mod unix;
#[path = "../conn_life/wires.rs"]
mod wires;
