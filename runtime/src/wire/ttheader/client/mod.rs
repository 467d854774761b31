//! The side that opens streams: connection pools and their streams.

mod config;
mod connection;
mod connector;
mod lease;
mod stream;

pub use config::{ClientConfig, PoolMode};
pub use connector::Connector;
