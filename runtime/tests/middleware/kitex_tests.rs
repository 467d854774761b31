//! The cases of kitex-tests' `thrift_streaming` that are about middleware, over both wires of streams and
//! all wires of calls. The comment above each test names the original.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use streamgen_runtime::middleware::{
    CallInfo, Calling, ContextMap, Middleware, Next, Receiving, RecvMiddleware, RecvNext,
    SendMiddleware, SendNext, Sending,
};
use streamgen_runtime::{Error, ErrorKind, Result, Side, Transport};
use tokio::time::timeout;

use crate::rpc_support::stream_gen::rpc::peer::EchoArgs;
use crate::rpc_support::{Msg, PeerClient, msg};
use crate::support::{CALLS, Log, STREAMS, caller, client, server};

/// Fails if the messages of a stream are not what was expected, and changes them.
struct Expect {
    expected: Mutex<Vec<&'static str>>,
    becomes: &'static str,
}

impl Expect {
    /// One after the other, each of which becomes `becomes`.
    fn of<const N: usize>(expected: [&'static str; N], becomes: &'static str) -> Self {
        let expected = expected.into_iter().rev().collect();
        Self {
            expected: Mutex::new(expected),
            becomes,
        }
    }

    fn change(&self, message: Option<&mut Msg>) {
        if let Some(message) = message {
            let expected = self.expected.lock().unwrap().pop();
            assert_eq!(Some(&*message.text), expected);
            message.text = self.becomes.into();
        }
    }
}

impl RecvMiddleware for Expect {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await?;
        self.change(recv.message_as());
        Ok(())
    }
}

impl SendMiddleware for Expect {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.change(send.message_as());
        next.run(send).await
    }
}

/// Answers `request` without the server.
async fn answer(calling: &mut Calling, _: Next<'_>) -> Result<()> {
    let args = calling.request_as::<EchoArgs>();
    assert_eq!(
        args.map(|args| args.req.text.clone()),
        Some("request".into())
    );
    calling.set_response(msg("response"))
}

// TestKitexClientMiddleware; for TestKitexStreamClientMiddlewareUnary see `classic/middleware.rs`
#[tokio::test]
async fn a_clients_middleware_answers_instead_of_the_server() {
    for wire in CALLS {
        let client = caller(server(), wire).middleware(answer).build().unwrap();
        let response = client.echo(msg("request")).await.unwrap();
        assert_eq!(response.text, "response", "{wire:?}");
    }
}

// TestKitexStreamClientMiddlewareBidirectional
#[tokio::test]
async fn a_clients_middleware_of_messages_on_a_bidirectional_stream() {
    for wire in STREAMS {
        let client = client(server(), wire)
            .send_middleware(Expect::of(["request"], "sent"))
            .recv_middleware(Expect::of(["sent"], "response-modified-in-mw"))
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("request")).await.unwrap();
        let response = stream.recv().await.unwrap().unwrap();
        assert_eq!(response.text, "response-modified-in-mw", "{wire:?}");
    }
}

// TestKitexStreamClientMiddlewareClient
#[tokio::test]
async fn a_clients_middleware_of_messages_on_a_stream_of_requests() {
    for wire in STREAMS {
        let client = client(server(), wire)
            .send_middleware(Expect::of(["request", "request"], "sent"))
            .recv_middleware(Expect::of(["sent"], "response-modified-in-mw"))
            .build()
            .unwrap();
        let mut stream = client.collect().await.unwrap();
        for _ in 0..2 {
            stream.send(msg("request")).await.unwrap();
        }
        let response = stream.close_and_recv().await.unwrap();
        assert_eq!(response.text, "response-modified-in-mw", "{wire:?}");
        assert_eq!(response.seq, 2);
    }
}

// TestKitexStreamClientMiddlewareServer
#[tokio::test]
async fn a_clients_middleware_of_messages_on_a_stream_of_responses() {
    for wire in STREAMS {
        let client = client(server(), wire)
            .send_middleware(Expect::of(["request"], "sent"))
            .recv_middleware(Expect::of(["sent", "sent"], "response-modified-in-mw"))
            .build()
            .unwrap();
        let request = Msg {
            text: "request".into(),
            seq: 2,
        };
        let mut stream = client.count(request).await.unwrap();
        for seq in 0..2 {
            let response = stream.recv().await.unwrap().unwrap();
            assert_eq!(response.text, "response-modified-in-mw", "{wire:?}");
            assert_eq!(response.seq, seq);
        }
    }
}

