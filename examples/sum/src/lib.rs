//! Client streaming: numbers in, their sum out.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod call;
mod handler;
pub mod stream_gen;

pub use call::call;
pub use handler::Adder;
