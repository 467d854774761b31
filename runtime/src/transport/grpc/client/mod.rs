//! The side that makes calls.

mod connection;
mod connector;
mod inbox;
#[cfg(test)]
mod keepalive_tests;
mod stream;
#[cfg(test)]
mod tests;
mod unary;

pub(crate) use connector::{Call, Config, Connector};
pub(crate) use unary::Reply;