/// Sees the arguments and changes the result.
async fn change_result(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let args = calling.request_as::<EchoArgs>();
    assert_eq!(args.map(|args| args.req.text.clone()), Some("ping".into()));
    next.run(calling).await?;
    let response = calling.response_as::<Msg>().unwrap();
    assert_eq!(response.text, "ping");
    response.text = "response".into();
    Ok(())
}

/// For calls that must not come here.
struct Never;

impl RecvMiddleware for Never {
    async fn recv(&self, _: &mut Receiving, _: RecvNext<'_>) -> Result<()> {
        Err(Error::application("recv middleware should not be called"))
    }
}

impl SendMiddleware for Never {
    async fn send(&self, _: &mut Sending, _: SendNext<'_>) -> Result<()> {
        Err(Error::application("send middleware should not be called"))
    }
}

// TestKitexServerMiddleware/pingpong, TestKitexServerMiddleware/unary
#[tokio::test]
async fn a_servers_middleware_of_calls_and_none_of_messages_for_them() {
    for wire in CALLS {
        let server = server()
            .middleware(change_result)
            .recv_middleware(Never)
            .send_middleware(Never);
        let client = caller(server, wire)
            .recv_middleware(Never)
            .send_middleware(Never)
            .build()
            .unwrap();
        let response = client.echo(msg("ping")).await.unwrap();
        assert_eq!(response.text, "response", "{wire:?}");
    }
}

/// Sees that the call has a stream, and neither request nor response.
async fn only_streams(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    assert!(calling.stream().is_some());
    assert!(calling.request().is_none());
    next.run(calling).await?;
    assert!(calling.response().is_none());
    Ok(())
}

/// A client of a server that expects these messages.
fn expecting<const N: usize, const M: usize>(
    wire: Transport,
    received: [&'static str; N],
    sent: [&'static str; M],
) -> PeerClient {
    let server = server()
        .middleware(only_streams)
        .recv_middleware(Expect::of(received, "changed"))
        .send_middleware(Expect::of(sent, "response"));
    client(server, wire).build().unwrap()
}

// TestKitexServerMiddleware/bidirectional streaming
#[tokio::test]
async fn a_servers_middleware_on_a_bidirectional_stream() {
    for wire in STREAMS {
        let client = expecting(wire, ["request"], ["changed"]);
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("request")).await.unwrap();
        let response = stream.recv().await.unwrap().unwrap();
        assert_eq!(response.text, "response", "{wire:?}");
    }
}

// TestKitexServerMiddleware/server streaming
#[tokio::test]
async fn a_servers_middleware_on_a_stream_of_responses() {
    for wire in STREAMS {
        let client = expecting(wire, ["request"], ["changed", "changed"]);
        let request = Msg {
            text: "request".into(),
            seq: 2,
        };
        let mut stream = client.count(request).await.unwrap();
        for _ in 0..2 {
            let response = stream.recv().await.unwrap().unwrap();
            assert_eq!(response.text, "response", "{wire:?}");
        }
        assert_eq!(stream.recv().await.unwrap(), None);
    }
}

// TestKitexServerMiddleware/client streaming
#[tokio::test]
async fn a_servers_middleware_on_a_stream_of_requests() {
    for wire in STREAMS {
        let client = expecting(wire, ["request-0", "request-1"], ["changed"]);
        let mut stream = client.collect().await.unwrap();
        for text in ["request-0", "request-1"] {
            stream.send(msg(text)).await.unwrap();
        }
        let response = stream.close_and_recv().await.unwrap();
        assert_eq!((&*response.text, response.seq), ("response", 2), "{wire:?}");
    }
}

/// Middleware that takes too long.
struct Slow;

impl RecvMiddleware for Slow {
    async fn recv(&self, _: &mut Receiving, _: RecvNext<'_>) -> Result<()> {
        pending().await
    }
}

impl SendMiddleware for Slow {
    async fn send(&self, _: &mut Sending, _: SendNext<'_>) -> Result<()> {
        pending().await
    }
}

const SHORT: Duration = Duration::from_millis(50);

// TestTimeoutRecvSend/client send timeout, TestTimeoutRecvSend/client recv timeout
#[tokio::test]
async fn a_callers_own_timeout_ends_a_slow_middleware() {
    for wire in STREAMS {
        let client = client(server(), wire)
            .send_middleware(Slow)
            .recv_middleware(Slow)
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        assert!(timeout(SHORT, stream.send(msg("m"))).await.is_err());
        assert!(timeout(SHORT, stream.recv()).await.is_err(), "{wire:?}");
        stream.cancel();
    }
}

// TestTimeoutRecvSend/client recv timeout config, TestTimeoutRecvSend/streamcall recv timeout config
#[tokio::test]
async fn a_recv_timeout_includes_middleware() {
    for wire in STREAMS {
        for at_call in [false, true] {
            let client = client(server(), wire).recv_middleware(Slow);
            let client = match at_call {
                true => client.build().unwrap(),
                false => client.recv_timeout(SHORT).build().unwrap(),
            };
            let call = client.bidi();
            let call = if at_call {
                call.recv_timeout(SHORT)
            } else {
                call
            };
            let mut stream = call.await.unwrap();
            stream.send(msg("request")).await.unwrap();
            let slow = timeout(Duration::from_secs(30), stream.recv()).await;
            // The stream has ended; its middleware has not.
            match slow {
                Ok(result) => assert_eq!(result.unwrap_err().kind(), ErrorKind::Timeout),
                Err(_) => panic!("{wire:?}: the time of a recv is not limited"),
            }
        }
    }
}

/// Fails without the id of the call, and writes down where it was found.
#[derive(Clone)]
struct LogId(Log);

impl LogId {
    fn check(&self, call: &CallInfo, hook: &str) -> Result<()> {
        match call.metainfo("LOG_ID") {
            Some("id-7") => {
                self.0.add(format!("{:?} {hook}", call.side()));
                Ok(())
            }
            other => Err(Error::application(format!("{hook}: {other:?}"))),
        }
    }
}

impl Middleware for LogId {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        if calling.call().side() == Side::Client {
            calling.set_metainfo("LOG_ID", "id-7");
        }
        self.check(calling.call(), "call")?;
        next.run(calling).await
    }
}

