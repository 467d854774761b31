//! The program of the streaming guide.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

mod calls;
mod handler;
pub mod stream_gen;

pub use calls::{bidirectional, call_all, client_streaming, ping_pong, server_streaming};
pub use handler::Echo;

use stream_gen::echo::{Request, Response};

/// A request with this message.
#[must_use]
pub fn request(message: &str) -> Request {
    Request {
        message: Some(message.to_owned().into()),
    }
}

/// A response with this message.
#[must_use]
pub fn response(message: &str) -> Response {
    Response {
        message: Some(message.to_owned().into()),
    }
}
