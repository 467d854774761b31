use pow_example::stream_gen::pow::PowRequest;
use pow_example::stream_gen::pow::pow::PowClient;
use streamgen_runtime::{Encoding, Metadata};

async fn call(metadata: Metadata) -> streamgen_runtime::Result<()> {
// the block
Ok(())
}
