//! The causes, and how each is provoked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use streamgen_runtime::breaker::{BreakerRule, CircuitBreaker};
use streamgen_runtime::client::ServiceClient;
use streamgen_runtime::codec::{DecodeError, FieldSink, Reader, Struct};
use streamgen_runtime::config::{Category, ConfigNames, ConfigSource, ConfigUpdates};
use streamgen_runtime::fleet::{Fleet, Instance, StaticList};
use streamgen_runtime::server::CallLimit;
use streamgen_runtime::{
    ClientBuilder, Error, ErrorKind, FastStr, MethodInfo, Mode, PayloadCodec, RecvTimeout, Result,
    Server, ServerBuilder, ServiceInfo, Transport,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::peers::{Then, broken, leaving, refusing, silent};
use super::{LONG, SMALL, SOON, Wire, small_grpc, small_streams};
use crate::rpc_support::stream_gen::rpc::peer::SERVICE_INFO;
use crate::rpc_support::{Msg, Peer, PeerClient, PeerServer, Running, msg, reserved, start};

/// Why a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    NoSuchHost,
    NoInstance,
    NoneMayGetCalls,
    BreakerOpen,
    Degraded,
    Refused,
    Silent,
    RefusedUnseen,
    GoneAway,
    Closed,
    Reset,
    ServerStops,
    Deadline,
    RecvTimeout,
    OneRecvTimeout,
    SendTimeout,
    Cancelled,
    HandlerFails,
    HandlerPanics,
    Business,
    UnknownMethod,
    TooManyCalls,
    RequestTooLarge,
    ReplyTooLarge,
    Undecodable,
    Garbage,
    SendAfterClose,
    WrongMode,
}

/// Each with its name in the table.
pub const CAUSES: &[(Cause, &str)] = &[
    (Cause::NoSuchHost, "the host name cannot be resolved"),
    (Cause::NoInstance, "the fleet has no instance"),
    (
        Cause::NoneMayGetCalls,
        "the breakers of all instances are open, or all have weight 0",
    ),
    (
        Cause::BreakerOpen,
        "the circuit breaker of the method is open",
    ),
    (
        Cause::Degraded,
        "the client's configuration refuses a share of the calls (`degradation`)",
    ),
    (Cause::Refused, "the dial is refused"),
    (
        Cause::Silent,
        "the dial is not answered within the connect timeout",
    ),
    (
        Cause::RefusedUnseen,
        "the server refuses the call unseen (`REFUSED_STREAM`)",
    ),
    (
        Cause::GoneAway,
        "the server goes away before it has seen the call (GOAWAY)",
    ),
    (
        Cause::Closed,
        "the server closes the connection instead of answering",
    ),
    (Cause::Reset, "the connection is reset instead of an answer"),
    (
        Cause::ServerStops,
        "the server stops, and its exit wait is over",
    ),
    (Cause::Deadline, "the call's time is over"),
    (Cause::RecvTimeout, "a `recv` takes too long"),
    (
        Cause::OneRecvTimeout,
        "a `recv` takes too long, `without_cancel_remote`",
    ),
    (Cause::SendTimeout, "a `send` waits too long for room"),
    (Cause::Cancelled, "this side cancels"),
    (Cause::HandlerFails, "the handler returns a plain error"),
    (Cause::HandlerPanics, "the handler panics"),
    (Cause::Business, "the handler returns a business status"),
    (Cause::UnknownMethod, "the server has no such method"),
    (
        Cause::TooManyCalls,
        "the call is one too many (`call_limit`)",
    ),
    (
        Cause::RequestTooLarge,
        "the request is above the server's limit",
    ),
    (
        Cause::ReplyTooLarge,
        "the answer is above this side's limit",
    ),
    (Cause::Undecodable, "the answer does not decode"),
    (Cause::Garbage, "the peer speaks no protocol"),
    (Cause::SendAfterClose, "`send` after `close_send`"),
    (
        Cause::WrongMode,
        "a method called in another mode than its own",
    ),
];

