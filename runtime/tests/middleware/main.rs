//! Middleware at clients, servers and services, over every wire, without a socket.

#[path = "../rpc_support/mod.rs"]
mod rpc_support;

mod cancel;
mod kitex_tests;
mod order;
mod received;
mod sent;
mod shared;
mod streams;
mod support;
mod tower;
mod unary;
