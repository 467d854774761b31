//! A server stream of tokens that the client stops halfway; the server sees it at once.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod call;
mod handler;
pub mod stream_gen;

pub use call::call;
pub use handler::Model;
