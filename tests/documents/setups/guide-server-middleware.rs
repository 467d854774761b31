use api_example::stream_gen::echo::test_service::{TestServiceClient, TestServiceServer};
use api_example::{Echo, request, response};
use streamgen_runtime::middleware::{Calling, Next};
use streamgen_runtime::{BizStatusError, Result, Server, UnaryTransport};

// the block

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Server::builder()
        .add_service(TestServiceServer::new(Echo))
        .middleware(only_friends)
        .invoker()?;
    let client = TestServiceClient::builder("demo-server")
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .dial(demo)
        .build()?;
    let error = client.echo_ping_pong(request("one")).await.expect_err("a stranger");
    assert_eq!(error.biz_status().map(BizStatusError::code), Some(403));
    let friend = client.echo_ping_pong(request("one")).metainfo("TENANT", "a");
    assert_eq!(friend.await?, response("one"));
    Ok(())
}
