//! Connections on which nothing is heard while calls time out.

use crate::conn_support;

use std::time::Duration;

use conn_support::{Script, request};
use streamgen_runtime::CancelReason;
use streamgen_runtime::unstable::Deadline;
use streamgen_runtime::unstable::Outgoing;
use streamgen_runtime::unstable::ttheader::client::PoolMode;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;

const LIMIT: Duration = Duration::from_secs(1);

fn timed() -> Outgoing {
    let mut call = request();
    call.deadline = Some(Deadline::after(LIMIT));
    call
}

#[tokio::test(start_paused = true)]
async fn a_suspect_connection_gets_no_new_call_and_closes_when_its_last_one_ends() {
    let mut script = Script::new();
    let (running, mut peer, sid) = script.open().await;
    let timed_out = script.request(timed()).await;
    let timed_sid = peer.expect_open().await;
    assert!(timed_out.recv().await.unwrap_err().is_timeout());
    peer.expect(FrameKind::Rst, timed_sid).await;
    peer.expect_empty_trailer(timed_sid).await;

    let (_next, _other, _) = script.open().await;
    // The old one carries what it carried.
    peer.data(sid, b"late").await;
    assert_eq!(running.recv().await.unwrap().unwrap(), "late");
    running.send("x").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "x");
    peer.expect_silence().await;
    running.raw.close_send().unwrap();
    peer.expect_empty_trailer(sid).await;
    peer.trailer(sid).await;
    assert_eq!(running.recv().await.unwrap(), None);
    assert_eq!(peer.next().await, None, "it is closed");
}

#[tokio::test(start_paused = true)]
async fn a_recv_that_times_out_in_silence_makes_a_connection_suspect_too() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.cancel(CancelReason::RecvTimeout(LIMIT));
    peer.expect(FrameKind::Rst, sid).await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(peer.next().await, None);
    let (_next, _other, _) = script.open().await;
}

#[tokio::test(start_paused = true)]
async fn a_word_for_any_stream_clears_the_connection() {
    let mut script = Script::new();
    let (running, mut peer, sid) = script.open().await;
    let timed_out = script.request(timed()).await;
    let timed_sid = peer.expect_open().await;
    peer.data(sid, b"m").await;
    assert_eq!(running.recv().await.unwrap().unwrap(), "m");
    assert!(timed_out.recv().await.unwrap_err().is_timeout());
    peer.expect(FrameKind::Rst, timed_sid).await;
    peer.expect_empty_trailer(timed_sid).await;
    let _next = script.request(request()).await;
    peer.expect_open().await;
    assert!(!script.has_dialled());
}

/// A stream that its user gives up says nothing of the server.
#[tokio::test(start_paused = true)]
async fn a_cancelled_stream_clears_nobody_and_accuses_nobody() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    drop(stream);
    peer.expect(FrameKind::Rst, sid).await;
    peer.expect_empty_trailer(sid).await;
    let _next = script.request(request()).await;
    peer.expect_open().await;
    assert!(!script.has_dialled());
}

#[tokio::test(start_paused = true)]
async fn in_long_mode_connections_that_wait_longer_are_suspect_as_well() {
    let mut script = Script::with(|config| config.pool = PoolMode::LONG);
    let (first, mut waiting, waiting_sid) = script.open().await;
    let (second, mut used, used_sid) = script.open().await;
    for (peer, stream, sid) in [
        (&mut waiting, &first, waiting_sid),
        (&mut used, &second, used_sid),
    ] {
        peer.trailer(sid).await;
        peer.expect_empty_trailer(sid).await;
        assert_eq!(stream.recv().await.unwrap(), None);
    }
    tokio::time::sleep(Duration::from_millis(1)).await;

    let timed_out = script.request(timed()).await;
    assert!(timed_out.recv().await.unwrap_err().is_timeout());
    let sid = used.expect_open().await;
    used.expect(FrameKind::Rst, sid).await;
    used.expect_empty_trailer(sid).await;
    assert_eq!(used.next().await, None);
    assert_eq!(waiting.next().await, None);
    let (_next, _new, _) = script.open().await;
}
