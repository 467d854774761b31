use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request, response};
use streamgen_runtime::middleware::{Calling, Next};
use streamgen_runtime::{Result, Server};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Server::builder().add_service(TestServiceServer::new(Echo)).invoker()?;
    let client = TestServiceClient::builder("demo-server")
        .middleware(log_call)
        .dial(demo)
        .build()?;
    let mut stream = client.echo().await?;
    stream.send(request("one")).await?;
    assert_eq!(stream.recv().await?, Some(response("one")));
    assert_eq!(client.echo_ping_pong(request("one")).await?, response("one"));
    Ok(())
}
