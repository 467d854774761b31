//! Middleware at clients, servers and services, over every wire, without a socket.

#[path = "../rpc_support/mod.rs"]
mod rpc_support;

mod cancel;
mod order;
mod received;
mod sent;
mod support;
