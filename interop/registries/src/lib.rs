//! The service whose instances the tests register and look for.

use echo_example::stream_gen::echo::test_service::TestService;
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, ServerStreamingServer,
};

/// An instance that answers with its name.
#[derive(Debug, Clone)]
pub struct Named(pub String);

impl TestService for Named {
    async fn ping_pong(&self, _: Context, _: Request) -> Result<Response> {
        Ok(Response {
            message: self.0.clone().into(),
        })
    }

    async fn echo(
        &self,
        _: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        while stream.recv().await?.is_some() {
            let message = self.0.clone().into();
            stream.send(Response { message }).await?;
        }
        Ok(())
    }

    async fn echo_client(&self, _: Context, _: ClientStreamingServer<Request>) -> Result<Response> {
        Err(Error::application("nobody calls EchoClient here"))
    }

    async fn echo_server(
        &self,
        _: Context,
        _: Request,
        _: ServerStreamingServer<Response>,
    ) -> Result<()> {
        Err(Error::application("nobody calls EchoServer here"))
    }
}
