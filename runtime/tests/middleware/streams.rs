//! Middleware around the creation of a stream at a client, and around its handler at a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use streamgen_runtime::middleware::{Calling, Middleware, Next, Receiving, RecvNext};
use streamgen_runtime::{Error, ErrorKind, Mode, Result, Server, Side};

use tokio::sync::Mutex;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::rpc_support::{Mark, Msg, Peer, PeerServer, msg, start};
use crate::support::{Log, STREAMS, client, server};

/// Writes down when it runs.
struct Tell(&'static str, Log);

impl Middleware for Tell {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        assert!(calling.call().mode().is_streaming());
        assert!(calling.request().is_none() && calling.stream().is_some());
        self.1.add(format!("{} begins", self.0));
        let result = next.run(calling).await;
        let biz = calling.biz_status().map(|status| status.code());
        let result_text = match &result {
            Ok(()) => "Ok".to_owned(),
            Err(error) => error.message().to_owned(),
        };
        self.1
            .add(format!("{} ends: {result_text} {biz:?}", self.0));
        assert!(calling.response().is_none());
        result
    }
}

#[tokio::test]
async fn a_clients_ends_when_the_stream_exists_and_a_servers_when_the_handler_ends() {
    for wire in STREAMS {
        let (near, far) = (Log::default(), Log::default());
        let server = server()
            .middleware(Tell("all", far.clone()))
            .stream_middleware(Tell("streams", far.clone()))
            .unary_middleware(Tell("calls", far.clone()));
        let client = client(server, wire)
            .middleware(Tell("all", near.clone()))
            .stream_middleware(Tell("streams", near.clone()))
            .unary_middleware(Tell("calls", near.clone()))
            .build()
            .unwrap();
        let mut stream = client
            .bidi()
            .middleware(Tell("own", near.clone()))
            .await
            .unwrap();
        let created = [
            "streams begins",
            "own begins",
            "all begins",
            "all ends: Ok None",
            "own ends: Ok None",
            "streams ends: Ok None",
        ];
        assert_eq!(near.take(), created, "{wire:?}");

        stream.send(msg("m")).await.unwrap();
        stream.recv().await.unwrap().unwrap();
        assert_eq!(far.take(), ["all begins", "streams begins"], "{wire:?}");
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        let handled = ["streams ends: Ok None", "all ends: Ok None"];
        assert_eq!(far.take(), handled, "{wire:?}");
    }
}

#[tokio::test]
async fn a_server_sees_how_the_handler_ends() {
    for wire in STREAMS {
        let log = Log::default();
        let server = server().middleware(Tell("all", log.clone()));
        let client = client(server, wire).build().unwrap();
        for (wish, seen) in [
            ("biz", "all ends: Ok Some(10001)"),
            ("err", "all ends: peer plain error None"),
        ] {
            let mut stream = client.bidi().metainfo("DO", wish).await.unwrap();
            let error = stream.recv().await.unwrap_err();
            assert_eq!(error.biz_status().is_some(), wish == "biz", "{wire:?}");
            assert_eq!(log.take()[1], seen, "{wire:?}");
        }
    }
}

async fn refuse(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    match calling.call().metainfo("TOKEN") {
        Some("secret") => next.run(calling).await,
        _ => Err(Error::application("who are you?")),
    }
}

#[tokio::test]
async fn either_side_can_refuse_the_stream() {
    for wire in STREAMS {
        let at_client = client(server(), wire).middleware(refuse).build().unwrap();
        let error = at_client.bidi().await.unwrap_err();
        assert_eq!(error.message(), "who are you?", "{wire:?}");
        drop(at_client.bidi().metainfo("TOKEN", "secret").await.unwrap());

        let at_server = client(server().middleware(refuse), wire).build().unwrap();
        let error = at_server.bidi().await.unwrap().recv().await.unwrap_err();
        assert!(
            error.to_string().contains("who are you?"),
            "{wire:?}: {error}"
        );
        let mut stream = at_server.bidi().metainfo("TOKEN", "secret").await.unwrap();
        stream.send(msg("m")).await.unwrap();
        assert!(stream.recv().await.unwrap().is_some(), "{wire:?}");
    }
}

/// Adds the caller's token and a mark to the call.
async fn sign(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    calling.set_metainfo("TOKEN", "secret");
    calling.insert_extension(Mark(4));
    next.run(calling).await
}

/// Adds the mark that a middleware of the call has set to each message.
async fn look(recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
    let mark = recv
        .call()
        .extensions()
        .get::<Mark>()
        .map_or(0, |mark| mark.0);
    next.run(recv).await?;
    if let Some(message) = recv.message_as::<Msg>() {
        message.text = format!("{} {mark}", message.text).into();
    }
    Ok(())
}

