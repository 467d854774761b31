use echo_example::stream_gen::echo::Request;
use echo_example::stream_gen::echo::test_service::TestServiceClient;
use pow_example::stream_gen::pow::pow::PowClient;
use streamgen_runtime::Channel;

async fn call(req: Request) -> streamgen_runtime::Result<()> {
// the block
Ok(())
}
