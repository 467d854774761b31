//! The side that runs handlers.

mod acceptor;
mod connection;
mod handler;
mod permits;
mod protocol;
mod receive;
mod respond;
mod stream;
mod unary;

pub(crate) use protocol::Grpc;
