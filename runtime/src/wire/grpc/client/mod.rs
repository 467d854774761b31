//! The side that makes calls.

mod connection;
mod connector;
mod head;
mod inbox;
#[cfg(test)]
mod keepalive_tests;
mod lost;
mod queue;
mod stream;
mod telling;
#[cfg(test)]
mod tests;
mod unary;
mod waiters;

pub(crate) use connector::{Config, Connector};
