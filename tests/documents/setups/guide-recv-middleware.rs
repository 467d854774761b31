use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request};
use streamgen_runtime::middleware::{Receiving, RecvNext};
use streamgen_runtime::{Result, Server};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Server::builder().add_service(TestServiceServer::new(Echo)).invoker()?;
    let client = TestServiceClient::builder("demo-server")
        .recv_middleware(log_received)
        .dial(demo)
        .build()?;
    let mut stream = client.echo_server(request("one two")).await?;
    let mut received = 0;
    while stream.recv().await?.is_some() {
        received += 1;
    }
    assert_eq!(received, 2);
    Ok(())
}
