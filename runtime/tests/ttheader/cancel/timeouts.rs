//! Deadlines, and time limits of a `recv` (checklist 67, 68, 74).

use std::time::Duration;

use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use streamgen_runtime::{CancelReason, ErrorKind};
use tokio::time::Instant;

use crate::conn_support::{self, Script, request, strings};

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
