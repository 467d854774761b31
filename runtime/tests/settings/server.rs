//! Settings of servers that not every server has a use for.

use std::time::Duration;

use streamgen_runtime::middleware::{Calling, Hooks};
use streamgen_runtime::server::{
    Arguments, PingPongFuture, ServerStream, Service, StreamFuture, no_such_ping_pong,
    no_such_stream,
};
use streamgen_runtime::{
    Context, MethodInfo, Mode, PayloadCodec, Result, Server, ServerBuilder, ServiceInfo, Transport,
};

use crate::{
    CALLS, Cell, KINDS, Row, STREAMS, around_call, around_recv, around_send, refused, stream_hooks,
};

/// Services that have nothing but their methods.
struct Described(&'static ServiceInfo);

impl Service for Described {
    fn info(&self) -> &'static ServiceInfo {
        self.0
    }

    fn ping_pong(&self, _: usize, _: Context, _: Arguments) -> PingPongFuture {
        no_such_ping_pong()
    }

    fn stream(&self, _: usize, _: Context, _: ServerStream) -> StreamFuture {
        no_such_stream()
    }
}

const SECOND: Duration = Duration::from_secs(1);

type Setting = (
    &'static str,
    &'static str,
    fn(ServerBuilder) -> ServerBuilder,
);

/// Each with its name in Kitex.
const SETTINGS: [Setting; 7] = [
    ("stream_recv_timeout", "", |builder| {
        builder.stream_recv_timeout(SECOND)
    }),
    ("stream_send_timeout", "", |builder| {
        builder.stream_send_timeout(SECOND)
    }),
    (
        "unary_middleware",
        "server.WithUnaryOptions(WithUnaryMiddleware)",
        |builder| builder.unary_middleware(around_call),
    ),
    (
        "stream_middleware",
        "server.WithStreamOptions(WithStreamMiddleware)",
        |builder| builder.stream_middleware(around_call),
    ),
    (
        "recv_middleware",
        "server.WithStreamOptions(WithStreamRecvMiddleware)",
        |builder| builder.recv_middleware(around_recv),
    ),
    (
        "send_middleware",
        "server.WithStreamOptions(WithStreamSendMiddleware)",
        |builder| builder.send_middleware(around_send),
    ),
    ("on_read_stream", "server.WithMetaHandler", |builder| {
        builder.on_read_stream(on_read_stream)
    }),
];

pub(crate) async fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, kitex, set) in SETTINGS {
        let mut cells = [Cell::Effect; 5];
        for (cell, kind) in cells.iter_mut().zip(KINDS) {
            let service = Described(if kind.is_stream() { &STREAMS } else { &CALLS });
            let builder = set(Server::builder().add_service(service));
            if refused(name, kind, builder.bind("127.0.0.1:0").await) {
                *cell = Cell::Refused;
            }
        }
        rows.push((name, kitex, cells));
    }
    rows
}

async fn on_read_stream(_: &mut Calling) -> Result<()> {
    Ok(())
}

/// A set may be that of several servers, or of several services.
#[tokio::test]
async fn middleware_of_a_set_is_no_error() {
    let hooks = || stream_hooks().on_read_stream(on_read_stream);
    let server = Server::builder().add_service(hooks().around(Described(&CALLS)));
    server.hooks(hooks()).bind("127.0.0.1:0").await.unwrap();
    let calls = Hooks::new().unary_middleware(around_call);
    let server = Server::builder().add_service(Described(&STREAMS));
    server.hooks(calls).invoker().unwrap();
}

/// One service of the kind is enough.
#[tokio::test]
async fn middleware_is_of_all_services_of_a_server() {
    static OTHER: ServiceInfo = ServiceInfo::new(
        "Other",
        "rpc",
        PayloadCodec::Thrift,
        Transport::TtHeaderStreaming,
        &[MethodInfo::new("Watch", Mode::ServerStreaming)],
    );
    let server = Server::builder().add_service(Described(&CALLS));
    let server = server.add_service(Described(&OTHER));
    let server = server.unary_middleware(around_call);
    server.recv_middleware(around_recv).invoker().unwrap();
}
