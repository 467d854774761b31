//! A server stream of tokens that the client stops halfway; the server sees it at once.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod call;
mod handler;
pub mod stream_gen;
pub mod thrift_gen;

pub use call::{call, over_grpc, over_ttheader};
pub use handler::Model;
