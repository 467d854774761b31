//! Where a server listens, on every wire: Unix sockets, listeners that exist already, and connections
//! that something else accepts, however slow or buffered they are.

mod away;
mod buffered;
mod given;
mod incoming;
mod invoker;
mod memory;
mod secured;
mod served;
mod slow;
#[cfg(unix)]
mod unix;
