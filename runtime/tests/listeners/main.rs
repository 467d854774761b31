//! Where a server listens, on every wire: Unix sockets, listeners that exist already, and connections
//! that something else accepts, however slow or buffered they are.

mod buffered;
#[path = "../pingpong/bytes.rs"]
mod bytes;
mod given;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod incoming;
mod invoker;
mod memory;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod secured;
mod served;
mod slow;
#[cfg(unix)]
mod unix;
#[path = "../conn_life/wires.rs"]
mod wires;
