use api_example::stream_gen::echo::Request;
use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request, response};
use streamgen_runtime::middleware::{SendNext, Sending};
use streamgen_runtime::{Result, Server};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Server::builder().add_service(TestServiceServer::new(Echo)).invoker()?;
    let client = TestServiceClient::builder("demo-server")
        .send_middleware(greet)
        .dial(demo)
        .build()?;
    let mut stream = client.echo().await?;
    stream.send(request("Ann")).await?;
    assert_eq!(stream.recv().await?, Some(response("hello, Ann")));
    Ok(())
}
