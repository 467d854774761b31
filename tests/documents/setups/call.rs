use std::time::Duration;

use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::TestServiceClient;

async fn call(req: Request) -> streamgen_runtime::Result<()> {
// the block
Ok(())
}