/// The error of `cause` on `wire`; `None` where the wire has no such thing.
pub async fn provoke(cause: Cause, wire: Wire) -> Option<Error> {
    Some(match cause {
        Cause::NoSuchHost => no_such_host(wire).await,
        Cause::NoInstance => in_fleet(wire, Vec::new()).await,
        Cause::NoneMayGetCalls => {
            let instance = Instance::parse("127.0.0.1:1").unwrap();
            in_fleet(wire, vec![instance.with_weight(0)]).await
        }
        Cause::BreakerOpen => breaker_open(wire).await,
        Cause::Degraded => {
            let builder = wire.builder(PeerClient::builder("peer"), reserved());
            let client = builder.config("me", Degraded).build().unwrap();
            wire.refused(&client, None).await
        }
        Cause::Refused => at(wire, reserved()).await,
        Cause::Silent => {
            let (address, _queue) = silent().await;
            let builder = wire.builder(PeerClient::builder("peer"), address);
            let client = builder.connect_timeout(SOON).build().unwrap();
            wire.refused(&client, None).await
        }
        Cause::RefusedUnseen if wire.is_grpc() => at(wire, refusing().await).await,
        Cause::GoneAway if wire.is_grpc() => at(wire, leaving().await).await,
        Cause::RefusedUnseen | Cause::GoneAway => return None,
        Cause::Closed => at(wire, broken(Then::Close, wire.is_grpc()).await).await,
        Cause::Reset => at(wire, broken(Then::Reset, wire.is_grpc()).await).await,
        Cause::Garbage => at(wire, broken(Then::Garbage, false).await).await,
        Cause::ServerStops => stopped(wire).await,
        Cause::Deadline => {
            let server = serve("hold", Server::builder()).await;
            let client = wire.client(server.address);
            connect(wire, &client).await;
            // Time enough for the handler to begin, on a busy machine too.
            wire.refused(&client, Some(10 * SOON)).await
        }
        Cause::HandlerFails => by(wire, "err").await,
        Cause::HandlerPanics => by(wire, "panic").await,
        Cause::Business => by(wire, "biz").await,
        Cause::UnknownMethod => unknown_method(wire).await,
        Cause::TooManyCalls => too_many_calls(wire).await,
        Cause::RequestTooLarge => request_too_large(wire).await,
        Cause::ReplyTooLarge => reply_too_large(wire).await,
        Cause::Undecodable => undecodable(wire).await,
        Cause::WrongMode => wrong_mode(wire).await,
        _ if !wire.is_stream() => return None,
        Cause::RecvTimeout => recv_timeout(wire, RecvTimeout::new(SOON)).await,
        Cause::OneRecvTimeout => {
            recv_timeout(wire, RecvTimeout::new(SOON).without_cancel_remote()).await
        }
        Cause::SendTimeout => send_timeout(wire).await,
        Cause::Cancelled => cancelled(wire).await,
        Cause::SendAfterClose => send_after_close(wire).await,
    })
}

async fn at(wire: Wire, address: SocketAddr) -> Error {
    wire.refused(&wire.client(address), None).await
}

async fn serve(always: &'static str, builder: ServerBuilder) -> Running {
    let peer = Peer {
        always,
        ..Peer::default()
    };
    start(builder.add_service(PeerServer::from(Arc::new(peer)))).await
}

/// Lets a client connect to a server whose handlers hold, so that the time of its next call is not that of
/// the dial.
async fn connect(wire: Wire, client: &PeerClient) {
    if !wire.is_stream() {
        client.sum(1, vec![]).await.unwrap();
        return;
    }
    let mut stream = client.bidi().metainfo("do", "echo").await.unwrap();
    stream.close_send().await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

/// By a server whose handlers do so.
async fn by(wire: Wire, always: &'static str) -> Error {
    let server = serve(always, Server::builder()).await;
    at(wire, server.address).await
}

async fn too_many_calls(wire: Wire) -> Error {
    let one = CallLimit::new().running(1);
    let server = serve("hold", Server::builder().call_limit(one)).await;
    let client = wire.client(server.address);
    // Whichever is first at the server waits for its handler.
    tokio::select! {
        error = wire.refused(&client, None) => error,
        error = wire.refused(&client, None) => error,
    }
}

/// A call of a client of these instances.
async fn in_fleet(wire: Wire, instances: Vec<Instance>) -> Error {
    let fleet = Fleet::new(StaticList::new(instances));
    let builder = PeerClient::builder("peer").fleet(fleet);
    let client = wire.on(builder).build().unwrap();
    wire.refused(&client, None).await
}

async fn breaker_open(wire: Wire) -> Error {
    let rule = BreakerRule::default().min_samples(1);
    let builder = wire.builder(PeerClient::builder("peer"), reserved());
    let client = builder.middleware(CircuitBreaker::new().rule(rule));
    let client = client.build().unwrap();
    wire.refused(&client, None).await;
    wire.refused(&client, None).await
}

/// A configuration by which no call is made.
struct Degraded;

impl ConfigSource for Degraded {
    async fn watch(&self, _: &ConfigNames, updates: &mut ConfigUpdates) -> Result<()> {
        let all = br#"{"enable": true, "percentage": 100}"#;
        updates.set(Category::Degradation, "all", Some(all));
        Ok(())
    }
}

async fn no_such_host(wire: Wire) -> Error {
    // No label of a name is that long: nobody is asked.
    let host = format!("{}:1", "a".repeat(64));
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 1));
    let builder = wire.builder(PeerClient::builder("peer"), anywhere);
    // Addresses are taken in turn: the second call goes to the second one.
    let client = builder.address(host).build().unwrap();
    let first = wire.refused(&client, None).await;
    let second = wire.refused(&client, None).await;
    match first.message().contains("resolve") {
        true => first,
        false => second,
    }
}

async fn stopped(wire: Wire) -> Error {
    let (peer, mut reports) = Peer::reporting("stubborn");
    let builder = Server::builder().exit_wait(SOON);
    let mut server = start(builder.add_service(PeerServer::from(Arc::new(peer)))).await;
    let client = wire.client(server.address);
    let stop = server.stop.take().unwrap();
    let stopping = async {
        assert_eq!(reports.recv().await.unwrap().message(), "started");
        stop.send(()).unwrap();
    };
    let (error, ()) = tokio::join!(wire.refused(&client, None), stopping);
    error
}

