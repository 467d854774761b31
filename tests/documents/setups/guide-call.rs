use std::time::Duration;

use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{Error, ErrorKind, Result};

#[tokio::main]
async fn main() -> Result<()> {
let demo = Invoker::of(TestServiceServer::new(Echo));
let client = TestServiceClient::builder("demo-server").dial(demo).build()?;
// the block
Ok(())
}
