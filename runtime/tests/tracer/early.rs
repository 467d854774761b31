//! Ends before the end: a client that stops early, a cancel, a handler that panics or is dropped, and
//! calls that never reach a server.

use streamgen_runtime::{CancelPolicy, RecvTimeout};

use crate::rpc_support::{Peer, PeerClient, msg};
use crate::support::{Log, STREAMS, client, server, size, traced};

fn ends(told: &[String]) -> Vec<&str> {
    let ends = told.iter().map(String::as_str);
    ends.filter(|line| line.contains("Finish")).collect()
}

/// Kitex's `FinishClientStream` reports no error either.
#[tokio::test]
async fn who_stops_early_has_no_error_and_the_handler_is_cancelled() {
    for wire in STREAMS {
        for finish in [true, false] {
            let (client, near, far) = traced(Peer::default(), wire);
            let mut stream = client.bidi().await.unwrap();
            stream.send(msg("m")).await.unwrap();
            stream.recv().await.unwrap().unwrap();
            match finish {
                true => stream.finish(),
                false => drop(stream),
            }
            let one = size(&msg("m"));
            let told = near.take();
            let expected = [&format!("RPCFinish {one}/{one}"), "StreamFinish"];
            assert_eq!(ends(&told), expected, "{wire:?}, {finish}");
            let told = far.until("RPCFinish").await;
            let canceled = format!("RPCFinish error Canceled {one}/{one}");
            assert_eq!(ends(&told), ["StreamFinish", &canceled], "{wire:?}");
            assert!(told.contains(&"StreamRecv error Canceled".to_owned()));
        }
    }
}

#[tokio::test]
async fn every_stream_of_a_client_can_stop_early() {
    for wire in STREAMS {
        let (client, near, _) = traced(Peer::default(), wire);
        client.collect().await.unwrap().finish();
        client.count(msg("m")).await.unwrap().finish();
        let (sender, receiver) = client.bidi().await.unwrap().split();
        receiver.finish();
        drop(sender);
        let told = near.take();
        assert_eq!(ends(&told).len(), 6, "{wire:?}: {told:?}");
    }
}

#[tokio::test]
async fn who_stops_behind_the_end_tells_nothing_more() {
    for wire in STREAMS {
        let (client, near, _) = traced(Peer::default(), wire);
        let mut stream = client.bidi().await.unwrap();
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        stream.finish();
        let told = near.take();
        assert_eq!(ends(&told), ["StreamFinish", "RPCFinish 0/0"], "{wire:?}");
    }
}

#[tokio::test]
async fn a_cancel_is_an_error() {
    for wire in STREAMS {
        let (client, near, _) = traced(Peer::default(), wire);
        let mut stream = client.bidi().await.unwrap();
        stream.cancel();
        stream.recv().await.unwrap_err();
        drop(stream);
        let told = near.take();
        let expected = ["StreamFinish", "RPCFinish error Canceled 0/0"];
        assert_eq!(ends(&told), expected, "{wire:?}");
    }
}

/// A `recv` that times out ends the call for tracers, as any error of a `recv` does in Kitex, even if the
/// stream goes on.
#[tokio::test(start_paused = true)]
async fn a_recv_that_times_out_ends_the_call() {
    for wire in STREAMS {
        let (client, near, _) = traced(Peer::default(), wire);
        let limit = RecvTimeout::new(std::time::Duration::from_secs(1)).without_cancel_remote();
        let mut stream = client.bidi().recv_timeout(limit).await.unwrap();
        stream.recv().await.unwrap_err();
        let told = near.take();
        assert_eq!(ends(&told), ["RPCFinish error Timeout 0/0"], "{wire:?}");
        drop(stream);
        assert_eq!(near.take(), ["StreamFinish"], "{wire:?}");
    }
}

#[tokio::test]
async fn a_handler_that_panics_has_ended() {
    for wire in STREAMS {
        let panicking = Peer {
            always: "panic",
            ..Peer::default()
        };
        let (client, _, far) = traced(panicking, wire);
        let mut stream = client.bidi().await.unwrap();
        stream.recv().await.unwrap_err();
        let told = far.take();
        let expected = ["StreamFinish", "RPCFinish error Application panicked 0/0"];
        assert_eq!(ends(&told), expected, "{wire:?}");
        // The same of a call without stream.
        client.echo(msg("m")).await.unwrap_err();
        let told = far.take();
        assert!(told.last().unwrap().contains(" panicked "), "{told:?}");
    }
}

#[tokio::test]
async fn a_handler_that_is_dropped_has_ended() {
    for wire in STREAMS {
        let (peer, mut reports) = Peer::reporting("stubborn");
        let log = Log::default();
        let server = server(peer).tracer(log.named(""));
        let client = client(server.on_cancel(CancelPolicy::Drop), wire);
        let client = client.build().unwrap();
        let stream = client.bidi().await.unwrap();
        assert_eq!(reports.recv().await.unwrap().message(), "started");
        drop(stream);
        assert_eq!(reports.recv().await.unwrap().message(), "dropped");
        let told = log.take();
        let expected = ["StreamFinish", "RPCFinish error Canceled 0/0"];
        assert_eq!(ends(&told), expected, "{wire:?}");
    }
}

#[tokio::test]
async fn a_call_that_reaches_nobody_begins_and_ends() {
    for wire in STREAMS {
        let log = Log::default();
        let client = PeerClient::builder("peer").address("127.0.0.1:1");
        let client = client.transport(wire).tracer(log.named(""));
        let client = client.build().unwrap();
        client.bidi().await.unwrap_err();
        client.echo(msg("m")).await.unwrap_err();
        let told = log.take();
        let names = told.iter().map(|line| line.split(' ').next().unwrap());
        let expected = ["RPCStart", "RPCFinish", "RPCStart", "RPCFinish"];
        assert_eq!(names.collect::<Vec<_>>(), expected, "{wire:?}");
        assert!(told[1].contains("error Connection"), "{told:?}");
    }
}
