use api_example::stream_gen::echo::test_service::{TestService, TestServiceClient, TestServiceServer};
use api_example::stream_gen::echo::{Request, Response};
use api_example::{request, response};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{
    BizStatusError, UnaryTransport, BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

struct Demo;

impl TestService for Demo {
    async fn echo_ping_pong(&self, _cx: Context, _req: Request) -> Result<Response> {
        Err(BizStatusError::new(10001, "insufficient balance").extra("wallet", "7").into())
    }

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
// the block
    assert_eq!(response("").message.as_deref(), Some(""));
    Ok(())
}