/// A service that knows other methods than the server.
static STRANGE: ServiceInfo = ServiceInfo::new(
    "Peer",
    "rpc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[
        MethodInfo::new("Strange", Mode::PingPong),
        MethodInfo::new("StrangeStream", Mode::BidiStreaming),
    ],
);

fn channel(wire: Wire, service: &'static ServiceInfo, address: SocketAddr) -> ServiceClient {
    let builder = ClientBuilder::<ServiceClient>::new(service, "peer".into());
    wire.builder(builder, address).build().unwrap()
}

async fn unknown_method(wire: Wire) -> Error {
    let server = serve("", Server::builder()).await;
    let channel = channel(wire, &STRANGE, server.address);
    if wire.is_stream() {
        let mut stream = channel.bidi_streaming::<Msg, Msg>(1).await.unwrap();
        return stream.recv().await.unwrap_err();
    }
    let call = channel.ping_pong::<Msg, Msg, Error>(0, msg("m"));
    call.await.unwrap_err()
}

async fn wrong_mode(wire: Wire) -> Error {
    let channel = channel(wire, &STRANGE, reserved());
    if wire.is_stream() {
        return channel.bidi_streaming::<Msg, Msg>(0).await.unwrap_err();
    }
    let call = channel.ping_pong::<Msg, Msg, Error>(1, msg("m"));
    call.await.unwrap_err()
}

/// Decodes from nothing.
#[derive(Debug, Clone, Default)]
struct Never;

impl Struct for Never {
    const NAME: &'static str = "Never";

    fn encode_fields<S: FieldSink>(&self, _: &mut S) {}

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        r.take(1 << 30).map(drop)
    }
}

async fn undecodable(wire: Wire) -> Error {
    let server = serve("", Server::builder()).await;
    let channel = channel(wire, &SERVICE_INFO, server.address);
    if wire.is_stream() {
        let bidi = SERVICE_INFO.method_index("Bidi").unwrap();
        let mut stream = channel.bidi_streaming::<Msg, Never>(bidi).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        return stream.recv().await.unwrap_err();
    }
    let hello = SERVICE_INFO.method_index("Hello").unwrap();
    let call = channel.unary::<Msg, Never>(hello, msg("m"));
    call.await.unwrap_err()
}

async fn ask_too_much(wire: Wire, client: &PeerClient) -> Error {
    // More than the sockets hold: the peer reads it, or nobody learns what it says.
    let text = "m".repeat(256 * SMALL).into();
    let asked = timeout(LONG, wire.ask(client, text, None));
    asked.await.expect("it ends").expect_err("it fails")
}

async fn request_too_large(wire: Wire) -> Error {
    let limited = Server::builder()
        .max_message(SMALL)
        .stream_limits(small_streams())
        .grpc_limits(small_grpc());
    let server = serve("", limited).await;
    ask_too_much(wire, &wire.client(server.address)).await
}

async fn reply_too_large(wire: Wire) -> Error {
    let server = serve("", Server::builder()).await;
    let builder = wire.builder(PeerClient::builder("peer"), server.address);
    let limited = match wire.is_grpc() {
        true => builder.grpc_limits(small_grpc()),
        false => builder.max_message(SMALL).stream_limits(small_streams()),
    };
    ask_too_much(wire, &limited.build().unwrap()).await
}

async fn recv_timeout(wire: Wire, limit: RecvTimeout) -> Error {
    let server = serve("hold", Server::builder()).await;
    let client = wire.client(server.address);
    let mut stream = client.bidi().recv_timeout(limit).await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    error
}

async fn send_timeout(wire: Wire) -> Error {
    // The one takes no byte, the other no message of the stream.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = serve("hold", Server::builder()).await;
    let address = match wire.is_grpc() {
        true => server.address,
        false => listener.local_addr().unwrap(),
    };
    let client = wire.client(address);
    let mut stream = client.bidi().send_timeout(SOON).await.unwrap();
    let text: FastStr = "m".repeat(16 * SMALL).into();
    let flood = async {
        loop {
            let message = Msg {
                text: text.clone(),
                ..msg("")
            };
            if let Err(error) = stream.send(message).await {
                return error;
            }
        }
    };
    timeout(LONG, flood).await.expect("it ends")
}

async fn cancelled(wire: Wire) -> Error {
    let server = serve("hold", Server::builder()).await;
    let mut stream = wire.client(server.address).bidi().await.unwrap();
    stream.cancel();
    stream.recv().await.unwrap_err()
}

async fn send_after_close(wire: Wire) -> Error {
    let server = serve("hold", Server::builder()).await;
    let mut stream = wire.client(server.address).bidi().await.unwrap();
    stream.close_send().await.unwrap();
    let sent = timeout(Duration::from_secs(5), stream.send(msg("m")));
    sent.await.unwrap().unwrap_err()
}
