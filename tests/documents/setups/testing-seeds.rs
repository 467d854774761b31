use std::time::Duration;

use echo_example::Echo;
use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use streamgen_runtime::testing::{Faults, check};
use streamgen_runtime::{ErrorKind, Server};

fn request(message: &'static str) -> Request {
    Request { message: message.into() }
}

fn main() {
// the block
}
