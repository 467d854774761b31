//! Calls of bytes: a client of bytes against a server of generated code, a client of generated code
//! against a handler of bytes, over every wire; and which calls such a handler gets.

mod client;
mod handler;
mod routing;

use rpc_support::{CALLS, Msg, STREAMS};
use streamgen_runtime::codec::Encode;
use streamgen_runtime::{Message, RawMessage};

/// The Thrift bytes of a struct with one field, a string.
fn one_string(id: u8, text: &str) -> RawMessage {
    let length = u8::try_from(text.len()).expect("a short text");
    let head = [11, 0, id, 0, 0, 0, length];
    RawMessage::from([&head[..], text.as_bytes(), &[0]].concat())
}

/// The arguments of a method whose argument 1 is a string.
fn arguments(text: &str) -> RawMessage {
    one_string(1, text)
}

/// The result of a method that returns a string.
fn result(text: &str) -> RawMessage {
    one_string(0, text)
}

/// A message of a stream.
fn raw(text: &'static str, seq: i64) -> RawMessage {
    let message = Msg {
        text: text.into(),
        seq,
    };
    RawMessage::from(message.encode_to_bytes())
}

/// What a message of a stream says.
fn told(message: RawMessage) -> (String, i64) {
    let message = Msg::decode_from(message.into_bytes()).expect("a whole message");
    (message.text.to_string(), message.seq)
}

use crate::rpc_support;
