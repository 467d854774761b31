//! The side that runs handlers.

mod busy;
mod connection;
mod handler;
mod protocol;
mod respond;
mod stream;
mod unary;

pub(crate) use protocol::Grpc;
