//! Settings of servers that not every server has a use for.

use std::time::Duration;

use streamgen_runtime::server::{
    Arguments, PingPongFuture, ServerStream, Service, StreamFuture, no_such_ping_pong,
    no_such_stream,
};
use streamgen_runtime::{Context, Server, ServerBuilder, ServiceInfo};

use crate::{CALLS, Cell, KINDS, Row, STREAMS, refused};

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

type Setting = (&'static str, fn(ServerBuilder) -> ServerBuilder);

const SETTINGS: [Setting; 2] = [
    ("stream_recv_timeout", |builder| {
        builder.stream_recv_timeout(SECOND)
    }),
    ("stream_send_timeout", |builder| {
        builder.stream_send_timeout(SECOND)
    }),
];

pub(crate) async fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, set) in SETTINGS {
        let mut cells = [Cell::Effect; 5];
        for (cell, kind) in cells.iter_mut().zip(KINDS) {
            let service = Described(if kind.is_stream() { &STREAMS } else { &CALLS });
            let builder = set(Server::builder().add_service(service));
            if refused(name, kind, builder.bind("127.0.0.1:0").await) {
                *cell = Cell::Refused;
            }
        }
        rows.push((name, "", cells));
    }
    rows
}
