//! Clients of a service that runs as many instances, on the network in memory, over every wire.

mod again;
mod breaker;
mod calls;
mod chaos;
mod configured;
mod ejected;
mod hosts;
mod lists;
mod registered;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod safe;
#[path = "../conn_life/wires.rs"]
mod wires;
