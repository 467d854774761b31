//! Streams of every shape, over both wires that carry them, at both sides.

use futures_util::{SinkExt, StreamExt};
use streamgen_runtime::middleware::{Calling, Next, Sending};
use streamgen_runtime::middleware::{SendMiddleware, SendNext};
use streamgen_runtime::{Result, Transport};

use crate::rpc_support::{Peer, msg};
use crate::support::{Log, STREAMS, client, server, size, traced};

/// Asserts what was told, and that nothing else was.
fn told(log: &Log, wire: Transport, expected: &[String]) {
    assert_eq!(log.take(), expected, "{wire:?}");
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(ToString::to_string).collect()
}

/// The end of a client's stream: of TTHeader Streaming, the call is over with the stream; over gRPC when
/// its user has seen the end, of which these lines tell.
fn end(wire: Transport, seen: &[&str], finish: &str) -> Vec<String> {
    let mut end = lines(&["StreamFinish"]);
    match wire {
        Transport::TtHeaderStreaming => end.extend(lines(&[&[finish], seen].concat())),
        _ => end.extend(lines(&[seen, &[finish]].concat())),
    }
    end
}

#[tokio::test]
async fn bidirectional() {
    for wire in STREAMS {
        let (client, near, far) = traced(Peer::default(), wire);
        let mut stream = client.bidi().await.unwrap();
        let messages = [msg("one"), msg("two two")];
        let sizes = messages.each_ref().map(size);
        for message in messages {
            stream.send(message).await.unwrap();
            stream.recv().await.unwrap().unwrap();
        }
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        // More of the end is no event.
        assert!(stream.recv().await.unwrap().is_none());
        drop(stream);

        let [one, two] = sizes;
        let both = one + two;
        let mut expected = lines(&[
            "RPCStart",
            "StreamStart",
            &format!("StreamSend {one}"),
            "StreamRecvHeader",
            &format!("StreamRecv {one}"),
            &format!("StreamSend {two}"),
            &format!("StreamRecv {two}"),
        ]);
        expected.extend(end(wire, &[], &format!("RPCFinish {both}/{both}")));
        told(&near, wire, &expected);
        let expected = lines(&[
            "RPCStart",
            "StreamStart",
            &format!("StreamRecv {one}"),
            &format!("StreamSend {one}"),
            &format!("StreamRecv {two}"),
            &format!("StreamSend {two}"),
            "StreamFinish",
            &format!("RPCFinish {both}/{both}"),
        ]);
        told(&far, wire, &expected);
    }
}

#[tokio::test]
async fn client_streaming() {
    for wire in STREAMS {
        let (client, near, far) = traced(Peer::default(), wire);
        let mut stream = client.collect().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        stream.send(msg("m")).await.unwrap();
        let response = stream.close_and_recv().await.unwrap();
        assert_eq!(response.seq, 2);

        let one = size(&msg("m"));
        let two = 2 * one;
        let mut near = near.take();
        near.sort();
        let mut expected = lines(&[
            "RPCStart",
            "StreamFinish",
            "StreamRecvHeader client",
            &format!("StreamRecv {one}"),
            &format!("StreamSend {one}"),
            &format!("StreamSend {one}"),
            "StreamStart",
        ]);
        // The end of the stream comes right behind the response, and may be told before it.
        let before = near.contains(&format!("RPCFinish {two}/0"));
        let received = if before { 0 } else { one };
        expected.push(format!("RPCFinish {two}/{received}"));
        expected.sort();
        assert_eq!(near, expected, "{wire:?}");
        let expected = lines(&[
            "RPCStart",
            "StreamStart",
            &format!("StreamRecv {one}"),
            &format!("StreamRecv {one}"),
            &format!("StreamSend {one}"),
            "StreamFinish",
            &format!("RPCFinish {one}/{two}"),
        ]);
        told(&far, wire, &expected);
    }
}

