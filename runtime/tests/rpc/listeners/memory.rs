//! A client and a server that share one connection in memory. The tests simulate the clock: no socket
//! takes part.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use streamgen_runtime::client::{ByteStream, Dial, Dialling, Endpoint};
use streamgen_runtime::server::Accepted;
use streamgen_runtime::{FastStr, GrpcLimits, PoolMode, Result, ServerBuilder};

use super::incoming::in_memory;
use crate::rpc_support::{Msg, PeerClient};
use crate::wires::{ALL, Wire};

/// Bytes that a connection holds in each direction: more than any test sends.
pub(crate) const ROOM: usize = 1024 * 1024;
/// Longer than all bounds that these tests are about.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A side of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
}

/// Gives the only connection to whoever dials first.
pub(crate) struct Only(Mutex<Option<ByteStream>>);

impl From<ByteStream> for Only {
    fn from(only: ByteStream) -> Self {
        Self(Mutex::new(Some(only)))
    }
}

impl Dial for Only {
    fn dial<'a>(&'a self, _: &'a Endpoint) -> Dialling<'a> {
        let only = self.0.lock().unwrap().take();
        Box::pin(async { only.ok_or_else(|| io::ErrorKind::ConnectionRefused.into()) })
    }
}

/// The wires, and ping-pong calls that share a connection.
pub(crate) fn all() -> impl Iterator<Item = (Wire, bool)> {
    let each = ALL.map(|wire| (wire, false));
    each.into_iter().chain([(Wire::TtHeader, true)])
}

/// A client whose own pings do not find out what the test is about.
pub(crate) fn client(wire: Wire, mux: bool, dial: impl Dial) -> PeerClient {
    let mut builder = wire.builder(&["in-memory:1".to_owned()]);
    if mux {
        builder = builder.unary_pool(PoolMode::Mux { slots: 1 });
    }
    if wire.is_grpc() {
        let mut limits = GrpcLimits::default();
        limits.keepalive = Some(Duration::MAX);
        builder = builder.grpc_limits(limits);
    }
    builder.dial(dial).build().unwrap()
}

/// Lets a server that takes its time to find out the wire serve one connection, whose other end is
/// `near`. Returns a client of it.
pub(crate) fn connect(
    server: ServerBuilder,
    accepted: Accepted,
    near: ByteStream,
    (wire, mux): (Wire, bool),
) -> PeerClient {
    serve(server, accepted);
    client(wire, mux, Only::from(near))
}

/// Lets a server that takes its time to find out the wire serve one connection.
pub(crate) fn serve(server: ServerBuilder, accepted: Accepted) {
    let (connect, incoming) = in_memory();
    let server = server.detection_timeout(LONG);
    tokio::spawn(server.serve_with_incoming(incoming));
    connect.give(Ok(accepted)).unwrap();
}

/// A call with a text of `len` bytes in each direction.
pub(crate) async fn ask(wire: Wire, client: &PeerClient, len: usize) -> Result<()> {
    let text = FastStr::from("x".repeat(len));
    if wire.is_unary() {
        client.hello(text).timeout(LONG).await?;
        return Ok(());
    }
    let mut stream = client.bidi().timeout(LONG).await?;
    stream.send(Msg { text, seq: 0 }).await?;
    stream.close_send().await?;
    while stream.recv().await?.is_some() {}
    Ok(())
}
