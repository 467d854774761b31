//! What messages hold that nobody takes: what they weigh, not the buffers they arrived in; and no more
//! than their connection may.

mod conn_support;

use std::sync::Arc;
use std::time::Duration;

use conn_support::{Call, handler, serve_peer_with};
use peak_alloc::PeakAlloc;
use streamgen_runtime::ErrorKind;
use streamgen_runtime::unstable::Dispatch;
use streamgen_runtime::unstable::ttheader::Limits;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::sync::Mutex as Turn;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Tests that measure take turns.
static TURN: Turn<()> = Turn::const_new(());

/// The most that `during` holds at a time, in bytes.
async fn peak(during: impl Future<Output = ()>) -> usize {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    during.await;
    MEMORY.peak_usage() - before
}

/// Handlers that take one message: `deaf` ones take no other until their stream ends, and report why it
/// does; the others take all.
fn deaf_or_busy() -> (
    Arc<dyn Dispatch>,
    UnboundedReceiver<streamgen_runtime::Error>,
) {
    let (reasons, ended) = unbounded_channel();
    let dispatch = handler(move |call: Call| {
        let reasons = reasons.clone();
        async move {
            let first = call.stream.recv().await?.unwrap();
            if first == "deaf" {
                reasons.send(call.cancellation.cancelled().await).unwrap();
                std::future::pending::<()>().await;
            }
            while call.stream.recv().await?.is_some() {}
            Ok(())
        }
    });
    (dispatch, ended)
}

/// A connection may have 4 MiB waiting, and hardly pauses for its handlers.
fn small_budget() -> Limits {
    let mut limits = Limits::default();
    limits.connection_queue = 4 * MIB;
    limits.pause_grace = Duration::from_millis(1);
    limits
}

/// Lets handlers run that have something to take.
async fn settle() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test]
async fn messages_that_wait_do_not_keep_what_they_arrived_with() {
    let _turn = TURN.lock().await;
    // Payloads of the deaf stream, what comes between them for whom, and how often: what was small
    // shared a chunk, what was large a read buffer.
    for (payload, filler, filled, times) in [
        (1, 2 * KIB, 2, 20_000),
        (1, 2 * KIB, 9, 20_000), // nobody's
        (17 * KIB, 240 * KIB, 2, 400),
        (17 * KIB, 240 * KIB, 9, 400),
    ] {
        let (dispatch, _ended) = deaf_or_busy();
        let (mut peer, _serving) = serve_peer_with(dispatch, Limits::default());
        for (sid, first) in [(1, &b"deaf"[..]), (2, b"busy")] {
            peer.open(sid).await;
            peer.data(sid, first).await;
        }
        settle().await;
        let (payload, filler) = (vec![1; payload], vec![2; filler]);
        let held = peak(async {
            for _ in 0..times {
                peer.data(1, &payload).await;
                peer.data(filled, &filler).await;
            }
            settle().await;
        })
        .await;
        let waits = times * (payload.len() + 64);
        let most = 2 * waits + 16 * MIB;
        assert!(
            held < most,
            "{} bytes, {times} times: {held} of {most}",
            payload.len()
        );
    }
}

#[tokio::test]
async fn a_connection_that_holds_too_much_ends_the_stream_that_holds_most() {
    let _turn = TURN.lock().await;
    let (dispatch, mut ended) = deaf_or_busy();
    let (mut peer, _serving) = serve_peer_with(dispatch, small_budget());
    for sid in 1..=3 {
        peer.open(sid).await;
        peer.data(sid, b"deaf").await;
    }
    settle().await;
    let held = peak(async {
        // The third sends twice as much as each of the others.
        for i in 0..256 {
            peer.data([1, 3, 2, 3][i % 4], &[0; 64 * KIB]).await;
        }
    })
    .await;
    let reason = ended.recv().await.unwrap();
    assert_eq!(
        (reason.kitex_code(), reason.kind()),
        (Some(12_011), ErrorKind::ResourceExhausted)
    );
    peer.expect(FrameKind::Header, 3).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 3).await;
    let expected =
        "receive queue is the longest of a connection on which more than 4194304 bytes wait";
    assert_eq!((type_id, &*text), (6, expected));
    assert!(held < 24 * MIB, "{held}");
}