#[tokio::test]
async fn what_it_adds_before_next_is_seen_by_the_peer_and_by_other_middleware() {
    for wire in STREAMS {
        let peer = Peer {
            always: "mark",
            ..Peer::default()
        };
        let server = Server::builder().add_service(PeerServer::new(peer));
        let server = server
            .middleware(refuse)
            .middleware(sign)
            .recv_middleware(look);
        let client = client(server, wire).middleware(sign).recv_middleware(look);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        // The handler, and then the client's Recv middleware.
        let told = stream.recv().await.unwrap().unwrap();
        assert_eq!(told.text, "Some(Mark(4)) 4", "{wire:?}");
        stream.send(msg("m")).await.unwrap();
        let echoed = stream.recv().await.unwrap().unwrap();
        assert_eq!(echoed.text, "m 4 4", "{wire:?}");
    }
}

/// Marks every message of one stream.
struct Stamp(&'static str);

impl streamgen_runtime::middleware::RecvMiddleware for Stamp {
    async fn recv(&self, recv: &mut Receiving, next: RecvNext<'_>) -> Result<()> {
        next.run(recv).await?;
        if let Some(message) = recv.message_as::<Msg>() {
            message.text = format!("{} {}", message.text, self.0).into();
        }
        Ok(())
    }
}

/// Wraps the stream, as decorators of Kitex do.
struct Wrap(&'static str);

impl Middleware for Wrap {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        if calling.call().side() == Side::Client {
            next.run(calling).await?;
        }
        if let Some(mut stream) = calling.stream() {
            stream.wrap_recv(Stamp(self.0));
        }
        match calling.call().side() {
            Side::Client => Ok(()),
            _ => next.run(calling).await,
        }
    }
}

#[tokio::test]
async fn it_can_wrap_the_stream() {
    for wire in STREAMS {
        let server = server()
            .middleware(Wrap("1"))
            .middleware(Wrap("2"))
            .recv_middleware(Stamp("0"));
        let client = client(server, wire)
            .middleware(Wrap("4"))
            .middleware(Wrap("3"))
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        let echoed = stream.recv().await.unwrap().unwrap();
        assert_eq!(echoed.text, "m 0 1 2 3 4", "{wire:?}");
    }
}

/// Goes elsewhere if the first address does not answer.
struct Elsewhere(String, AtomicUsize);

impl Middleware for Elsewhere {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        let first = next.run(calling).await;
        assert_eq!(first.unwrap_err().kind(), ErrorKind::Connection);
        self.1.fetch_add(1, Ordering::Relaxed);
        assert!(calling.set_address("no address").is_err());
        calling.set_address(&self.0)?;
        next.run(calling).await?;
        let endpoint = calling.call().endpoint().unwrap();
        assert_eq!(endpoint.to_string(), self.0);
        Ok(())
    }
}

#[tokio::test]
async fn a_client_can_try_again_at_another_address() {
    let running = start(server()).await;
    let nobody = crate::rpc_support::reserved().to_string();
    for wire in STREAMS {
        let elsewhere = Elsewhere(running.address.to_string(), AtomicUsize::new(0));
        let client = crate::rpc_support::PeerClient::builder("peer").address(nobody.clone());
        let client = client
            .transport(wire)
            .middleware(elsewhere)
            .build()
            .unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        assert_eq!(stream.recv().await.unwrap().unwrap().text, "m", "{wire:?}");
        assert_eq!(client.hello("x".into()).await.unwrap(), "hello, x");
    }
}

/// Opens two streams where one was asked for, or gives up what it has opened. In between, it waits
/// until the handler of the first one runs.
struct Opens {
    fails: bool,
    reports: Mutex<UnboundedReceiver<Error>>,
}

impl Middleware for Opens {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        assert_eq!(calling.call().mode(), Mode::BidiStreaming);
        next.run(calling).await?;
        let started = self.reports.lock().await.recv().await.unwrap();
        assert_eq!(started.message(), "started");
        match self.fails {
            true => Err(Error::application("changed my mind")),
            false => next.run(calling).await,
        }
    }
}

#[tokio::test]
async fn a_stream_that_nobody_gets_is_cancelled() {
    for wire in STREAMS {
        for fails in [true, false] {
            let (peer, reports) = Peer::reporting("stubborn");
            let server = Server::builder().add_service(PeerServer::new(peer));
            let opens = Arc::new(Opens {
                fails,
                reports: Mutex::new(reports),
            });
            let client = client(server, wire).middleware(Shared(Arc::clone(&opens)));
            let opened = client.build().unwrap().bidi().await;
            assert_eq!(opened.is_err(), fails, "{wire:?}");
            let mut reports = opens.reports.lock().await;
            let reason = loop {
                // The other stream starts, and goes on.
                let report = reports.recv().await.unwrap();
                if report.message() != "started" {
                    break report;
                }
            };
            assert_eq!(reason.kind(), ErrorKind::Canceled, "{wire:?}");
        }
    }
}

/// A middleware that the test can look at.
struct Shared(Arc<Opens>);

impl Middleware for Shared {
    async fn call(&self, calling: &mut Calling, next: Next<'_>) -> Result<()> {
        self.0.call(calling, next).await
    }
}
