//! nacos as a registry and as a resolver, as Kitex's registry-nacos uses it: servers and clients of Kitex and
//! of this crate find each other there. Feature `nacos`.
//!
//! It speaks nacos's own gRPC, by code that the tool has generated, and needs no other crate for it.

mod asking;
mod connections;
mod layout;
mod lists;
mod location;
mod login;
mod messages;
mod naming;
mod registering;
mod resolving;
mod session;
mod stream_gen;
#[cfg(test)]
mod tests;
mod tokens;

pub use naming::Nacos;
