//! The side that runs handlers.

mod busy;
mod connection;
mod handler;
mod respond;
mod stream;
mod unary;

pub(crate) use connection::{Stop, serve_connection};
