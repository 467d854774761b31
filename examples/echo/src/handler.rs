//! The handlers.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, ServerStreamingServer,
};

use crate::stream_gen::echo::test_service::TestService;
use crate::stream_gen::echo::{Request, Response};

/// Sends back what it receives, and prints it.
#[derive(Debug)]
pub struct Echo;

impl TestService for Echo {
    async fn ping_pong(&self, _cx: Context, req: Request) -> Result<Response> {
        println!("server: PingPong: {}", req.message);
        Ok(Response {
            message: req.message,
        })
    }

    async fn echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        while let Some(req) = stream.recv().await? {
            println!("server: Echo: {}", req.message);
            stream
                .send(Response {
                    message: req.message,
                })
                .await?;
        }
        Ok(())
    }

    async fn echo_client(
        &self,
        _cx: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut last = Request::default();
        while let Some(req) = stream.recv().await? {
            println!("server: EchoClient: {}", req.message);
            last = req;
        }
        Ok(Response {
            message: last.message,
        })
    }

    async fn echo_server(
        &self,
        _cx: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        println!("server: EchoServer: {}", req.message);
        for _ in 0..3 {
            stream
                .send(Response {
                    message: req.message.clone(),
                })
                .await?;
        }
        Ok(())
    }
}
