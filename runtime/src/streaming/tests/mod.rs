//! The typed streams over a scripted wire.

mod allocations;
pub(crate) mod fake;
mod receiving;
mod sending;
mod traced;

use crate::codec::{ApplicationException, Encode};

/// The message of these tests: a struct that the crate has anyway.
type Message = ApplicationException;

fn message(text: &'static str) -> Message {
    Message::new(0, text)
}

fn bytes(text: &'static str) -> bytes::Bytes {
    message(text).encode_to_bytes()
}
