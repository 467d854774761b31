//! The service in the middle of the chain.

use echo_example::stream_gen::echo::test_service::{TestService, TestServiceClient};
use echo_example::stream_gen::echo::{Request, Response};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, ServerStreamingServer,
};

/// Passes calls on to the next service. It is written as users write a service: it says nothing of traces.
#[derive(Debug, Clone)]
pub struct Middle {
    pub next: TestServiceClient,
}

impl TestService for Middle {
    async fn ping_pong(&self, cx: Context, req: Request) -> Result<Response> {
        self.next.ping_pong(req).context(&cx).await
    }

    async fn echo(
        &self,
        cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        let mut next = self.next.echo().context(&cx).await?;
        while let Some(req) = stream.recv().await? {
            next.send(req).await?;
            if let Some(res) = next.recv().await? {
                stream.send(res).await?;
            }
        }
        next.close_send().await?;
        match next.recv().await? {
            None => Ok(()),
            Some(_) => Err(Error::application("an answer more than requests")),
        }
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
