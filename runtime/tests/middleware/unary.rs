//! Calls without stream: the same middleware on every wire, on both sides.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use streamgen_runtime::health::{Health, HealthCheckRequest, HealthClient, ServingStatus};
use streamgen_runtime::middleware::{Calling, Middleware, Next};
use streamgen_runtime::{
    BizStatusError, Error, ErrorKind, Mode, Result, Server, Side, UnaryTransport,
};

use crate::rpc_support::stream_gen::rpc::Refused;
use crate::rpc_support::stream_gen::rpc::peer::{EchoArgs, EchoError};
use crate::rpc_support::{Mark, Msg, Peer, PeerClient, PeerServer, msg};
use crate::support::{CALLS, Log, caller, server};

/// Writes down what it sees of a call, before and after `next`.
struct Tell(Log);

impl Middleware for Tell {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let side = calling.call().side();
        let request = calling.request().map(|request| request.name());
        self.0.add(format!("{side:?} asks {request:?}"));
        let result = next.run(calling).await.map_err(|error| error.kind());
        let exception = calling.is_exception();
        let biz = calling.biz_status().map(BizStatusError::code);
        let response = calling.response().map(|response| {
            let size = response.encoded_len();
            assert!(size > 0);
            response.name()
        });
        let line = format!("{side:?} {result:?} {response:?} {exception} {biz:?}");
        self.0.add(line);
        result.map_err(|_| Error::application("as it was"))
    }
}

/// A client and its server, both with that middleware of calls without stream.
fn told(wire: UnaryTransport) -> (PeerClient, Log) {
    let log = Log::default();
    let server = server().unary_middleware(Tell(log.clone()));
    let client = caller(server, wire).unary_middleware(Tell(log.clone()));
    (client.build().unwrap(), log)
}

#[tokio::test]
async fn request_and_response_are_seen_over_every_wire() {
    for wire in CALLS {
        let (client, log) = told(wire);
        client.echo(msg("m")).await.unwrap();
        let seen = [
            "Client asks Some(\"EchoArgs\")",
            "Server asks Some(\"EchoArgs\")",
            "Server Ok(()) Some(\"Msg\") false None",
            "Client Ok(()) Some(\"Msg\") false None",
        ];
        assert_eq!(log.take(), seen, "{wire:?}");

        // Any value of Thrift.
        client.sum(1, vec![2]).await.unwrap();
        assert!(log.take()[3].starts_with("Client Ok(()) Some(\"i64\")"));
        client.nothing("".into()).await.unwrap();
        assert!(log.take()[3].starts_with("Client Ok(()) Some(\"()\")"));
    }
}

/// Asks for another service, and writes down the names of Protobuf's messages.
struct Redirect(Log);

impl Middleware for Redirect {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        if let Some(request) = calling.request_as::<HealthCheckRequest>() {
            request.service.push_str(".Pow");
        }
        next.run(calling).await?;
        let call = calling.call().protocol();
        let name = calling.response().map(|response| response.name());
        self.0.add(format!("{call} {name:?}"));
        Ok(())
    }
}

#[tokio::test]
async fn protobufs_messages_are_seen_over_every_wire_of_theirs() {
    for (wire, protocol) in [
        (UnaryTransport::Grpc, "GRPC"),
        (UnaryTransport::TtHeaderFramed, "TTHeader|Framed"),
        (UnaryTransport::Framed, "Framed"),
    ] {
        let (health, log) = (Health::new(), Log::default());
        health.set("pow.Pow.Pow", ServingStatus::NotServing);
        let server = Server::builder().add_service(health.service());
        let server = server.unary_middleware(Redirect(log.clone()));
        let client = HealthClient::builder("health").unary_transport(wire);
        let client = client.dial(server.invoker().unwrap());
        let client = client.unary_middleware(Redirect(log.clone()));
        let request = HealthCheckRequest {
            service: "pow".to_owned(),
        };
        let answer = client.build().unwrap().check(request).await.unwrap();
        assert_eq!(answer.status(), ServingStatus::NotServing, "{wire:?}");
        let line = format!("{protocol} Some(\"HealthCheckResponse\")");
        assert_eq!(log.take(), [line.clone(), line]);
    }
}