#[tokio::test]
async fn a_handlers_error_is_one_of_the_last_recv_and_of_the_call() {
    for (wish, last, status) in [
        ("err", "StreamRecv error", "RPCFinish error"),
        ("biz", "StreamRecv error BizStatus", "RPCFinish biz 10001"),
    ] {
        for wire in STREAMS {
            let (client, near, far) = traced(Peer::default(), wire);
            let mut stream = client.bidi().metainfo("do", wish).await.unwrap();
            let error = stream.recv().await.unwrap_err();
            // Sticky, and told as often as it is given out. The call is over once.
            assert_eq!(stream.recv().await.unwrap_err().kind(), error.kind());
            drop(stream);
            let near = near.take();
            let count = |start: &str| near.iter().filter(|line| line.starts_with(start)).count();
            assert_eq!((count(last), count(status)), (2, 1), "{wire:?}: {near:?}");
            assert_eq!(
                (count("StreamFinish"), count("RPCFinish")),
                (1, 1),
                "{near:?}"
            );
            let far = far.take();
            assert_eq!(far[..3], ["RPCStart", "StreamStart", "StreamFinish"]);
            assert!(far[3].starts_with(status), "{far:?}");
            assert_eq!(far.len(), 4, "{far:?}");
        }
    }
}

/// Sends each message twice.
struct Twice;

impl SendMiddleware for Twice {
    async fn send(&self, send: &mut Sending, next: SendNext<'_>) -> Result<()> {
        next.run(send).await?;
        next.run(send).await
    }
}

#[tokio::test]
async fn messages_are_told_outside_of_middleware() {
    for wire in STREAMS {
        let log = Log::default();
        let client = client(server(Peer::default()), wire);
        let client = client.tracer(log.named("")).send_middleware(Twice);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.send(msg("m")).await.unwrap();
        for _ in 0..2 {
            stream.recv().await.unwrap().unwrap();
        }
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        let log = log.take();
        let one = size(&msg("m"));
        let sends = log.iter().filter(|line| line.starts_with("StreamSend"));
        assert_eq!(sends.count(), 1, "{wire:?}: {log:?}");
        let both = 2 * one;
        assert!(log.contains(&format!("RPCFinish {both}/{both}")), "{log:?}");
    }
}

#[tokio::test]
async fn sinks_and_streams_tell_the_same() {
    for wire in STREAMS {
        let (client, near, _) = traced(Peer::default(), wire);
        let (mut sink, mut stream) = client.bidi().await.unwrap().split();
        // Sent at once: a tracer changes nothing, as middleware may.
        SinkExt::feed(&mut sink, msg("m")).await.unwrap();
        assert!(StreamExt::next(&mut stream).await.unwrap().is_ok());
        SinkExt::close(&mut sink).await.unwrap();
        assert!(StreamExt::next(&mut stream).await.is_none());
        let one = size(&msg("m"));
        let mut expected = lines(&[
            "RPCStart",
            "StreamStart",
            &format!("StreamSend {one}"),
            "StreamRecvHeader",
            &format!("StreamRecv {one}"),
        ]);
        expected.extend(end(wire, &[], &format!("RPCFinish {one}/{one}")));
        told(&near, wire, &expected);
    }
}

/// Opens the stream, and then another one instead.
async fn again(calling: &mut Calling, next: Next<'_>) -> Result<()> {
    next.run(calling).await?;
    next.run(calling).await
}

#[tokio::test]
async fn a_stream_that_middleware_replaces_ends_before_its_call() {
    for wire in STREAMS {
        let log = Log::default();
        let client = client(server(Peer::default()), wire);
        let client = client.tracer(log.named("")).stream_middleware(again);
        let client = client.build().unwrap();
        let mut stream = client.bidi().await.unwrap();
        stream.close_send().await.unwrap();
        assert!(stream.recv().await.unwrap().is_none());
        let log = log.take();
        let begun = ["RPCStart", "StreamStart", "StreamFinish", "StreamStart"];
        assert_eq!(log[..4], begun, "{wire:?}");
        assert_eq!(log.last().unwrap(), "RPCFinish 0/0", "{wire:?}");
        assert_eq!(log.iter().filter(|line| *line == "StreamFinish").count(), 2);
    }
}