#[tokio::test]
async fn what_stalled_handlers_have_taken_ahead_is_bounded_for_their_connection() {
    let _turn = TURN.lock().await;
    // Payloads that come together with the one a handler asks for: how long and how many they are,
    // and whether a chunk with a message of another stream follows each of them.
    for (payload, times, fillers) in [(KIB, 200, 0), (17 * KIB, 12, 0), (1, 20, 4)] {
        let (dispatch, _ended) = deaf_or_busy();
        let (mut peer, _serving) = serve_peer_with(dispatch, small_budget());
        peer.open(1).await;
        peer.data(1, b"busy").await;
        settle().await;
        let held = peak(async {
            for sid in 2..402 {
                peer.open(sid).await;
                peer.data(sid, b"deaf").await;
                for _ in 0..times {
                    peer.data(sid, &vec![1; payload]).await;
                    for _ in 0..fillers {
                        peer.data(1, &[2; 2 * KIB]).await;
                    }
                }
                // All of it has arrived when the handler begins.
                settle().await;
            }
        })
        .await;
        assert!(held < 24 * MIB, "{times} of {payload} bytes: {held}");
    }
}

#[tokio::test]
async fn the_headers_of_running_streams_are_bounded_together() {
    let _turn = TURN.lock().await;
    let (dispatch, _ended) = deaf_or_busy();
    let mut limits = Limits::default();
    limits.connection_headers = 8 * 132 * KIB; // eight of those below
    let (mut peer, _serving) = serve_peer_with(dispatch, limits);
    let value: &'static str = "x".repeat(32 * KIB).leak();
    let keys = ["RPC_TRANSIT_A", "RPC_TRANSIT_B", "RPC_TRANSIT_C", "OTHER"];
    let mut pairs: Vec<_> = keys.map(|key| (key, value)).into();
    pairs.push(("isn", "EchoSvc"));
    for sid in 1..=9 {
        peer.send(FrameKind::Header, sid, &pairs, &[]).await;
        peer.data(sid, b"busy").await;
    }
    peer.expect(FrameKind::Header, 9).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 9).await;
    let expected = "headers of the connection's running streams exceed 1081344 bytes";
    assert_eq!((type_id, &*text), (6, expected));

    // One that ends makes room for another.
    peer.trailer(1).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
    peer.send(FrameKind::Header, 10, &pairs, &[]).await;
    peer.data(10, b"busy").await;
    peer.trailer(10).await;
    peer.expect(FrameKind::Header, 10).await;
    peer.expect_empty_trailer(10).await;
}

#[tokio::test]
async fn messages_of_streams_that_ended_count_until_their_handlers_let_go() {
    let _turn = TURN.lock().await;
    let (dispatch, mut ended) = deaf_or_busy();
    let (mut peer, _serving) = serve_peer_with(dispatch, small_budget());
    let neighbour = 0;
    peer.open(neighbour).await;
    peer.data(neighbour, b"busy").await;
    let held = peak(async {
        for sid in 1..=40 {
            peer.open(sid).await;
            peer.data(sid, b"deaf").await;
            settle().await;
            for _ in 0..32 {
                peer.data(sid, &[0; 64 * KIB]).await;
            }
            peer.exception(FrameKind::Rst, sid, 1, "given up").await;
        }
        // What waits in the socket is read.
        for _ in 1..=40 {
            ended.recv().await.unwrap();
        }
    })
    .await;
    assert!(held < 24 * MIB, "{held} of 80 MiB that were sent");
    peer.trailer(neighbour).await;
    loop {
        let frame = peer.next().await.unwrap();
        if frame.sid == neighbour {
            break;
        }
    }
}
