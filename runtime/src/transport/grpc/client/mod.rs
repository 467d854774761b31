//! The side that makes calls.

mod connection;
mod connector;
mod head;
mod inbox;
mod stream;
#[cfg(test)]
mod tests;
mod unary;

pub(crate) use connector::{Config, Connector};
