use api_example::stream_gen::echo::test_service::{TestService, TestServiceClient, TestServiceServer};
use api_example::stream_gen::echo::{Request, Response};
use api_example::{request, response};
use streamgen_runtime::server::Invoker;
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

struct Demo;

impl TestService for Demo {
// the block

    async fn echo(&self, _cx: Context, _stream: BidiStreamingServer<Request, Response>) -> Result<()> {
        Ok(())
    }

    async fn echo_server(&self, _cx: Context, _req: Request, _stream: ServerStreamingServer<Response>) -> Result<()> {
        Ok(())
    }

    async fn echo_ping_pong(&self, _cx: Context, req: Request) -> Result<Response> {
        let message = req.message;
        Ok(Response { message })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let demo = Invoker::of(TestServiceServer::new(Demo));
    let client = TestServiceClient::builder("demo-server").dial(demo).build()?;
    let mut stream = client.echo_client().await?;
    stream.send(request("one")).await?;
    stream.send(request("two")).await?;
    assert_eq!(stream.close_and_recv().await?, response("one two"));
    Ok(())
}