#[tokio::test]
async fn a_declared_exception_is_the_response() {
    for wire in CALLS {
        let (client, log) = told(wire);
        let error = client.echo(msg("refuse")).await.unwrap_err();
        assert!(matches!(error, EchoError::Refused(refused) if refused.code == 77));
        let seen = log.take();
        assert_eq!(
            seen[2], "Server Ok(()) Some(\"Refused\") true None",
            "{wire:?}"
        );
        assert_eq!(
            seen[3], "Client Ok(()) Some(\"Refused\") true None",
            "{wire:?}"
        );
    }
}

#[tokio::test]
async fn a_business_status_is_no_error_and_another_error_is() {
    for wire in CALLS {
        let log = Log::default();
        for always in ["biz", "err"] {
            let peer = Peer {
                always,
                ..Peer::default()
            };
            let server = Server::builder().add_service(PeerServer::new(peer));
            let server = server.unary_middleware(Tell(log.clone()));
            let client = caller(server, wire).unary_middleware(Tell(log.clone()));
            let error = client.build().unwrap().hello("x".into()).await.unwrap_err();
            let seen = log.take();
            // Framed carries a business status as an exception.
            let carries_biz = !matches!(wire, UnaryTransport::Framed | UnaryTransport::Buffered);
            if always == "biz" {
                assert_eq!(seen[2], "Server Ok(()) None false Some(10001)", "{wire:?}");
            }
            if always == "biz" && carries_biz {
                assert_eq!(error.biz_status().unwrap().code(), 10_001, "{wire:?}");
                assert_eq!(seen[3], "Client Ok(()) None false Some(10001)", "{wire:?}");
            }
            if always == "err" {
                assert!(seen[2].starts_with("Server Err(Application)"), "{seen:?}");
                assert!(seen[3].starts_with("Client Err("), "{wire:?} {seen:?}");
                assert_eq!(error.message(), "as it was", "{wire:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_oneway_call_has_a_request_only() {
    for wire in [UnaryTransport::Framed, UnaryTransport::TtHeaderFramed] {
        let (peer, mut reports) = Peer::reporting("");
        let log = Log::default();
        let server = Server::builder().add_service(PeerServer::new(peer));
        let server = server.unary_middleware(Tell(log.clone()));
        let client = caller(server, wire).unary_middleware(Tell(log.clone()));
        client.build().unwrap().fire(msg("m")).await.unwrap();
        assert_eq!(reports.recv().await.unwrap().message(), "m", "{wire:?}");
        let mut seen = log.take();
        seen.retain(|line| line.starts_with("Client"));
        let all = [
            "Client asks Some(\"FireArgs\")",
            "Client Ok(()) None false None",
        ];
        assert_eq!(seen, all, "{wire:?}");
    }
}

/// Changes the request and the response.
async fn change(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    let side = calling.call().side();
    if let Some(args) = calling.request_as::<EchoArgs>() {
        args.req.text = format!("{}{side:?} asks, ", args.req.text).into();
    }
    next.run(calling).await?;
    if let Some(answer) = calling.response_as::<Msg>() {
        answer.text = format!("{}{side:?} answers, ", answer.text).into();
    }
    Ok(())
}

#[tokio::test]
async fn request_and_response_can_be_changed() {
    for wire in CALLS {
        let client = caller(server().middleware(change), wire).middleware(change);
        let answer = client.build().unwrap().echo(msg("")).await.unwrap();
        let all = "Client asks, Server asks, Server answers, Client answers, ";
        assert_eq!(answer.text, all, "{wire:?}");
    }
}

/// Turns an exception into a return value, and a value into a business status.
async fn turn(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await?;
    match calling.response_as::<Refused>() {
        Some(refused) => {
            let text = format!("not refused: {}", refused.code);
            let wrong = calling.set_response(text.clone()).unwrap_err();
            assert_eq!(wrong.kind(), ErrorKind::InvalidArgument);
            let text = text.into();
            calling.set_response(Msg { text, seq: 0 })
        }
        None => Err(BizStatusError::new(5, "no").into()),
    }
}

#[tokio::test]
async fn the_outcome_can_be_replaced() {
    for wire in CALLS {
        for at in [Side::Client, Side::Server] {
            let client = match at {
                Side::Server => caller(server().middleware(turn), wire),
                _ => caller(server(), wire).middleware(turn),
            };
            let client = client.build().unwrap();
            let answer = client.echo(msg("refuse")).await.unwrap();
            assert_eq!(answer.text, "not refused: 77", "{wire:?} {at:?}");
            assert!(client.echo(msg("m")).await.is_err(), "{wire:?} {at:?}");
        }
    }
}

/// Lets every third call through.
struct EveryThird(AtomicUsize);

impl Middleware for EveryThird {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        match self.0.fetch_add(1, Ordering::Relaxed) % 3 {
            2 => next.run(calling).await,
            _ => Err(Error::application("not now")),
        }
    }
}

/// Tries again as long as it takes.
async fn retry(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    loop {
        if next.run(calling).await.is_ok() {
            return Ok(());
        }
    }
}

#[tokio::test]
async fn a_client_can_try_again_and_a_server_can_refuse() {
    for wire in CALLS {
        let calls = EveryThird(AtomicUsize::new(0));
        let client = caller(server().middleware(calls), wire);
        let client = client.unary_middleware(retry).build().unwrap();
        assert_eq!(client.echo(msg("m")).await.unwrap().text, "m", "{wire:?}");
        let answer = client.hello("you".into()).await.unwrap();
        assert_eq!(answer, "hello, you", "{wire:?}");
    }
}

#[tokio::test]
async fn a_handler_runs_once() {
    for wire in CALLS {
        async fn twice(calling: &mut Calling, next: Next<'_>) -> Result<()> {
            next.run(calling).await?;
            next.run(calling).await
        }
        let client = caller(server().middleware(twice), wire).build().unwrap();
        let error = client.hello("x".into()).await.unwrap_err().to_string();
        assert!(error.contains("the handler has run"), "{wire:?}: {error}");
    }
}

/// Tries a second time, which fails, and answers the call by itself.
async fn twice_in_vain(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await?;
    next.run(calling).await.unwrap_err();
    calling.set_response(msg("from the cache"))
}

#[tokio::test]
async fn an_answer_has_no_metadata_of_an_earlier_try() {
    for wire in [UnaryTransport::TtHeaderFramed, UnaryTransport::Grpc] {
        let builder = caller(server(), wire);
        let once = builder.build().unwrap();
        let call = || once.echo(msg("m")).metainfo("DO", "back");
        let (_, backward) = call().with_backward().await.unwrap();
        assert_eq!(backward.get("back"), Some("b1"), "{wire:?}");

        // Lets the first call through, and not the second.
        let calls = EveryThird(AtomicUsize::new(2));
        let client = caller(server().middleware(calls), wire).middleware(twice_in_vain);
        let client = client.build().unwrap();
        let call = client.echo(msg("m")).metainfo("DO", "back");
        let (reply, header, trailer) = call.with_metadata().await.unwrap();
        assert_eq!(reply.text, "from the cache", "{wire:?}");
        assert!(
            header.is_empty() && trailer.is_empty(),
            "{wire:?}: {trailer:?}"
        );
    }
}

/// Counts the calls that reach a server.
struct Counting(Arc<AtomicUsize>);

impl Middleware for Counting {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        next.run(calling).await
    }
}

/// However near the server is.
#[tokio::test]
async fn a_call_whose_time_is_over_is_not_made() {
    for wire in CALLS {
        let reached = Arc::<AtomicUsize>::default();
        let counted = server().middleware(Counting(Arc::clone(&reached)));
        let client = caller(counted, wire).build().unwrap();
        client.hello("x".into()).await.unwrap();
        let late = client.hello("x".into()).timeout(Duration::ZERO).await;
        let error = late.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}");
        assert_eq!(reached.load(Ordering::Relaxed), 1, "{wire:?}");
    }
}

/// Answers by itself.
async fn answer(calling: &mut Calling, _: Next<'_>) -> Result<()> {
    calling.set_response(msg("from the cache"))
}

#[tokio::test]
async fn it_can_answer_by_itself() {
    for wire in CALLS {
        let client = caller(server(), wire).middleware(answer).build().unwrap();
        assert_eq!(client.echo(msg("m")).await.unwrap().text, "from the cache");
        let client = caller(server().middleware(answer), wire).build().unwrap();
        let text = client.echo(msg("m")).await.unwrap().text;
        assert_eq!(text, "from the cache", "{wire:?}");
        // Without any answer, the call fails.
        let client = caller(server(), wire).middleware(nothing).build().unwrap();
        let error = client.hello("x".into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Application, "{wire:?}");
    }
}

async fn nothing(_: &mut Calling, _: Next<'_>) -> Result<()> {
    Ok(())
}

#[tokio::test]
async fn what_a_server_middleware_adds_reaches_the_handler() {
    for wire in CALLS {
        let peer = Peer {
            always: "mark",
            ..Peer::default()
        };
        let server = Server::builder().add_service(PeerServer::new(peer));
        let server = server.middleware(async |calling: &mut Calling, next: Next<'_>| {
            calling.insert_extension(Mark(9));
            next.run(calling).await
        });
        let client = caller(server, wire).build().unwrap();
        let told = client.hello("x".into()).await.unwrap();
        assert_eq!(told, "Some(Mark(9))", "{wire:?}");
    }
}

