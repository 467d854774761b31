//! Conversations of a client and a server that write down what their tracers are told. The twin on Kitex
//! is `interop/kitex/cmd/events`; `tests/events.rs` puts the two against each other.

mod client;
mod gates;
mod handler;
mod recorder;
pub mod stream_gen;
mod talk;

pub use client::converse;
pub use handler::Handler;
pub use recorder::{Log, Recorder};
pub use talk::{Ending, Shape, Talk, Wire};
