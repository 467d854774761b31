//! The side that opens streams: connection pools and their streams.

mod address;
mod config;
mod connection;
mod connector;
mod dial;
mod lease;
mod long;
mod mux;
mod request;
mod stream;

pub use address::Address;
pub use config::{ClientConfig, PoolMode};
pub use connector::Connector;
pub use dial::{Dial, Dialling, Direct};
pub use request::OpenRequest;
