//! Clients of a service that runs as many instances, on the network in memory, over every wire.

mod again;
mod breaker;
mod by_url;
mod calls;
mod center;
mod chaos;
mod configured;
mod configured_server;
mod drained;
mod ejected;
#[cfg(unix)]
mod handed_over;
mod hosts;
mod late;
mod lists;
mod load;
#[path = "../notes_support/mod.rs"]
mod notes_support;
mod registered;
mod rolling;
#[path = "../rpc_support/mod.rs"]
mod rpc_support;
mod safe;
mod told;
#[path = "../wires/mod.rs"]
mod wires;
