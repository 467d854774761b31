use echo_example::Echo;
use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use streamgen_runtime::{Bytes, Server};

async fn test(req: Request, message: Bytes) -> streamgen_runtime::Result<()> {
// the block
Ok(())
}
