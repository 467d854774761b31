//! Errors, cancel and timeouts (checklist 58, 62 to 75).

mod conn_support;

use std::time::Duration;

use conn_support::{Call, Script, Stream, handler, request, serve_peer, strings};
use streamgen_runtime::unstable::Cancellation;
use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::client::StreamWire;
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, str_key};
use streamgen_runtime::{CancelReason, Error, ErrorKind};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

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
async fn s67_a_deadline_is_kept_though_nobody_polls() {
    let mut script = Script::new();
    let start = Instant::now();
    let mut timed = request();
    timed.deadline = Some(Deadline::after(Duration::from_millis(1500)));
    let (stream, mut peer, header) = script.open_with(timed).await;
    let rst = peer.expect_exception(FrameKind::Rst, header.sid).await;
    assert_eq!(
        rst,
        (12_015, "stream timeout, timeout in ctx: 1.5s".to_owned())
    );
    peer.expect_empty_trailer(header.sid).await;
    assert_eq!(start.elapsed(), Duration::from_millis(1500));
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_015), ErrorKind::Timeout)
    );
}

#[tokio::test(start_paused = true)]
async fn s67_a_stream_that_ended_in_time_is_left_alone() {
    let mut script = Script::new();
    let mut timed = request();
    timed.deadline = Some(Deadline::after(Duration::from_secs(1)));
    let (stream, mut peer, header) = script.open_with(timed).await;
    peer.trailer(header.sid).await;
    peer.expect_empty_trailer(header.sid).await;
    peer.expect_silence().await; // ten minutes of it
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn s68_a_recv_timeout_cancels_with_12014() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream
        .raw
        .cancel(CancelReason::RecvTimeout(Duration::from_millis(100)));
    let (type_id, text) = peer.expect_exception(FrameKind::Rst, sid).await;
    assert_eq!(type_id, 12_014);
    assert_eq!(
        text,
        "stream Recv timeout, timeout config={Timeout:100ms DisableCancelRemote:false}"
    );
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_014), ErrorKind::Timeout)
    );
}

#[tokio::test(start_paused = true)]
async fn s68_without_cancel_the_stream_goes_on_after_a_timed_out_recv() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let waited = tokio::time::timeout(Duration::from_millis(100), stream.recv()).await;
    assert!(waited.is_err());
    stream.send("later").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "later");
    peer.data(sid, b"answer").await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "answer");
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

/// A node B between A (the scripted peer) and C (another one): its handler opens a stream to C.
async fn cascade() -> (conn_support::Peer, conn_support::Peer, i32, Stream) {
    let mut script = Script::new();
    let connector = std::sync::Arc::clone(&script.connector);
    let (children, mut opened) = unbounded_channel();
    let (mut a, _serving) = serve_peer(handler(move |call: Call| {
        let (connector, children) = (std::sync::Arc::clone(&connector), children.clone());
        async move {
            let mut downstream = request();
            downstream.caller = "B".into();
            downstream.parent = Some(call.cancellation.clone());
            let address = Endpoint::from(std::net::SocketAddr::from(([127, 0, 0, 1], 1)));
            let child = connector.open((&address).into(), &downstream).await?;
            let child = Stream::new(child);
            children.send(child).unwrap();
            call.stream.recv().await.map(drop)
        }
    }));
    a.open(1).await;
    let child = opened.recv().await.unwrap();
    let mut c = script.peer().await;
    let sid = c.expect_open().await;
    (a, c, sid, child)
}

#[tokio::test(start_paused = true)]
async fn s71_a_cancel_cascades_with_type_text_and_path() {
    let (mut a, mut c, sid, child) = cascade().await;
    let mut payload = bytes::BytesMut::new();
    let exception = streamgen_runtime::ApplicationException::new(12_007, "A gave up");
    streamgen_runtime::unstable::ttheader::frame::encode_exception(
        &exception,
        "Bidi",
        1,
        &mut payload,
    );
    a.send(FrameKind::Rst, 1, &[("ttscp", "A")], &payload).await;

    let rst = c.expect(FrameKind::Rst, sid).await;
    assert_eq!(strings(&rst).get(str_key::CANCEL_PATH), Some("A,B"));
    let exception =
        streamgen_runtime::unstable::ttheader::frame::decode_exception(&rst.payload).unwrap();
    assert_eq!(
        (exception.type_id, &*exception.message),
        (12_007, "A gave up")
    );
    c.expect_empty_trailer(sid).await;
    assert_eq!(child.recv().await.unwrap_err().message(), "A gave up");
}

