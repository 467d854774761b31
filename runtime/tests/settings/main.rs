//! `docs/settings.md`, which says which setting affects which kind of call. A setting without effect is an
//! error that names setting, wire and way out, or the type does not have it.

#[path = "../rpc_support/mod.rs"]
mod rpc_support;

mod document;
mod limits;
mod options;
mod others;
mod server;

use std::path::Path;
use std::{env, fs};

use streamgen_runtime::client::{ClientBuilder, ServiceClient};
use streamgen_runtime::middleware::{Calling, Hooks, Next, Receiving, RecvNext, SendNext, Sending};
use streamgen_runtime::{
    ErrorKind, MethodInfo, Mode, PayloadCodec, Result, ServiceInfo, Transport, UnaryTransport,
};

/// A kind of call, as the columns of the document distinguish it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Stream,
    GrpcStream,
    GrpcCall,
    Framed,
    TtHeader,
}

const KINDS: [Kind; 5] = [
    Kind::Stream,
    Kind::GrpcStream,
    Kind::GrpcCall,
    Kind::Framed,
    Kind::TtHeader,
];

/// The effect of a setting on a kind of call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// It has its effect.
    Effect,
    /// It is refused.
    Refused,
    /// The type has no such setting.
    Absent,
}

/// A setting with its name in Kitex, and its cells.
type Row = (&'static str, &'static str, [Cell; 5]);

static STREAMS: ServiceInfo = ServiceInfo::new(
    "Peer",
    "rpc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::new("Bidi", Mode::BidiStreaming)],
);

static CALLS: ServiceInfo = ServiceInfo::new(
    "Peer",
    "rpc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[MethodInfo::retry_safe("Hello", Mode::PingPong)],
);

impl Kind {
    fn is_stream(self) -> bool {
        matches!(self, Self::Stream | Self::GrpcStream)
    }

    /// The builder of a client that makes calls of this kind only, if its wire is chosen.
    fn without_wire(self, address: impl ToString) -> ClientBuilder<ServiceClient> {
        let service = if self.is_stream() { &STREAMS } else { &CALLS };
        ClientBuilder::new(service, "peer".into()).address(address.to_string())
    }

    /// The same, with its wire.
    fn builder(self, address: impl ToString) -> ClientBuilder<ServiceClient> {
        let builder = self.without_wire(address);
        match self {
            Self::Stream => builder.transport(Transport::TtHeaderStreaming),
            Self::GrpcStream | Self::GrpcCall => builder.transport(Transport::Grpc),
            Self::Framed => builder.unary_transport(UnaryTransport::Framed),
            Self::TtHeader => builder.unary_transport(UnaryTransport::TtHeaderFramed),
        }
    }
}

/// Checks that a setting was refused as the rule says.
fn refused<T>(setting: &str, kind: Kind, result: Result<T>) -> bool {
    let Err(error) = result else { return false };
    assert_eq!(
        error.kind(),
        ErrorKind::InvalidArgument,
        "{kind:?}: {error}"
    );
    let text = error.message();
    assert!(text.contains(setting), "{kind:?}, {setting}: {text}");
    let way_out = text.contains("leave it out") || text.contains("set `.");
    assert!(way_out, "{kind:?}, {setting}: {text}");
    true
}

/// Middleware that does nothing.
async fn around_call(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await
}

async fn around_recv(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    next.run(recv).await
}

async fn around_send(send: &mut Sending, next: SendNext<'_>) -> Result<()> {
    next.run(send).await
}

/// A set for streams.
fn stream_hooks() -> Hooks {
    let hooks = Hooks::new().stream_middleware(around_call);
    hooks
        .recv_middleware(around_recv)
        .send_middleware(around_send)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tables_are_what_happens() {
    let document = document::of(
        &limits::rows().await,
        &others::rows(),
        &options::rows().await,
        &server::rows().await,
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/settings.md");
    if env::var_os("STREAMGEN_BLESS").is_some() {
        fs::write(&path, &document).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == document,
        "docs/settings.md is stale; it would be:\n{document}\n\
         after a wanted change: STREAMGEN_BLESS=1 cargo test -p streamgen-runtime --test settings"
    );
}
