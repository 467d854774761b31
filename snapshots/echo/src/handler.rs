//! The handlers. This file is yours: streamgen wrote it once, and adds what the IDL gets.

use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Error, Result, ServerStreamingServer,
};

use crate::stream_gen::echo;

/// Answers `TestService`.
#[derive(Clone, Debug, Default)]
pub struct TestServiceImpl;

impl echo::test_service::TestService for TestServiceImpl {
    async fn ping_pong(&self, _cx: Context, _req: echo::Request) -> Result<echo::Response> {
        let error = Error::application("TestService.PingPong is not implemented");
        Err(error)
    }

    async fn echo(
        &self,
        _cx: Context,
        _stream: BidiStreamingServer<echo::Request, echo::Response>,
    ) -> Result<()> {
        let error = Error::application("TestService.Echo is not implemented");
        Err(error)
    }

    async fn echo_client(
        &self,
        _cx: Context,
        _stream: ClientStreamingServer<echo::Request>,
    ) -> Result<echo::Response> {
        let error = Error::application("TestService.EchoClient is not implemented");
        Err(error)
    }

    async fn echo_server(
        &self,
        _cx: Context,
        _req: echo::Request,
        _stream: ServerStreamingServer<echo::Response>,
    ) -> Result<()> {
        let error = Error::application("TestService.EchoServer is not implemented");
        Err(error)
    }
}
