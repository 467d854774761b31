use api_example::stream_gen::echo::test_service::{TestService, TestServiceClient, TestServiceServer};
use api_example::stream_gen::echo::{Request, Response};
use api_example::{request, response};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{
    UnaryTransport, BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

struct Demo;

impl TestService for Demo {
// the block

    async fn echo(&self, _cx: Context, _stream: BidiStreamingServer<Request, Response>) -> Result<()> {
        Ok(())
    }

    async fn echo_client(&self, _cx: Context, _stream: ClientStreamingServer<Request>) -> Result<Response> {
        Ok(Response::default())
    }

    async fn echo_server(&self, _cx: Context, _req: Request, _stream: ServerStreamingServer<Response>) -> Result<()> {
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Invoker::of(TestServiceServer::new(Demo));
    let client = TestServiceClient::builder("demo-server")
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .dial(demo)
        .build()?;
    let call = client.echo_ping_pong(request("who?")).metainfo("TENANT", "a");
    let res = call.persistent_metainfo("TRACE", "7").await?;
    assert_eq!(res.message.as_deref(), Some("a 7"));
    Ok(())
}
