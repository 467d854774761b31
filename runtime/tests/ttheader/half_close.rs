//! Half-close and normal end (checklist 41 to 50).

use crate::conn_support;

use conn_support::{Call, Script, handler, serve_peer};
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::sync::mpsc::unbounded_channel;

#[tokio::test(start_paused = true)]
async fn s41_close_send_writes_one_empty_trailer() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.send("x").await.unwrap();
    for _ in 0..3 {
        stream.raw.close_send().unwrap();
    }
    assert_eq!(peer.expect_data(sid).await, "x");
    peer.expect_empty_trailer(sid).await;
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s42_send_after_close_send_fails_and_writes_nothing() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.close_send().unwrap();
    let error = stream.raw.send(&conn_support::raw("x")).unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.message()),
        (Some(12_005), "stream is closed send")
    );
    assert_eq!(
        stream.send("x").await.unwrap_err().kitex_code(),
        Some(12_005)
    );
    peer.expect_empty_trailer(sid).await;
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s43_eof_follows_all_data_and_repeats() {
    let (results, mut received) = unbounded_channel();
    let (mut peer, _serving) = serve_peer(handler(move |call: Call| {
        let results = results.clone();
        async move {
            for _ in 0..4 {
                results.send(call.stream.recv().await?).unwrap();
            }
            Ok(())
        }
    }));
    peer.open(1).await;
    peer.data(1, b"1").await;
    peer.data(1, b"2").await;
    peer.trailer(1).await;
    assert_eq!(received.recv().await.unwrap().unwrap(), "1");
    assert_eq!(received.recv().await.unwrap().unwrap(), "2");
    assert_eq!(received.recv().await.unwrap(), None);
    assert_eq!(received.recv().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn s44_the_server_sends_after_the_client_half_closed() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        while call.stream.recv().await?.is_some() {}
        call.stream.send("after").await
    }));
    peer.open(1).await;
    peer.trailer(1).await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "after");
    peer.expect_empty_trailer(1).await;
}

#[tokio::test(start_paused = true)]
async fn s45_a_trailer_before_half_close_is_answered_by_one() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.trailer(sid).await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(
        stream.send("x").await.unwrap_err().kitex_code(),
        Some(12_005)
    );
    stream.raw.close_send().unwrap();
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s46_a_trailer_after_half_close_is_not_answered() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.close_send().unwrap();
    peer.expect_empty_trailer(sid).await;
    peer.trailer(sid).await;
    assert_eq!(stream.recv().await.unwrap(), None);
    drop(stream);
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s47_recv_drains_then_gives_eof_forever() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    for i in 0..100u8 {
        peer.data(sid, &[i]).await;
    }
    peer.trailer(sid).await;
    peer.expect_empty_trailer(sid).await; // the whole end has arrived before the first Recv
    for i in 0..100u8 {
        assert_eq!(stream.recv().await.unwrap().unwrap(), [i].as_slice());
    }
    for _ in 0..3 {
        assert_eq!(stream.recv().await.unwrap(), None);
    }
    assert_eq!(
        stream.send("x").await.unwrap_err().kitex_code(),
        Some(12_005)
    );
}

#[tokio::test(start_paused = true)]
async fn s48_the_request_of_a_server_stream_is_written_before_the_first_recv() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.send("request").await.unwrap();
    stream.raw.close_send().unwrap();
    assert_eq!(peer.expect_data(sid).await, "request");
    peer.expect_empty_trailer(sid).await;
}

#[tokio::test(start_paused = true)]
async fn s49_the_end_of_a_client_stream_is_consumed_without_its_user() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.raw.close_send().unwrap();
    peer.expect_empty_trailer(sid).await;
    peer.data(sid, b"response").await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "response");
    stream.raw.detach();
    drop(stream);
    peer.trailer(sid).await;
    peer.expect_silence().await; // in particular no RST
}

#[tokio::test(start_paused = true)]
async fn s50_a_handler_may_return_without_reading() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        call.stream.recv().await.map(drop)
    }));
    peer.open(1).await;
    peer.data(1, b"1").await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
    peer.data(1, b"2").await;
    peer.trailer(1).await;
    peer.exception(FrameKind::Rst, 1, 12_007, "late").await;
    peer.expect_silence().await;

    peer.open(2).await;
    peer.trailer(2).await;
    peer.expect(FrameKind::Header, 2).await;
    peer.expect_empty_trailer(2).await;
}
