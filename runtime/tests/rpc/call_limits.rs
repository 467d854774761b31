//! Servers that take so many calls, and what callers see of one that is too many, on every wire.

use crate::rpc_support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use rpc_support::{CALLS, Peer, PeerClient, PeerServer, Running, STREAMS, msg, start};
use streamgen_runtime::middleware::{Calling, Middleware, Next};
use streamgen_runtime::server::{Adaptive, CallLimit};
use streamgen_runtime::{
    CancelPolicy, Code, Error, ErrorKind, Server, ServerBuilder, Transport, UnaryTransport,
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);

fn server(always: &'static str) -> ServerBuilder {
    let (peer, _) = Peer::reporting(always);
    Server::builder().add_service(PeerServer::from(Arc::new(peer)))
}

/// One call in a second: the next is one too many.
fn one() -> CallLimit {
    CallLimit::new().per_second(1).burst(1)
}

fn caller(server: &Running, wire: UnaryTransport) -> PeerClient {
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    builder.unary_transport(wire).build().unwrap()
}

fn streamer(server: &Running, wire: Transport) -> PeerClient {
    let builder = PeerClient::builder("peer").address(server.address.to_string());
    builder.transport(wire).build().unwrap()
}

/// Sends a message over a stream, and gets it back.
async fn echo(client: &PeerClient) -> Result<(), Error> {
    let mut stream = client.bidi().await?;
    stream.send(msg("m")).await?;
    stream.recv().await?.expect("an answer");
    Ok(())
}

fn refused(error: &Error, why: &str) {
    assert_eq!(error.kind(), ErrorKind::ResourceExhausted, "{error:?}");
    assert!(error.message().contains(why), "{error}");
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
}

/// Makes this attempt, and once more if the machine has stopped for so long that there is room for another call.
async fn in_less_than_a_second<T>(attempt: impl AsyncFn() -> T) -> T {
    for _ in 0..60 {
        let began = Instant::now();
        let found = attempt().await;
        if began.elapsed() < Duration::from_secs(1) {
            return found;
        }
    }
    panic!("this machine is too slow: each of 60 attempts took longer than a second");
}

const TOO_FREQUENT: &str = "request over limit: request too frequent";
const TOO_MANY: &str = "request over limit: too many calls are running";

#[tokio::test]
async fn a_call_too_many_in_a_second_is_refused_on_every_wire() {
    for wire in CALLS {
        let (_server, client, second) = in_less_than_a_second(async || {
            let server = start(server("").call_limit(one())).await;
            let client = caller(&server, wire);
            client.hello("a".into()).await.unwrap();
            let second = client.hello("b".into()).await;
            (server, client, second)
        })
        .await;
        refused(&second.unwrap_err(), TOO_FREQUENT);
        // The connection is as good as before, which it is not with Kitex's own limiter.
        tokio::time::sleep(Duration::from_millis(1050)).await;
        client.hello("c".into()).await.unwrap();
    }
}

#[tokio::test]
async fn a_stream_too_many_in_a_second_is_refused_on_every_wire() {
    for wire in STREAMS {
        let second = in_less_than_a_second(async || {
            let server = start(server("").call_limit(one())).await;
            let client = streamer(&server, wire);
            echo(&client).await.unwrap();
            echo(&client).await
        });
        refused(&second.await.unwrap_err(), TOO_FREQUENT);
    }
}