#[tokio::test]
async fn the_order_is_kitexs() {
    for wire in CALLS {
        let log = Log::default();
        let named = |name| Order(name, log.clone());
        let server = server()
            .unary_middleware(named("server unary"))
            .middleware(named("server all"))
            .stream_middleware(named("server stream"));
        let client = caller(server, wire)
            .middleware(named("client all"))
            .unary_middleware(named("client unary"))
            .stream_middleware(named("client stream"));
        let client = client.build().unwrap();
        let call = client.hello("x".into());
        call.middleware(named("call")).await.unwrap();
        let order = [
            "client unary",
            "call",
            "client all",
            "server all",
            "server unary",
        ];
        assert_eq!(log.take(), order, "{wire:?}");
    }
}

/// Writes its name.
struct Order(&'static str, Log);

impl Middleware for Order {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        assert!(!calling.call().mode().is_streaming());
        assert_eq!(calling.call().mode(), Mode::PingPong);
        self.1.add(self.0);
        next.run(calling).await
    }
}

#[tokio::test]
async fn a_call_needs_no_middleware_of_its_client_for_its_own() {
    let log = Log::default();
    let client = caller(server(), CALLS[0]).build().unwrap();
    let call = client
        .hello("x".into())
        .middleware(Order("own", log.clone()));
    call.await.unwrap();
    client.hello("x".into()).await.unwrap();
    assert_eq!(log.take(), ["own"]);
}

#[tokio::test]
async fn the_time_of_a_call_includes_its_middleware() {
    for wire in CALLS {
        let began = Arc::new(AtomicUsize::new(0));
        let client = caller(server(), wire).middleware(Hangs(Arc::clone(&began)));
        let client = client.build().unwrap();
        let call = client.hello("x".into()).timeout(Duration::from_millis(50));
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}");
        assert_eq!(began.load(Ordering::Relaxed), 1);
    }
}

struct Hangs(Arc<AtomicUsize>);

impl Middleware for Hangs {
    async fn call(&self, _: &mut Calling, _: Next<'_>) -> Result<()> {
        self.0.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}
