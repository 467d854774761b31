//! The servers of the guide's services: generated code of ours, of Kitex, and grpcio.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use interop_suites::guide_gen::guide::test_service::{TestService, TestServiceServer};
use interop_suites::guide_gen::guide::{Request, Response};
use interop_suites::guide_pb_gen::guide::pb;
use interop_suites::guide_pb_gen::guide::pb::streaming_service::{
    StreamingService, StreamingServiceServer,
};
use streamgen_runtime::{
    BidiStreamingServer, ClientStreamingServer, Context, Result, Server, ServerBuilder,
    ServerStreamingServer,
};

use crate::{grpcio, kitex};

/// How many responses a request gets as a stream.
pub(crate) const RESPONSES: usize = 3;

/// A server of both services on a free port, which ends with the test: its address.
pub(crate) async fn ours() -> String {
    spawned(typed()).await
}

/// A server of both services.
pub(crate) fn typed() -> ServerBuilder {
    Server::builder()
        .add_service(TestServiceServer::new(Echo))
        .add_service(StreamingServiceServer::new(Echo))
}

/// Serves on a free port until the test ends: the address.
pub(crate) async fn spawned(server: ServerBuilder) -> String {
    let server = server.bind("127.0.0.1:0").await.expect("a free port");
    let address = server.local_addr().expect("it is bound");
    tokio::spawn(server.serve());
    address.to_string()
}

struct Echo;

impl TestService for Echo {
    async fn echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<Request, Response>,
    ) -> Result<()> {
        while let Some(Request { message }) = stream.recv().await? {
            stream.send(Response { message }).await?;
        }
        Ok(())
    }

    async fn echo_client(
        &self,
        _cx: Context,
        mut stream: ClientStreamingServer<Request>,
    ) -> Result<Response> {
        let mut last = Response::default();
        while let Some(Request { message }) = stream.recv().await? {
            last = Response { message };
        }
        Ok(last)
    }

    async fn echo_server(
        &self,
        _cx: Context,
        req: Request,
        mut stream: ServerStreamingServer<Response>,
    ) -> Result<()> {
        for _ in 0..RESPONSES {
            let message = req.message.clone();
            stream.send(Response { message }).await?;
        }
        Ok(())
    }

    async fn echo_unary(&self, _cx: Context, req: Request) -> Result<Response> {
        Ok(Response {
            message: req.message,
        })
    }

    async fn echo_ping_pong(&self, _cx: Context, req: Request) -> Result<Response> {
        Ok(Response {
            message: req.message,
        })
    }
}

impl StreamingService for Echo {
    async fn bidirectional_echo(
        &self,
        _cx: Context,
        mut stream: BidiStreamingServer<pb::Request, pb::Response>,
    ) -> Result<()> {
        while let Some(pb::Request { message }) = stream.recv().await? {
            stream.send(pb::Response { message }).await?;
        }
        Ok(())
    }

    async fn stream_request_echo(
        &self,
        _cx: Context,
        mut stream: ClientStreamingServer<pb::Request>,
    ) -> Result<pb::Response> {
        let mut last = pb::Response::default();
        while let Some(pb::Request { message }) = stream.recv().await? {
            last = pb::Response { message };
        }
        Ok(last)
    }

    async fn stream_response_echo(
        &self,
        _cx: Context,
        req: pb::Request,
        mut stream: ServerStreamingServer<pb::Response>,
    ) -> Result<()> {
        for _ in 0..RESPONSES {
            let message = req.message.clone();
            stream.send(pb::Response { message }).await?;
        }
        Ok(())
    }

    async fn unary_echo(&self, _cx: Context, req: pb::Request) -> Result<pb::Response> {
        Ok(pb::Response {
            message: req.message,
        })
    }
}

/// A server in a process of its own. It ends with its input, so with the test.
pub(crate) struct Peer {
    pub(crate) address: String,
    _process: Child,
}

impl Peer {
    /// Kitex's generated code of one IDL; `None` without Go.
    pub(crate) fn kitex(language: &str) -> Option<Self> {
        Self::of_kitex(&["serve", language])
    }

    /// A server of Kitex's program; `None` without Go.
    pub(crate) fn of_kitex(args: &[&str]) -> Option<Self> {
        let mut command = Command::new(kitex::program("guide")?);
        command.args(args);
        Some(Self::start(command))
    }

    /// The Protobuf service on grpcio; `None` without it.
    pub(crate) fn grpcio() -> Option<Self> {
        grpcio::script("guide.py").map(Self::start)
    }

    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("piped")).lines();
        let first = lines.next().expect("a line").expect("of text");
        let address = first.strip_prefix("listening on ").expect("an address");
        Self {
            address: address.to_owned(),
            _process: process,
        }
    }
}
