//! How long handlers run: on every wire the same.

use crate::errors_support;
use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use errors_support::{LONG, SOON, WIRES, Wire};
use rpc_support::{Peer, PeerClient, PeerServer, Running, STREAMS, msg, start, start_peer};
use streamgen_runtime::{CancelPolicy, Error, ErrorKind, PoolMode, Server, ServerBuilder};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A server whose handlers do so, and what they report.
async fn serve(
    always: &'static str,
    builder: ServerBuilder,
) -> (Running, UnboundedReceiver<Error>) {
    let (peer, reports) = Peer::reporting(always);
    let builder = builder.add_service(PeerServer::from(Arc::new(peer)));
    (start(builder).await, reports)
}

/// A call under way, whose client lives as long.
fn call(
    wire: Wire,
    server: &Running,
    limit: Option<Duration>,
) -> JoinHandle<streamgen_runtime::Result<streamgen_runtime::FastStr>> {
    let client = wire.client(server.address);
    tokio::spawn(async move { wire.ask(&client, "m".into(), limit).await })
}

async fn next(reports: &mut UnboundedReceiver<Error>) -> Error {
    let report = timeout(LONG, reports.recv()).await;
    report
        .expect("something is reported")
        .expect("the server lives")
}

async fn stop(server: &mut Running) {
    server.stop.take().unwrap().send(()).unwrap();
    let served = timeout(LONG, &mut server.serving).await;
    served.expect("it stops").unwrap().unwrap();
}

#[tokio::test]
async fn when_serving_has_ended_no_handler_runs() {
    for wire in WIRES {
        let (mut server, mut reports) = serve("stubborn", Server::builder().exit_wait(SOON)).await;
        let asking = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");

        stop(&mut server).await;
        // All is reported by now: nothing is waited for.
        let reason = reports.try_recv().expect("it was cancelled first");
        assert_eq!(reason.kind(), ErrorKind::Canceled, "{wire:?}: {reason}");
        assert_eq!(reports.try_recv().unwrap().message(), "dropped", "{wire:?}");
        let error = timeout(LONG, asking).await.unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection, "{wire:?}: {error}");
    }
}

#[tokio::test]
async fn a_task_that_receives_learns_that_its_handler_has_returned() {
    for wire in STREAMS {
        let (server, mut reports) = start_peer(Peer::default()).await;
        let builder = PeerClient::builder("peer").transport(wire);
        let client = builder.address(server.address.to_string()).build().unwrap();
        let mut stream = client.bidi().metainfo("DO", "leave").await.unwrap();
        let end = timeout(LONG, stream.recv()).await.expect("it returns");
        assert_eq!(end.unwrap(), None, "{wire:?}");
        let reason = next(&mut reports).await;
        assert_eq!(reason.kind(), ErrorKind::Canceled, "{wire:?}: {reason}");
    }
}

#[tokio::test]
async fn a_cancelled_handler_runs_on_and_ends_with_its_server() {
    for wire in WIRES {
        let (mut server, mut reports) = serve("stubborn", Server::builder().exit_wait(SOON)).await;
        let asking = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");

        asking.abort();
        let reason = next(&mut reports).await;
        assert_eq!(reason.kind(), ErrorKind::Canceled, "{wire:?}: {reason}");
        let report = timeout(2 * SOON, reports.recv()).await;
        assert!(report.is_err(), "{wire:?}: it was only told");

        stop(&mut server).await;
        assert_eq!(reports.try_recv().unwrap().message(), "dropped", "{wire:?}");
    }
}

#[tokio::test]
async fn by_policy_a_handler_is_dropped_when_its_caller_gives_up() {
    for wire in WIRES {
        let builder = Server::builder().on_cancel(CancelPolicy::Drop);
        let (server, mut reports) = serve("stubborn", builder).await;
        let asking = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");

        asking.abort();
        assert_eq!(next(&mut reports).await.message(), "dropped", "{wire:?}");
        // Its server is none the worse.
        let _another = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");
    }
}

/// Its caller has got all that he wanted when the request is written.
#[tokio::test]
async fn a_oneway_call_has_not_ended_when_its_connection_is_closed() {
    for wire in [Wire::Framed, Wire::TtHeader] {
        let builder = Server::builder().on_cancel(CancelPolicy::Drop);
        let (server, mut reports) = serve("slow", builder).await;
        let builder = wire.builder(PeerClient::builder("peer"), server.address);
        let client = builder.pool(PoolMode::Short).build().unwrap();
        client.fire(msg("fired")).await.unwrap();
        assert_eq!(next(&mut reports).await.message(), "fired", "{wire:?}");
    }
}

#[tokio::test]
async fn by_policy_a_handler_is_dropped_when_its_time_is_over() {
    let dropped = async |wire: Wire| {
        let builder = Server::builder().on_cancel(CancelPolicy::Drop);
        let (server, mut reports) = serve("stubborn", builder).await;
        // Time enough for the handler to begin, on a busy machine too.
        let asking = call(wire, &server, Some(60 * SOON));
        assert_eq!(next(&mut reports).await.message(), "started");
        assert_eq!(next(&mut reports).await.message(), "dropped", "{wire:?}");
        let error = timeout(LONG, asking).await.unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{wire:?}: {error}");
    };
    // Side by side, for they mostly wait.
    let [a, b, c, d, e] = WIRES;
    tokio::join!(dropped(a), dropped(b), dropped(c), dropped(d), dropped(e));
}

#[tokio::test]
async fn a_handler_learns_that_its_server_drains_and_still_answers() {
    for wire in WIRES {
        let (mut server, mut reports) = serve("drain", Server::builder()).await;
        let asking = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");

        server.stop.take().unwrap().send(()).unwrap();
        let answer = timeout(LONG, asking).await.expect("it is answered");
        let expected = if wire.is_stream() { "m" } else { "hello, m" };
        assert_eq!(answer.unwrap().unwrap(), expected, "{wire:?}");
        let served = timeout(LONG, &mut server.serving).await;
        served
            .expect("nothing is left to wait for")
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
async fn a_server_that_is_dropped_takes_its_handlers_along() {
    for wire in WIRES {
        let (server, mut reports) = serve("stubborn", Server::builder()).await;
        let _asking = call(wire, &server, None);
        assert_eq!(next(&mut reports).await.message(), "started");
        drop(server);
        while next(&mut reports).await.message() != "dropped" {}
    }
}
