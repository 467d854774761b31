//! A server stops, and what its clients make of it (checklist 84).

use std::time::Duration;

use bytes::BytesMut;
use streamgen_runtime::unstable::ttheader::frame::{FrameBody, FrameKind};
use streamgen_runtime::unstable::ttheader::server::serve_connection;
use streamgen_runtime::unstable::ttheader::{Limits, Socket};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::conn_support::{Call, Peer, Script, echo, handler, serve_peer};

/// When the server of these tests refuses streams.
const REFUSES_AFTER: Duration = Duration::from_secs(3600);

/// A server that is told to stop by the returned sender.
fn stoppable() -> (Peer, tokio::task::JoinHandle<()>, oneshot::Sender<()>) {
    let (ours, theirs) = tokio::io::duplex(1024 * 1024);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve_connection(
        Socket::from(ours),
        BytesMut::new(),
        echo(),
        Limits::default(),
        async move { drop(stopped.await) },
        tokio::time::sleep(REFUSES_AFTER),
    ));
    (Peer::new(theirs), serving, stop)
}

#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_serves_its_streams_to_their_end() {
    let (mut peer, serving, stop) = stoppable();
    peer.open(1).await;
    peer.data(1, b"before").await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "before");
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    peer.data(1, b"after").await;
    assert_eq!(peer.expect_data(1).await, "after");
    peer.trailer(1).await;
    peer.expect_empty_trailer(1).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_closes_an_idle_connection_when_nothing_was_on_its_way() {
    let (mut peer, serving, stop) = stoppable();
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;
    let told = Instant::now();
    assert_eq!(peer.next().await, None);
    assert_eq!(told.elapsed().as_millis(), 200);
    serving.await.unwrap();
}

/// The frame by which a server announces its stop: META of stream 0, which Kitex ignores.
async fn expect_goaway(peer: &mut Peer) {
    let frame = peer.expect(FrameKind::Meta, 0).await;
    let FrameBody::Meta(info) = frame.body else {
        unreachable!()
    };
    assert_eq!(info.strings.get("goaway"), Some("1"));
}

/// A Kitex client does not understand that a server stops, and opens streams as before.
#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_serves_new_streams_until_it_refuses_them() {
    let (mut peer, serving, stop) = stoppable();
    peer.open(1).await;
    peer.data(1, b"before").await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_data(1).await;
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;

    peer.open(2).await;
    peer.data(2, b"served").await;
    peer.expect(FrameKind::Header, 2).await;
    assert_eq!(peer.expect_data(2).await, "served");
    tokio::time::sleep(REFUSES_AFTER + Duration::from_secs(1)).await;

    peer.open(3).await;
    peer.expect(FrameKind::Header, 3).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 3).await;
    assert_eq!(type_id, 12_006);
    assert_eq!(
        text,
        "the server is stopping and has not begun this stream: open it again, on another connection"
    );
    for sid in [1, 2] {
        peer.trailer(sid).await;
        peer.expect_empty_trailer(sid).await;
    }
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

/// The stream was handed out, so that the client cannot make it again by itself; but its user may.
#[tokio::test(start_paused = true)]
async fn s84_a_refused_stream_says_that_it_may_be_opened_again() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let text = "the server is stopping and has not begun this stream: open it again, on another connection";
    peer.exception(FrameKind::Trailer, sid, 12_006, text).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.kitex_code(), Some(12_006));
    assert!(error.is_retryable(), "{error}");

    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.exception(FrameKind::Trailer, sid, 12_006, "another text")
        .await;
    let error = stream.recv().await.unwrap_err();
    assert!(!error.is_retryable(), "{error}");
}

/// A client that was told opens its next stream on another connection, and closes the first one behind its
/// last stream.
#[tokio::test(start_paused = true)]
async fn s84_a_client_leaves_a_connection_whose_server_stops() {
    let mut script = Script::new();
    let (_first, mut peer, sid) = script.open().await;
    peer.send_goaway().await;
    tokio::task::yield_now().await;
    let (_second, mut other, _) = script.open().await;
    peer.exception(FrameKind::Trailer, sid, 6, "biz error: over")
        .await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(peer.next().await, None, "the client closes it");
    other.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s84_the_deadline_of_a_stop_cancels_what_still_runs() {
    let (reasons, mut ended) = unbounded_channel();
    let (mut peer, serving) = serve_peer(handler(move |call: Call| {
        let reasons = reasons.clone();
        async move {
            reasons.send(call.cancellation.cancelled().await).unwrap();
            Ok(())
        }
    }));
    peer.open(1).await;
    tokio::task::yield_now().await;
    serving.abort();
    assert_eq!(ended.recv().await.unwrap().kitex_code(), Some(12_013));
    assert_eq!(peer.next().await, None);
}
