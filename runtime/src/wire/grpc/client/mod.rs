//! The side that makes calls.

mod config;
mod connection;
mod connector;
mod head;
mod inbox;
#[cfg(test)]
mod keepalive_tests;
mod stream;
mod telling;
#[cfg(test)]
mod tests;
mod unary;
mod uris;
mod waiters;

pub(crate) use config::Config;
pub(crate) use connector::Connector;