#[tokio::test]
async fn so_many_calls_and_streams_run_at_the_same_time() {
    let (peer, mut started) = Peer::reporting("drain");
    let service = PeerServer::from(Arc::new(peer));
    let builder = Server::builder().add_service(service);
    let limits = builder.call_limit(CallLimit::new().running(2));
    let server = start(limits.on_cancel(CancelPolicy::Drop)).await;
    let calls = caller(&server, UnaryTransport::Framed);
    let streams = streamer(&server, Transport::TtHeaderStreaming);

    let held = tokio::spawn({
        let calls = calls.clone();
        async move { calls.hello("a".into()).await }
    });
    let stream = streams.bidi().await.unwrap();
    for _ in 0..2 {
        started.recv().await.expect("a handler begins");
    }
    refused(&calls.hello("b".into()).await.unwrap_err(), TOO_MANY);
    let mut second = streams.bidi().await.unwrap();
    refused(&second.recv().await.unwrap_err(), TOO_MANY);

    // A stream that is dropped makes room, as soon as the server knows.
    drop(stream);
    let room = async {
        while let Err(error) = calls.hello("c".into()).await {
            refused(&error, TOO_MANY);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = room => panic!("the handler answers nothing"),
        begun = started.recv() => assert!(begun.is_some()),
    }
    held.abort();
}

#[tokio::test]
async fn a_method_has_a_limit_of_its_own_beside_that_of_its_service() {
    let made = in_less_than_a_second(async || {
        let limits = server("")
            .service_call_limit("Peer", CallLimit::new().per_second(1).burst(3))
            .method_call_limit("Peer", "Hello", one());
        let server = start(limits).await;
        let client = caller(&server, UnaryTransport::TtHeader);
        let (mut hellos, mut sums) = (Vec::new(), Vec::new());
        for _ in 0..6 {
            hellos.push(client.hello("a".into()).await);
        }
        for _ in 0..3 {
            sums.push(client.sum(1, [2].into()).await);
        }
        (hellos, sums)
    });
    let (hellos, sums) = made.await;
    assert!(hellos[0].is_ok(), "{hellos:?}");
    for second in &hellos[1..] {
        refused(second.as_ref().unwrap_err(), TOO_FREQUENT);
    }
    // What one limit refuses, the other does not count.
    assert!(sums[0].is_ok() && sums[1].is_ok(), "{sums:?}");
    refused(sums[2].as_ref().unwrap_err(), TOO_FREQUENT);
}

#[tokio::test]
async fn an_adaptive_limit_refuses_what_is_above_it() {
    let adaptive = Adaptive::new().initial(2).min(2).max(2);
    let server = start(server("hold").call_limit(CallLimit::new().adaptive(adaptive))).await;
    let client = caller(&server, UnaryTransport::Grpc);
    let mut calls = JoinSet::new();
    for _ in 0..3 {
        calls.spawn(client.hello("x".into()).into_future());
    }
    let ended = timeout(LONG, calls.join_next()).await.expect("one ends");
    refused(&ended.unwrap().unwrap().unwrap_err(), TOO_MANY);
    let others = timeout(Duration::from_millis(200), calls.join_next()).await;
    assert!(others.is_err(), "they are held: {others:?}");
}

#[test]
fn a_limit_without_effect_is_an_error() {
    let wrong = [
        (
            server("").service_call_limit("Pear", one()),
            "`.service_call_limit(\"Pear\", …)` has no effect: the server has no such service or method; leave it out, \
             or write the names as the IDL has them",
        ),
        (
            server("").method_call_limit("Peer", "hello", one()),
            "`.method_call_limit(\"Peer\", \"hello\", …)` has no effect: the server has no such service or method; leave \
             it out, or write the names as the IDL has them",
        ),
        (
            server("").call_limit(CallLimit::new().per_second(0)),
            "`per_second(0)` would refuse every call: leave it out, or give it a number",
        ),
        (
            server("").call_limit(CallLimit::new().burst(1)),
            "`burst(…)` has no effect without `per_second(…)`: leave it out, or add that",
        ),
        (
            server("").call_limit(CallLimit::new().adaptive(Adaptive::new().max(10))),
            "an adaptive limit begins with 20 calls, which is not between its least, 20, and its most, 10",
        ),
    ];
    for (builder, text) in wrong {
        let error = builder.invoker().expect_err("it has no effect");
        assert_eq!(error.message(), text);
    }
}

/// Whatever a handler does, there is room for the next call when its caller has the answer.
#[tokio::test]
async fn a_call_makes_room_when_its_handler_returns_or_panics() {
    for always in ["", "err", "biz", "panic"] {
        for wire in CALLS {
            let limits = server(always).call_limit(CallLimit::new().running(1));
            let server = start(limits).await;
            let client = caller(&server, wire);
            for _ in 0..3 {
                let Err(error) = client.hello("a".into()).await else {
                    continue;
                };
                assert_ne!(
                    error.kind(),
                    ErrorKind::ResourceExhausted,
                    "{wire:?}: {error}"
                );
            }
        }
    }
}

/// How a stream of each kind ends.
async fn streams(client: &PeerClient) -> [Result<(), Error>; 3] {
    let bidi = async {
        let mut stream = client.bidi().await?;
        stream.close_send().await?;
        stream.recv().await.map(drop)
    };
    let collect = async {
        let stream = client.collect().await?;
        stream.close_and_recv().await.map(drop)
    };
    let count = async {
        let mut stream = client.count(msg("m")).await?;
        stream.recv().await.map(drop)
    };
    [bidi.await, collect.await, count.await]
}

#[tokio::test]
async fn a_stream_makes_room_when_its_handler_returns_or_panics() {
    for always in ["", "err", "biz", "panic"] {
        for wire in STREAMS {
            let limits = server(always).call_limit(CallLimit::new().running(1));
            let server = start(limits).await;
            let client = streamer(&server, wire);
            for _ in 0..3 {
                for error in streams(&client).await.into_iter().filter_map(Result::err) {
                    assert_ne!(
                        error.kind(),
                        ErrorKind::ResourceExhausted,
                        "{wire:?}: {error}"
                    );
                }
            }
        }
    }
}

/// Does something behind the handler, which may take long.
struct Lingers(UnboundedSender<()>);

impl Middleware for Lingers {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<(), Error> {
        next.run(calling).await?;
        let _ = self.0.send(());
        std::future::pending().await
    }
}

/// For the server, middleware is a part of the handler.
#[tokio::test]
async fn a_call_or_stream_runs_until_its_middleware_has_returned() {
    let (returned, mut handlers) = unbounded_channel();
    let limits = server("").call_limit(CallLimit::new().running(2));
    let server = start(limits.middleware(Lingers(returned))).await;
    let (calls, streams) = (
        caller(&server, UnaryTransport::Framed),
        streamer(&server, Transport::Grpc),
    );
    let call = tokio::spawn({
        let calls = calls.clone();
        async move { calls.hello("a".into()).await }
    });
    let mut stream = streams.bidi().await.unwrap();
    stream.close_send().await.unwrap();
    for _ in 0..2 {
        handlers.recv().await.expect("a handler returns");
    }
    refused(&calls.hello("b".into()).await.unwrap_err(), TOO_MANY);
    call.abort();
}
