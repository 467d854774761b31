use snapshots::classic_echo::stream_gen::echo::test_service::{
    TestService, TestServiceClient, TestServiceStreamClient,
};
use snapshots::classic_echo::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

struct Echo;

impl TestService for Echo {
    async fn ping_pong(&self, _cx: Context, _req: Request) -> Result<Response> {
        Ok(Response::default())
    }

    async fn echo_client(&self, _stream: ClientStreamingServer<Request>) -> Result<Response> {
        Ok(Response::default())
    }

    async fn echo_server(&self, _req: Request, _stream: ServerStreamingServer<Response>) -> Result<()> {
        Ok(())
    }

// the block
