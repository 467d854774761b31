//! Server streaming: one number in, its 0th to 9th power out.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod call;
mod handler;
mod server;
pub mod stream_gen;

pub use call::call;
pub use handler::Powers;
pub use server::server;