#[tokio::test(start_paused = true)]
async fn s72_a_returning_handler_cancels_its_children_with_12012() {
    let (mut a, mut c, sid, _child) = cascade().await;
    a.trailer(1).await; // the handler returns
    let rst = c.expect(FrameKind::Rst, sid).await;
    assert_eq!(strings(&rst).get(str_key::CANCEL_PATH), Some("B"));
    let exception =
        streamgen_runtime::unstable::ttheader::frame::decode_exception(&rst.payload).unwrap();
    assert_eq!(exception.type_id, 12_012);
    assert_eq!(exception.message, "canceled by business handler returning");
}

#[tokio::test(start_paused = true)]
async fn s72_a_lost_connection_cascades_as_12013() {
    let (a, mut c, sid, _child) = cascade().await;
    drop(a);
    assert_eq!(c.expect_exception(FrameKind::Rst, sid).await.0, 12_013);
}

#[tokio::test(start_paused = true)]
async fn s73_a_parent_of_another_wire_is_12011_with_a_path_that_says_so() {
    let mut script = Script::new();
    let parent = Cancellation::new();
    let mut child = request();
    child.parent = Some(parent.clone());
    let (stream, mut peer, header) = script.open_with(child).await;
    parent.cancel(Error::application("grpc handler gone"));
    let rst = peer.expect(FrameKind::Rst, header.sid).await;
    assert_eq!(
        strings(&rst).get(str_key::CANCEL_PATH),
        Some("non-ttstream path,A")
    );
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.message()),
        (Some(12_011), "grpc handler gone")
    );
}

#[tokio::test(start_paused = true)]
async fn s74_a_deadline_is_not_told_to_the_server() {
    let mut script = Script::new();
    let mut timed = request();
    timed.deadline = Some(Deadline::after(Duration::from_secs(1)));
    let (_stream, _peer, header) = script.open_with(timed).await;
    let keys: Vec<u16> = conn_support::info(&header)
        .ints
        .iter()
        .map(|(key, _)| *key)
        .collect();
    assert_eq!(keys.len(), 2, "{keys:?}");
    assert_eq!(strings(&header).len(), 1);
}

/// Somebody waits for each thing a client's stream has to wait for; the returned task ends when
/// all are released.
fn wait_for_everything(stream: &Stream) -> tokio::task::JoinHandle<()> {
    let streams = [(); 3].map(|()| stream.clone());
    tokio::spawn(async move {
        let [recv, header, trailer] = streams;
        let (received, _, _) = tokio::join!(recv.recv(), header.header(), trailer.trailer());
        assert_ne!(received.ok(), Some(Some(bytes::Bytes::new())));
    })
}

#[tokio::test(start_paused = true)]
async fn s75_every_end_releases_every_waiter() {
    for end in ["trailer", "rst", "cancel", "loss"] {
        let mut script = Script::new();
        let (stream, mut peer, sid) = script.open().await;
        let waiting = wait_for_everything(&stream);
        tokio::task::yield_now().await;
        match end {
            "trailer" => peer.trailer(sid).await,
            "rst" => peer.send(FrameKind::Rst, sid, &[], &[]).await,
            "cancel" => stream.raw.cancel(CancelReason::User),
            _ => drop(peer),
        }
        waiting.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn s75_a_sender_that_waits_for_room_is_released() {
    for end in ["rst", "cancel", "loss"] {
        let mut script = Script::new();
        let (stream, mut peer, sid) = script.open().await;
        let sending = tokio::spawn({
            let stream = stream.clone();
            async move {
                loop {
                    // The peer does not read: memory, socket and out buffer fill up.
                    if let Err(error) = stream.send(vec![0; 64 * 1024]).await {
                        break error;
                    }
                }
            }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!sending.is_finished(), "nothing holds the sender back");
        match end {
            "rst" => peer.send(FrameKind::Rst, sid, &[], &[]).await,
            "cancel" => stream.raw.cancel(CancelReason::User),
            _ => drop(peer),
        }
        assert!(sending.await.unwrap().kitex_code().is_some());
    }
}
