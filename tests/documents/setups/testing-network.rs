use std::time::Duration;

use echo_example::Echo;
use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use streamgen_runtime::testing::Network;
use streamgen_runtime::{ErrorKind, Server};

fn request(message: &'static str) -> Request {
    Request { message: message.into() }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> streamgen_runtime::Result<()> {
// the block
serving.stop().await
}
