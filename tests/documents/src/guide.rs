//! What the set-ups of the guide share: the service of `examples/api`, and clients of its handlers.

pub use api_example::stream_gen::echo::test_service::{
    TestService, TestServiceClient, TestServiceServer,
};
pub use api_example::stream_gen::echo::{Request, Response};
pub use api_example::{Echo, request, response};
pub use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, ClientStreamingServer, Context, Error, ErrorKind, Result,
    ServerStreamingServer,
};

use streamgen_runtime::server::Invoker;
use streamgen_runtime::{ClientBuilder, UnaryTransport};

/// Begins a client that calls `handler` in memory. Its ping-pong calls have a TTHeader, which carries
/// metainfo and business status.
pub fn client_of(handler: impl TestService) -> ClientBuilder<TestServiceClient> {
    TestServiceClient::builder("demo-server")
        .unary_transport(UnaryTransport::TtHeaderFramed)
        .dial(Invoker::of(TestServiceServer::new(handler)))
}

/// Writes the methods of a handler that its block does not show. They do nothing.
#[macro_export]
macro_rules! other_methods {
    ($($method:ident)*) => { $($crate::other_methods!(@ $method);)* };
    (@ echo) => {
        async fn echo(&self, _: Context, _: BidiStreamingServer<Request, Response>) -> Result<()> {
            Ok(())
        }
    };
    (@ echo_client) => {
        async fn echo_client(&self, _: Context, _: ClientStreamingServer<Request>) -> Result<Response> {
            Ok(Response::default())
        }
    };
    (@ echo_server) => {
        async fn echo_server(&self, _: Context, _: Request, _: ServerStreamingServer<Response>) -> Result<()> {
            Ok(())
        }
    };
    (@ echo_ping_pong) => {
        async fn echo_ping_pong(&self, _: Context, _: Request) -> Result<Response> {
            Ok(Response::default())
        }
    };
}