impl RecvMiddleware for LogId {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        self.check(recv.call(), "recv")?;
        next.run(recv).await
    }
}

impl SendMiddleware for LogId {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        self.check(send.call(), "send")?;
        next.run(send).await
    }
}

// TestThriftStreamLogID
#[tokio::test]
async fn an_id_that_a_clients_middleware_sets_is_seen_by_all_hooks_of_both_sides() {
    for wire in STREAMS {
        let (near, far) = (LogId(Log::default()), LogId(Log::default()));
        let server = server()
            .middleware(far.clone())
            .recv_middleware(far.clone())
            .send_middleware(far.clone());
        let client = client(server, wire)
            .middleware(near.clone())
            .recv_middleware(near.clone())
            .send_middleware(near.clone());
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("hello")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        let at_client = ["Client call", "Client send", "Client recv"];
        assert_eq!(near.0.take(), at_client, "{wire:?}");
        let at_server = ["Server call", "Server recv", "Server send"];
        assert_eq!(far.0.take()[..3], at_server, "{wire:?}");
    }
}

/// What a Recv middleware stores.
#[derive(Clone, Debug, PartialEq)]
struct Key(&'static str);

async fn store(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    if let Some(map) = recv.call().extensions().get::<ContextMap>() {
        map.insert(Key("value"));
    }
    next.run(recv).await
}

/// Keeps what it loads.
struct Load(Arc<Mutex<Option<Key>>>);

impl SendMiddleware for Load {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        let map = send.call().extensions().get::<ContextMap>();
        *self.0.lock().unwrap() = map.and_then(ContextMap::get);
        next.run(send).await
    }
}

// TestCustomMetaHandler/OnReadStream
#[tokio::test]
async fn a_map_from_before_the_stream_is_shared_by_its_middleware() {
    for wire in STREAMS {
        let value = Arc::new(Mutex::new(None));
        let server = server()
            .on_read_stream(async |calling: &mut Calling| {
                calling.insert_extension(ContextMap::new());
                Ok(())
            })
            .recv_middleware(store)
            .send_middleware(Load(Arc::clone(&value)));
        let client = client(server, wire).build().unwrap();
        let request = Msg {
            text: "hello".into(),
            seq: 1,
        };
        let mut stream = client.count(request).await.unwrap();
        assert!(stream.recv().await.unwrap().is_some());
        assert_eq!(stream.recv().await.unwrap(), None);
        assert_eq!(*value.lock().unwrap(), Some(Key("value")), "{wire:?}");
    }
}
