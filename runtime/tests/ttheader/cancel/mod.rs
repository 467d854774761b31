//! Errors, cancel and timeouts (checklist 58, 62 to 75).

mod cascade;
mod timeouts;
mod waiters;

use conn_support::{Call, Script, handler, request, serve_peer, strings};
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, str_key};
use streamgen_runtime::{CancelReason, ErrorKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

#[tokio::test(start_paused = true)]
async fn s58_a_panic_is_type_6_and_leaves_the_connection_alive() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        match call.stream.recv().await? {
            Some(text) if text == "panic" => panic!("oh {}", "no"),
            _ => Ok(()),
        }
    }));
    peer.open(1).await;
    peer.open(2).await;
    peer.data(1, b"panic").await;
    peer.expect(FrameKind::Header, 1).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 1).await;
    assert_eq!(type_id, 6);
    assert_eq!(
        text,
        "panic: [happened in biz handler, method=EchoSvc.Bidi, \
         please check the panic at the server side] oh no"
    );
    peer.data(2, b"no panic").await;
    peer.expect(FrameKind::Header, 2).await;
    peer.expect_empty_trailer(2).await;
}

#[tokio::test(start_paused = true)]
async fn s58_a_panic_while_the_handler_is_made_is_caught_too() {
    let (mut peer, _serving) = serve_peer(conn_support::dispatch(|_| Ok(()), |_| panic!("early")));
    peer.open(1).await;
    peer.expect(FrameKind::Header, 1).await;
    let (_, text) = peer.expect_exception(FrameKind::Trailer, 1).await;
    assert!(text.ends_with("early"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn s62_an_rst_without_payload_is_type_13() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.send(FrameKind::Rst, sid, &[], &[]).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!((error.kitex_code(), error.message()), (Some(13), "rst"));
    assert_eq!(error.kind(), ErrorKind::Canceled);
}

#[tokio::test(start_paused = true)]
async fn s63_cancel_writes_rst_and_then_a_trailer() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.cancel(CancelReason::User);
    let rst = peer.expect(FrameKind::Rst, sid).await;
    assert_eq!(strings(&rst).get(str_key::CANCEL_PATH), Some("A"));
    peer.expect_empty_trailer(sid).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_007), ErrorKind::Canceled)
    );
    assert_eq!(
        stream.send("x").await.unwrap_err().kitex_code(),
        Some(12_007)
    );
    drop(stream);
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s63_a_cancel_after_half_close_writes_rst_only() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.close_send().unwrap();
    peer.expect_empty_trailer(sid).await;
    stream.raw.cancel(CancelReason::User);
    assert_eq!(peer.expect_exception(FrameKind::Rst, sid).await.0, 12_007);
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s63_dropping_an_unfinished_stream_cancels_it() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let other = script.request(request()).await;
    let other_sid = peer.expect_open().await;
    drop(stream);
    assert_eq!(peer.expect_exception(FrameKind::Rst, sid).await.0, 12_007);
    peer.expect_empty_trailer(sid).await;
    other.send("alive").await.unwrap();
    assert_eq!(peer.expect_data(other_sid).await, "alive");
}

#[tokio::test(start_paused = true)]
async fn s64_no_path_without_a_name() {
    let mut script = Script::new();
    let mut nameless = request();
    nameless.caller = Default::default();
    let (stream, mut peer, header) = script.open_with(nameless).await;
    stream.raw.cancel(CancelReason::User);
    let rst = peer.expect(FrameKind::Rst, header.sid).await;
    assert!(strings(&rst).is_empty());
}

/// A handler that reports what it sees of its stream's end, and then returns.
fn observer() -> (conn_support::Peer, UnboundedReceiver<String>) {
    let (events, seen) = unbounded_channel();
    let (peer, serving) = serve_peer(handler(move |call: Call| {
        let events = events.clone();
        async move {
            let reason = call.cancellation.cancelled().await;
            events.send(format!("cancelled: {reason}")).unwrap();
            loop {
                match call.stream.recv().await {
                    Ok(message) => events.send(format!("{message:?}")).unwrap(),
                    Err(error) => break events.send(format!("recv: {error}")).unwrap(),
                }
            }
            let error = call.stream.send("x").await.unwrap_err();
            events
                .send(format!(
                    "send: {:?} {:?}",
                    error.kitex_code().unwrap(),
                    error.kind()
                ))
                .unwrap();
            Ok(())
        }
    }));
    drop(serving); // detached, runs on
    (peer, seen)
}

#[tokio::test(start_paused = true)]
async fn s65_s66_an_rst_cancels_the_handler_which_is_still_answered_for() {
    let (mut peer, mut seen) = observer();
    peer.open(1).await;
    peer.data(1, b"buffered").await;
    let mut payload = bytes::BytesMut::new();
    let exception = streamgen_runtime::ApplicationException::new(1111, "proxy says no");
    streamgen_runtime::unstable::ttheader::frame::encode_exception(
        &exception,
        "Bidi",
        1,
        &mut payload,
    );
    peer.send(FrameKind::Rst, 1, &[("ttscp", "A,B")], &payload)
        .await;

    let text =
        "[ttstream error, code=1111] [server-side stream] [canceled path: A -> B] proxy says no";
    assert_eq!(seen.recv().await.unwrap(), format!("cancelled: {text}"));
    assert_eq!(seen.recv().await.unwrap(), "Some(b\"buffered\")");
    assert_eq!(seen.recv().await.unwrap(), format!("recv: {text}"));
    assert_eq!(seen.recv().await.unwrap(), "send: 1111 Canceled");
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
}

#[tokio::test(start_paused = true)]
async fn s66_the_client_ignores_what_follows_its_rst() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.cancel(CancelReason::User);
    peer.expect(FrameKind::Rst, sid).await;
    peer.expect_empty_trailer(sid).await;
    peer.send(FrameKind::Header, sid, &[], &[]).await;
    peer.data(sid, b"late").await;
    peer.trailer(sid).await;
    peer.expect_silence().await;
    assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_007));
}

#[tokio::test(start_paused = true)]
async fn s69_a_client_reports_an_rst_and_does_not_answer_it() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.close_send().unwrap();
    peer.expect_empty_trailer(sid).await;
    peer.exception(FrameKind::Rst, sid, 1111, "proxy").await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!((error.kitex_code(), error.message()), (Some(1111), "proxy"));
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert_eq!(
        stream.header().await.unwrap_err().message(),
        "stream is canceled"
    );
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s70_buffered_messages_come_before_a_cancel() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.data(sid, b"1").await;
    peer.data(sid, b"2").await;
    peer.send(FrameKind::Header, sid, &[], &[]).await;
    stream.header().await.unwrap(); // both have arrived
    stream.raw.cancel(CancelReason::User);
    assert_eq!(stream.recv().await.unwrap().unwrap(), "1");
    assert_eq!(stream.recv().await.unwrap().unwrap(), "2");
    assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_007));
}

use crate::conn_support;
