//! Bytes on a live connection: how they are cut, and what closes it (checklist 1 to 19, 76 to 79, 89).

use crate::conn_support;

use bytes::BytesMut;
use conn_support::{Call, Script, echo, handler, serve_peer, serve_peer_with};
use streamgen_runtime::unstable::ttheader::Limits;
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, IntPairs, write_frame};
use streamgen_runtime::{ErrorKind, Metadata};
use tokio::sync::mpsc::unbounded_channel;

fn frame(kind: FrameKind, sid: i32, payload: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    let (ints, strings) = (IntPairs::new(), Metadata::new());
    write_frame(kind, sid, "Bidi", &ints, &strings, payload, &mut out).unwrap();
    out.to_vec()
}

#[tokio::test(start_paused = true)]
async fn s13_many_frames_in_one_read_and_one_frame_in_many() {
    let (mut peer, _serving) = serve_peer(echo());
    let mut all = frame(FrameKind::Header, 1, &[]);
    for i in 0..200u8 {
        all.extend(frame(FrameKind::Data, 1, &[i; 7]));
    }
    all.extend(frame(FrameKind::Trailer, 1, &[]));
    peer.write(&all).await;
    peer.expect(FrameKind::Header, 1).await;
    for i in 0..200u8 {
        assert_eq!(peer.expect_data(1).await, [i; 7].as_slice());
    }
    peer.expect_empty_trailer(1).await;

    for byte in &all[..frame(FrameKind::Header, 1, &[]).len() + 3 * 41] {
        peer.write(&[*byte]).await;
        tokio::task::yield_now().await;
    }
    peer.expect(FrameKind::Header, 1).await;
    for i in 0..3u8 {
        assert_eq!(peer.expect_data(1).await, [i; 7].as_slice());
    }
}

#[tokio::test(start_paused = true)]
async fn s15_any_stream_id_is_echoed() {
    let (mut peer, _serving) = serve_peer(echo());
    for sid in [0, -1, i32::MIN, i32::MAX] {
        peer.open(sid).await;
        peer.data(sid, b"x").await;
        peer.expect(FrameKind::Header, sid).await;
        assert_eq!(peer.expect_data(sid).await, "x");
    }
}

#[tokio::test(start_paused = true)]
async fn s19_a_length_beyond_the_maximum_closes_the_connection() {
    let mut limits = Limits::default();
    limits.max_frame = 1000;
    let (mut peer, serving) = serve_peer_with(echo(), limits);
    peer.open(1).await;
    peer.data(1, &[7; 900]).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_data(1).await;
    // Only LENGTH and MAGIC of a frame.
    peer.write(&[0, 0, 0x03, 0xe9, 0x10, 0]).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s78_a_bad_frame_closes_the_connection_in_silence_and_ends_its_streams() {
    let (ended, mut ends) = unbounded_channel();
    let (mut peer, serving) = serve_peer(handler(move |call: Call| {
        let ended = ended.clone();
        async move {
            let error = call.stream.recv().await.unwrap_err();
            ended
                .send((error, call.cancellation.cancelled().await))
                .unwrap();
            Ok(())
        }
    }));
    peer.open(1).await;
    peer.open(2).await;
    let mut bad = frame(FrameKind::Data, 1, b"x");
    bad[4] = 0xff;
    peer.write(&bad).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
    for _ in 0..2 {
        let (error, reason) = ends.recv().await.unwrap();
        assert_eq!(
            (error.kitex_code(), error.kind()),
            (Some(12_013), ErrorKind::Canceled)
        );
        assert!(error.message().contains("code=12004"), "{error}");
        assert_eq!(reason.kitex_code(), Some(12_013));
    }
}

#[tokio::test(start_paused = true)]
async fn s78_a_client_closes_too_and_its_streams_end_with_12004() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.data(sid, b"first").await;
    peer.write(&[0, 0, 0, 1, 0x10, 0]).await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "first");
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_004), ErrorKind::Protocol)
    );
    assert_eq!(peer.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn s89_a_frame_without_the_streaming_flag_closes_the_connection() {
    let (mut peer, serving) = serve_peer(echo());
    peer.open(1).await;
    let mut ping_pong = frame(FrameKind::Data, 1, b"x");
    ping_pong[7] = 0;
    peer.write(&ping_pong).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s32_s79_frames_of_unknown_streams_are_ignored_by_both_sides() {
    let (mut peer, _serving) = serve_peer(echo());
    peer.data(9, b"nobody's").await;
    peer.trailer(9).await;
    peer.exception(FrameKind::Rst, 9, 12_007, "bye").await;
    peer.send(FrameKind::Meta, 9, &[], &[]).await;
    peer.open(1).await;
    peer.data(1, b"mine").await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "mine");

    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    for kind in [
        FrameKind::Header,
        FrameKind::Data,
        FrameKind::Trailer,
        FrameKind::Rst,
    ] {
        peer.send(kind, sid.wrapping_add(1000), &[], &[]).await;
    }
    peer.data(sid, b"mine").await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "mine");
}

#[tokio::test(start_paused = true)]
async fn an_id_that_is_used_again_in_one_read_is_another_stream() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        let mut all = Vec::new();
        while let Some(message) = call.stream.recv().await? {
            all.extend_from_slice(&message);
        }
        call.stream.send(all).await
    }));
    let stream = |text: &[u8]| {
        [
            frame(FrameKind::Header, 1, &[]),
            frame(FrameKind::Data, 1, text),
            frame(FrameKind::Trailer, 1, &[]),
        ]
        .concat()
    };
    peer.write(&stream(b"first")).await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "first");
    peer.expect_empty_trailer(1).await;

    // A late message of the first, and then the second.
    peer.write(&[frame(FrameKind::Data, 1, b"late"), stream(b"second")].concat())
        .await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "second");
}
