//! Clients and servers on the network in memory: a chain of services under faults that a seed chooses,
//! and the life of connections when they are cut, stall, are parted and their servers restart.

mod afterwards;
mod basics;
mod chain;
mod cuts;
mod hosts;
mod planted;
mod repeatable;
mod restarts;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod stalls;
#[path = "../wires/mod.rs"]
mod wires;
