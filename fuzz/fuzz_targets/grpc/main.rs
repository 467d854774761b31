//! What a gRPC peer sends: messages in DATA, header blocks, paths and timeouts.
#![no_main]

mod blocks;
mod messages;

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use streamgen_runtime::unstable::grpc::path;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    /// Messages, and how many bytes of them arrive at a time.
    Messages(Vec<messages::Parts<'a>>, u8),
    /// The same from a peer that compresses.
    Compressed(Vec<messages::Parts<'a>>, u8),
    Block(Vec<(blocks::Name<'a>, blocks::Value<'a>)>),
    Path(&'a str),
}

fuzz_target!(|input: Input<'_>| {
    match input {
        Input::Messages(parts, step) => messages::plain(&parts, step),
        Input::Compressed(parts, step) => messages::compressed(&parts, step),
        Input::Block(pairs) => blocks::check(&pairs),
        Input::Path(text) => _ = path::parse(text),
    }
});
