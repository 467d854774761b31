//! TTHeader Streaming over tokio: connections of both sides.
//!
//! A connection has one reader and one writer. The reader cuts each read into frames and hands
//! every stream its messages in one go; the writer sends what all streams have queued in one
//! call. No timer delays a frame, nothing is allocated or spawned for a message, and every queue
//! has a bound: see [`Limits`].

mod backlog;
mod batch;
pub mod client;
mod config;
mod errors;
pub mod frame;
mod groups;

mod link;
mod message;
mod outbox;
mod reader;
mod routes;
pub mod server;
mod socket;
pub mod state;
mod sync;
mod table;
mod waiters;

pub use config::Limits;
pub use socket::Socket;
