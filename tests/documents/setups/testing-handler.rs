use echo_example::Echo;
use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::TestServiceClient;

fn request(message: &'static str) -> Request {
    Request { message: message.into() }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> streamgen_runtime::Result<()> {
// the block
Ok(())
}
