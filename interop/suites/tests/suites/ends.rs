//! What a client of Kitex sees of each end of a handler of ours: the last column of `docs/ends.md`. It is kept in
//! `runtime/tests/ends/kitex.txt`, from which the test of that document takes it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use interop_suites::suite_gen::suites::suite::{PingPongError, Suite, SuiteClient, SuiteServer};
use interop_suites::suite_gen::suites::{Msg, Refused};
use streamgen_runtime::server::ServerBuilder;
use streamgen_runtime::{
    BidiStreamingServer, BizStatusError, CancelPolicy, ClientStreamingServer, Code, Context, Error,
    ErrorKind, Result, Server, ServerStreamingServer,
};
use tokio::task::spawn_blocking;

use crate::programs::KitexServer;
use crate::wire::Wire;

/// A limit that is reached.
const SOON: Duration = Duration::from_millis(50);

/// The ends by the names of `docs/ends.md`, and what the handler is told to do.
const ENDS: [(&str, Wish); 10] = [
    ("returns `Ok`", Wish::Ok),
    ("returns a business status", Wish::Biz),
    ("returns a plain error, `Error::application`", Wish::Plain),
    (
        "returns an exception with a type of its own",
        Wish::Exception,
    ),
    ("returns a gRPC status, `Error::grpc_status`", Wish::Status),
    ("returns an exception that the IDL declares", Wish::Declared),
    (
        "passes on an error of its own call, which was refused",
        Wish::Down,
    ),
    ("panics", Wish::Panic),
    (
        "meets the server's `stream_recv_timeout`, and returns the error",
        Wish::RecvTimeout(CancelPolicy::Advise),
    ),
    (
        "is dropped at that timeout, by `CancelPolicy::Drop`",
        Wish::RecvTimeout(CancelPolicy::Drop),
    ),
];

/// The wires by the names of the document and by those of the Kitex client, and whether a stream is opened.
const WIRES: [(&str, Wire, bool); 6] = [
    (
        "TTHeader Streaming",
        Wire::named("ttheader-streaming"),
        true,
    ),
    ("gRPC stream", Wire::named("grpc"), true),
    ("gRPC call", Wire::named("grpc"), false),
    ("Framed", Wire::named("framed"), false),
    ("TTHeaderFramed", Wire::named("ttheader-framed"), false),
    ("Buffered", Wire::named("buffered"), false),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Ok,
    Biz,
    Plain,
    Exception,
    Status,
    Declared,
    Down,
    Panic,
    RecvTimeout(CancelPolicy),
}

impl Wish {
    fn happens_on(self, stream: bool) -> bool {
        match self {
            Self::Declared => !stream,
            Self::RecvTimeout(_) => stream,
            _ => true,
        }
    }

    async fn obey(self) -> Result<()> {
        match self {
            Self::Biz => Err(BizStatusError::new(10_001, "peer biz")
                .extra("k", "v")
                .into()),
            Self::Plain => Err(Error::application("peer plain error")),
            Self::Exception => Err(Error::new(ErrorKind::Protocol, 1900, "peer exception")),
            Self::Status => Err(Error::grpc_status(Code::NOT_FOUND, "no such peer")),
            Self::Down => Err(refused_below().await),
            Self::Panic => panic!("peer panic"),
            Self::Ok | Self::Declared | Self::RecvTimeout(_) => Ok(()),
        }
    }

    fn server(self) -> ServerBuilder {
        let server = Server::builder().add_service(SuiteServer::from(Arc::new(Ends(self))));
        match self {
            Self::RecvTimeout(policy) => server.on_cancel(policy).stream_recv_timeout(SOON),
            _ => server,
        }
    }
}

/// The error of a call to an address at which nobody listens.
async fn refused_below() -> Error {
    let builder = SuiteClient::builder("below").address("unix:/nowhere/at/all");
    builder.build().unwrap().bidi().await.map(drop).unwrap_err()
}

/// Ends each call as it is told.
struct Ends(Wish);

impl Suite for Ends {
    async fn bidi(&self, _: Context, mut stream: BidiStreamingServer<Msg, Msg>) -> Result<()> {
        if let Wish::RecvTimeout(_) = self.0 {
            return stream.recv().await.map(drop);
        }
        self.0.obey().await
    }

    async fn client(&self, _: Context, _: ClientStreamingServer<Msg>) -> Result<Msg> {
        Ok(Msg::default())
    }

    async fn server(&self, _: Context, _: Msg, _: ServerStreamingServer<Msg>) -> Result<()> {
        Ok(())
    }

    async fn unary(&self, _: Context, req: Msg) -> Result<Msg> {
        Ok(req)
    }

    async fn ping_pong(&self, _: Context, req1: Msg, _: Msg) -> Result<Msg, PingPongError> {
        if self.0 == Wish::Declared {
            let message = "refused".into();
            return Err(Refused { message }.into());
        }
        self.0.obey().await?;
        Ok(req1)
    }

    async fn oneway(&self, _: Context, _: Msg) -> Result<()> {
        Ok(())
    }

    async fn ping(&self, _: Context) -> Result<()> {
        Ok(())
    }
}

/// What a client of Kitex sees of an end over each wire, one line for each.
async fn seen(kitex: &'static KitexServer, name: &str, wish: Wish) -> Vec<String> {
    let bound = wish.server().bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap().to_string();
    tokio::spawn(bound.serve());
    let mut clients = Vec::new();
    for (over, wire, stream) in WIRES {
        if wish.happens_on(stream) {
            let case = match (stream, wish) {
                (false, _) => "end_of_call",
                (true, Wish::RecvTimeout(_)) => "end_of_open_stream",
                (true, _) => "end_of_stream",
            };
            clients.push((over, kitex.client(case, wire, &address, "0", false)));
        }
    }
    let results = spawn_blocking(move || {
        let results = clients
            .iter_mut()
            .map(|(over, client)| (*over, client.result()));
        results.collect::<Vec<_>>()
    });
    let results = results.await.unwrap().into_iter();
    let lines = results.map(|(over, seen)| format!("{name} | {over} | {seen}\n"));
    lines.collect()
}

#[tokio::test]
async fn a_kitex_client_sees_the_ends_of_our_handlers_as_documented() {
    let Some(kitex) = KitexServer::get() else {
        return;
    };
    let mut found = String::new();
    for (name, wish) in ENDS {
        found.extend(seen(kitex, name, wish).await);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../runtime/tests/ends/kitex.txt");
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == found,
        "runtime/tests/ends/kitex.txt is stale; it would be:\n{found}\n\
         after a wanted change: STREAMGEN_BLESS=1 cargo test -p interop-suites ends, and then for the \
         document: STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test ends"
    );
}
