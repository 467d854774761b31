//! The side that opens streams: connection pools and their streams.

mod address;
mod connection;
mod connector;
mod guard;
mod lease;
mod long;
mod mux;
mod request;
mod stream;

pub use address::Address;
pub use connector::{ClientConfig, Connector, PoolMode};
pub use request::OpenRequest;
