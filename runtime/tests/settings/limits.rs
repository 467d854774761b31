//! Limits of time, each of which is reached.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::client::{BidiStreamingCall, ClientBuilder, PingPongCall, ServiceClient};
use streamgen_runtime::{Error, ErrorKind, FastStr, Result, Server};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::rpc_support::{Msg, Peer, PeerServer, Running, msg, start};
use crate::{Cell, KINDS, Kind, Row, refused};

/// A limit that is reached.
const SOON: Duration = Duration::from_millis(50);
/// Longer than any limit here: a call that takes as long would never end.
const LONG: Duration = Duration::from_secs(30);

type Builder = ClientBuilder<ServiceClient>;
type StreamCall = BidiStreamingCall<Msg, Msg>;
type Call = PingPongCall<Msg, FastStr, Error>;

/// The thing that a call waits for in vain.
#[derive(Clone, Copy)]
enum Waits {
    Connecting,
    Answer,
    Room,
}

/// How a limit is set.
enum How {
    Client(fn(Builder) -> Builder),
    /// Of a call that opens a stream, and of one that does not.
    Call(fn(StreamCall) -> StreamCall, fn(Call) -> Option<Call>),
}

/// Answers for calls that have no such option: a type's own method comes before a trait's.
trait NoSuchOption: Sized {
    fn recv_timeout(self, _: Duration) -> Option<Call> {
        None
    }

    fn send_timeout(self, _: Duration) -> Option<Call> {
        None
    }
}

impl NoSuchOption for Call {}

const LIMITS: [(&str, &str, Waits, How); 9] = [
    (
        "connect_timeout",
        "client.WithConnectTimeout",
        Waits::Connecting,
        How::Client(|builder| builder.connect_timeout(SOON)),
    ),
    (
        "rpc_timeout",
        "client.WithRPCTimeout",
        Waits::Answer,
        How::Client(|builder| builder.rpc_timeout(SOON)),
    ),
    (
        "stream_timeout",
        "",
        Waits::Answer,
        How::Client(|builder| builder.stream_timeout(SOON)),
    ),
    (
        "recv_timeout",
        "client.WithStreamRecvTimeoutConfig",
        Waits::Answer,
        How::Client(|builder| builder.recv_timeout(SOON)),
    ),
    (
        "send_timeout",
        "",
        Waits::Room,
        How::Client(|builder| builder.send_timeout(SOON)),
    ),
    (
        "connect_timeout of a call",
        "callopt.WithConnectTimeout",
        Waits::Connecting,
        How::Call(
            |call| call.connect_timeout(SOON),
            |call| Some(call.connect_timeout(SOON)),
        ),
    ),
    (
        "timeout of a call",
        "callopt.WithRPCTimeout",
        Waits::Answer,
        How::Call(|call| call.timeout(SOON), |call| Some(call.timeout(SOON))),
    ),
    (
        "recv_timeout of a call",
        "streamcall.WithRecvTimeoutConfig",
        Waits::Answer,
        How::Call(
            |call| call.recv_timeout(SOON),
            |call| call.recv_timeout(SOON),
        ),
    ),
    (
        "send_timeout of a call",
        "",
        Waits::Room,
        How::Call(
            |call| call.send_timeout(SOON),
            |call| call.send_timeout(SOON),
        ),
    ),
];

/// Servers at which calls wait for ever.
struct Places {
    holds: Running,
    /// Takes no byte.
    full: TcpListener,
    silent: (SocketAddr, Vec<TcpStream>),
}

impl Places {
    async fn open() -> Self {
        let peer = Peer {
            always: "hold",
            ..Peer::default()
        };
        let service = PeerServer::from(Arc::new(peer));
        Self {
            holds: start(Server::builder().add_service(service)).await,
            full: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            silent: silent().await,
        }
    }

    fn of(&self, waits: Waits, kind: Kind) -> SocketAddr {
        match waits {
            Waits::Connecting => self.silent.0,
            // Over gRPC, the stream's window is full.
            Waits::Room if kind == Kind::Stream => self.full.local_addr().unwrap(),
            Waits::Room | Waits::Answer => self.holds.address,
        }
    }
}

pub(crate) async fn rows() -> Vec<Row> {
    let places = Places::open().await;
    let mut rows = Vec::new();
    for (name, kitex, waits, how) in &LIMITS {
        let mut cells = [Cell::Absent; 5];
        for (cell, kind) in cells.iter_mut().zip(KINDS) {
            *cell = self::cell(name, how, *waits, kind, places.of(*waits, kind)).await;
        }
        rows.push((*name, *kitex, cells));
    }
    rows
}

async fn cell(name: &str, how: &How, waits: Waits, kind: Kind, at: SocketAddr) -> Cell {
    let builder = kind.builder(at).patient();
    let builder = match how {
        How::Client(set) => set(builder),
        How::Call(..) => builder,
    };
    let client = match builder.build() {
        Ok(client) => client,
        refusal => {
            assert!(refused(name, kind, refusal));
            return Cell::Refused;
        }
    };
    let Some(made) = make(&client, how, waits, kind).await else {
        return Cell::Absent;
    };
    let error = made.expect_err("the limit is reached");
    let expected = match waits {
        Waits::Connecting => ErrorKind::Connection,
        Waits::Answer | Waits::Room => ErrorKind::Timeout,
    };
    assert_eq!(error.kind(), expected, "{name}, {kind:?}: {error}");
    Cell::Effect
}

/// Makes a call that waits; `None` if it has no such option.
async fn make(client: &ServiceClient, how: &How, waits: Waits, kind: Kind) -> Option<Result<()>> {
    if !kind.is_stream() {
        let call = client.ping_pong::<Msg, FastStr, Error>(0, msg("m"));
        let call = match how {
            How::Client(_) => call,
            How::Call(_, set) => set(call)?,
        };
        let made = timeout(LONG, call.into_future()).await.expect("it ends");
        return Some(made.map(drop));
    }
    let call = client.bidi_streaming::<Msg, Msg>(0);
    let call = match how {
        How::Client(_) => call,
        How::Call(set, _) => set(call),
    };
    let stream = async {
        let mut stream = call.await?;
        if !matches!(waits, Waits::Room) {
            return stream.recv().await.map(drop);
        }
        loop {
            let text = "m".repeat(256 * 1024).into();
            stream.send(Msg { text, ..msg("") }).await?;
        }
    };
    Some(timeout(LONG, stream).await.expect("it ends"))
}

/// Gives the client a longer connect timeout, so that a call does not reach that timeout before the limit under
/// test, even on a busy machine.
trait Patient {
    fn patient(self) -> Self;
}

impl Patient for Builder {
    fn patient(self) -> Self {
        self.connect_timeout(LONG)
    }
}

/// An address that answers no dial, because the queue of its listener is full.
async fn silent() -> (SocketAddr, Vec<TcpStream>) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let listener = socket.listen(1).unwrap();
    // Nobody accepts while the test runs.
    std::mem::forget(listener);
    let mut queue = Vec::new();
    while let Ok(Ok(connected)) = timeout(4 * SOON, TcpStream::connect(address)).await {
        queue.push(connected);
    }
    (address, queue)
}
