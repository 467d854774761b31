//! The handlers.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use crate::response;
use crate::stream_gen::echo::test_service::TestService;
use crate::stream_gen::echo::{Request, Response};

/// Sends back what it receives.
#[derive(Debug, Default)]
pub struct Echo;

impl TestService for Echo {
    /// Sends one response for each request (half duplex). The stream ends when the handler returns.
    async fn echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        // `None`: the client has sent everything.
        while let Some(req) = stream.recv().await? {
            let message = req.message;
            stream.send(Response { message }).await?;
        }
        Ok(())
    }

    /// The one response is what the handler returns.
    async fn echo_client(
        &self,
        _cx: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut received = Vec::new();
        while let Some(req) = stream.recv().await? {
            received.push(req.message.unwrap_or_default());
        }
        Ok(response(&received.join(" ")))
    }

    /// The one request is an argument.
    async fn echo_server(
        &self,
        _cx: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        for part in req.message.unwrap_or_default().split(' ') {
            stream.send(response(part)).await?;
        }
        Ok(())
    }

    async fn echo_ping_pong(&self, _cx: Context, req: Request) -> Result<Response> {
        let message = req.message;
        Ok(Response { message })
    }
}
