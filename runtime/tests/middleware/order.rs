//! The order of middleware. Every way to send and to receive runs it.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{SinkExt, StreamExt};
use streamgen_runtime::middleware::{BuildContext, Hooks};
use streamgen_runtime::{Server, Side};

use crate::rpc_support::{Msg, Peer, PeerServer, msg};
use crate::support::{Log, STREAMS, client, server};

#[tokio::test]
async fn the_first_registered_is_outermost_and_a_server_is_outside_of_its_services() {
    for wire in STREAMS {
        let (at_server, at_client) = (Log::default(), Log::default());
        let service = Hooks::new()
            .recv_middleware(at_server.named("service"))
            .send_middleware(at_server.named("service"));
        let server = Server::builder()
            .add_service(service.around(PeerServer::new(Peer::default())))
            .recv_middleware(at_server.named("first"))
            .recv_middleware(at_server.named("second"))
            .send_middleware(at_server.named("first"))
            .send_middleware(at_server.named("second"));
        let client = client(server, wire)
            .recv_middleware(at_client.named("first"))
            .recv_middleware(at_client.named("second"))
            .send_middleware(at_client.named("first"))
            .send_middleware(at_client.named("second"))
            .build()
            .unwrap();

        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        let sent = [
            "first sends m",
            "second sends m",
            "second sent m",
            "first sent m",
        ];
        assert_eq!(at_client.take(), sent, "{wire:?}");

        stream.recv().await.unwrap().unwrap();
        let received = ["second received m", "first received m"];
        assert_eq!(at_client.take(), received, "{wire:?}");

        let served = [
            "service received m",
            "second received m",
            "first received m",
            "first sends m",
            "second sends m",
            "service sends m",
        ];
        assert_eq!(at_server.take()[..served.len()], served, "{wire:?}");

        stream.close_send().await.unwrap();
        assert_eq!(stream.recv().await.unwrap(), None);
        let end = ["second received nothing", "first received nothing"];
        assert_eq!(at_client.take(), end, "{wire:?}");
    }
}

/// Each message of a call passes the middleware, in any mode and however it is sent.
#[tokio::test]
async fn all_six_kinds_of_stream_pass_it() {
    for wire in STREAMS {
        let (at_server, at_client) = (Log::default(), Log::default());
        let server = server()
            .recv_middleware(at_server.named("server"))
            .send_middleware(at_server.named("server"));
        let client = client(server, wire)
            .recv_middleware(at_client.named("client"))
            .send_middleware(at_client.named("client"))
            .build()
            .unwrap();

        // The request of a server-streaming call, and the end of its responses.
        let request = Msg {
            text: "q".into(),
            seq: 1,
        };
        let mut stream = client.count(request).await.unwrap();
        assert_eq!(at_client.take(), ["client sends q", "client sent q"]);
        assert!(stream.recv().await.unwrap().is_some());
        assert!(stream.recv().await.unwrap().is_none());
        let ends = ["client received q", "client received nothing"];
        assert_eq!(at_client.take(), ends, "{wire:?}");
        let served = ["server received q", "server sends q", "server sent q"];
        assert_eq!(at_server.take(), served, "{wire:?}");

        // The one response of a client-streaming call.
        let mut stream = client.collect().await.unwrap();
        stream.send(msg("c")).await.unwrap();
        stream.close_and_recv().await.unwrap();
        let passed = ["client sends c", "client sent c", "client received c"];
        assert_eq!(at_client.take(), passed, "{wire:?}");
        let served = [
            "server received c",
            "server received nothing",
            "server sends c",
        ];
        assert_eq!(at_server.take()[..3], served, "{wire:?}");

        // `Sink` and `Stream`.
        let mut stream = client.bidi().await.unwrap();
        SinkExt::send(&mut stream, msg("s")).await.unwrap();
        stream.next().await.unwrap().unwrap();
        let passed = ["client sends s", "client sent s", "client received s"];
        assert_eq!(at_client.take(), passed, "{wire:?}");
        drop(at_server.take());

        // The halves.
        let (mut sender, mut receiver) = stream.split();
        sender.send(msg("h")).await.unwrap();
        receiver.recv().await.unwrap().unwrap();
        sender.close().await.unwrap();
        assert!(receiver.next().await.is_none());
        let passed = [
            "client sends h",
            "client sent h",
            "client received h",
            "client received nothing",
        ];
        assert_eq!(at_client.take(), passed, "{wire:?}");
    }
}

#[tokio::test]
async fn what_a_sink_was_fed_is_sent_in_order() {
    for wire in STREAMS {
        let log = Log::default();
        let client = client(server(), wire).send_middleware(log.named("client"));
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.feed(msg("1")).await.unwrap();
        stream.feed(msg("2")).await.unwrap();
        // Middleware runs when the sink is polled: `2` has not begun yet.
        assert_eq!(log.take(), ["client sends 1", "client sent 1"]);
        stream.send(msg("3")).await.unwrap();
        stream.feed(msg("4")).await.unwrap();
        stream.close_send().await.unwrap();
        let stream = pin!(stream);
        let texts: Vec<_> = stream.map(|message| message.unwrap().text).collect().await;
        assert_eq!(texts, ["1", "2", "3", "4"], "{wire:?}");
    }
}

#[tokio::test]
async fn a_builder_is_called_once_and_learns_whom_it_builds_for() {
    let calls = Arc::new(AtomicUsize::new(0));
    let log = Log::default();
    let build = {
        let (calls, log) = (Arc::clone(&calls), log.clone());
        move |cx: &BuildContext| {
            calls.fetch_add(1, Ordering::Relaxed);
            assert_eq!(cx.side(), Side::Client);
            assert_eq!(cx.service().unwrap().name, "Peer");
            assert_eq!((cx.destination(), cx.caller()), ("peer", "tests"));
            log.named("built")
        }
    };
    let client = client(server(), STREAMS[0]).send_middleware_builder(build);
    let client = client.build().unwrap();
    for _ in 0..3 {
        client.bidi().await.unwrap().send(msg("m")).await.unwrap();
    }
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(log.take().len(), 6);
}
