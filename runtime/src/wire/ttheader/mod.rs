//! TTHeader Streaming over tokio: connections of both sides.
//!
//! A connection has one reader and one writer. The reader cuts each read into frames and hands
//! every stream its messages in one go; the writer sends what all streams have queued in one
//! call. No timer delays a frame, nothing is allocated or spawned for a message, and every queue
//! has a bound: see [`Limits`].

mod backlog;
mod budget;
pub mod client;
mod config;
mod connection_state;
mod errors;
mod events;
pub mod frame;
mod groups;
mod message;
mod reader;
mod routes;
pub mod server;
pub mod state;
mod table;
mod waiters;

pub use crate::wire::io::Socket;
pub use config::Limits;

/// Kitex's name of this wire.
const PROTOCOL: &str = "TTHeaderStreaming";
