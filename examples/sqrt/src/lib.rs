//! Bidirectional streaming: numbers in, their square roots out at the same time. Two tasks on each side.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod call;
mod handler;
pub mod stream_gen;

pub use call::call;
pub use handler::Roots;
