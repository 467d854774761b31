//! Slow consumers and full queues (checklist 85).

use crate::conn_support;

use std::time::Duration;

use conn_support::{Call, Script, connector, echo, handler, open, serve, serve_peer_with};
use streamgen_runtime::ErrorKind;
use streamgen_runtime::unstable::ttheader::Limits;
use streamgen_runtime::unstable::ttheader::client::PoolMode;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::Instant;

const KIB: usize = 1024;

fn small_queues() -> Limits {
    let mut limits = Limits::default();
    limits.queue_pause = 64 * KIB;
    limits.pause_grace = Duration::from_millis(50);
    limits.queue.max_bytes = 512 * KIB;
    limits
}

#[tokio::test(start_paused = true)]
async fn s85_a_stalled_consumer_does_not_block_other_streams() {
    let mut script = Script::with(|config| config.limits = small_queues());
    let (stalled, mut peer, stalled_sid) = script.open().await;
    let other = script.request(conn_support::request()).await;
    let other_sid = peer.expect_open().await;
    let start = Instant::now();
    for i in 0..400u32 {
        peer.data(stalled_sid, &[0; KIB]).await;
        peer.data(other_sid, &i.to_be_bytes()).await;
    }
    for i in 0..400u32 {
        assert_eq!(
            other.recv().await.unwrap().unwrap(),
            i.to_be_bytes().as_slice()
        );
    }
    // 400 KiB in steps of 64 KiB: at most seven pauses of 50 ms.
    assert!(
        start.elapsed() <= Duration::from_millis(350),
        "{:?}",
        start.elapsed()
    );
    // And nothing of the stalled stream is lost.
    for _ in 0..400 {
        assert_eq!(stalled.recv().await.unwrap().unwrap().len(), KIB);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_stream_whose_queue_overflows_ends_alone() {
    let mut script = Script::with(|config| config.limits = small_queues());
    let (stalled, mut peer, stalled_sid) = script.open().await;
    let other = script.request(conn_support::request()).await;
    let other_sid = peer.expect_open().await;
    for _ in 0..513 {
        peer.data(stalled_sid, &[0; KIB]).await;
    }
    let (type_id, text) = peer.expect_exception(FrameKind::Rst, stalled_sid).await;
    assert_eq!(
        (type_id, &*text),
        (12_011, "receive queue exceeds 524288 bytes")
    );
    peer.expect_empty_trailer(stalled_sid).await;
    peer.data(other_sid, b"alive").await;
    assert_eq!(other.recv().await.unwrap().unwrap(), "alive");
    for _ in 0..512 {
        assert_eq!(stalled.recv().await.unwrap().unwrap().len(), KIB);
    }
    let error = stalled.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.kind()),
        (Some(12_011), ErrorKind::ResourceExhausted)
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_stream_whose_queue_overflows_ends_alone() {
    let (reasons, mut ended) = unbounded_channel();
    let stalling = handler(move |call: Call| {
        let reasons = reasons.clone();
        async move {
            if call.stream.recv().await?.unwrap() == "stall" {
                reasons.send(call.cancellation.cancelled().await).unwrap();
            }
            call.stream.send("served").await
        }
    });
    let (mut peer, _serving) = serve_peer_with(stalling, small_queues());
    peer.open(1).await;
    peer.data(1, b"stall").await;
    tokio::time::sleep(Duration::from_millis(1)).await; // the handler takes it, and nothing else
    for _ in 0..513 {
        peer.data(1, &[0; KIB]).await;
    }
    assert_eq!(ended.recv().await.unwrap().kitex_code(), Some(12_011));
    peer.expect(FrameKind::Header, 1).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 1).await;
    assert_eq!((type_id, &*text), (6, "receive queue exceeds 524288 bytes"));

    peer.open(2).await;
    peer.data(2, b"go on").await;
    peer.expect(FrameKind::Header, 2).await;
    assert_eq!(peer.expect_data(2).await, "served");
    peer.expect_empty_trailer(2).await;
    peer.expect_silence().await; // one TRAILER for stream 1, though its handler returned later
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_slows_its_sender_down_instead_of_losing_its_stream() {
    let mut limits = small_queues();
    limits.queue.max_bytes = 4096 * KIB;
    let mut script = Script::with(|config| config.limits = limits);
    let (stream, mut peer, sid) = script.open().await;
    // Four times what the queue may hold, and far more than the socket's 1 MiB besides.
    const MESSAGES: u32 = 16 * 1024;
    let sending = tokio::spawn(async move {
        for i in 0..MESSAGES {
            let mut message = vec![0; KIB];
            message[..4].copy_from_slice(&i.to_be_bytes());
            peer.data(sid, &message).await;
        }
        peer
    });
    for i in 0..MESSAGES {
        let message = stream.recv().await.unwrap().unwrap();
        assert_eq!(message[..4], i.to_be_bytes());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    sending.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_stops_reading_from_a_peer_that_does_not_read() {
    let (mut peer, _serving) =
        serve_peer_with(handler(|_: Call| async { Ok(()) }), Limits::default());
    let mut opened = 0;
    // Every stream is answered by 68 bytes, which nobody reads.
    while tokio::time::timeout(Duration::from_secs(1), peer.open(opened))
        .await
        .is_ok()
    {
        opened += 1;
        assert!(opened < 200_000, "answers pile up without end");
    }
    let answered = tokio::time::timeout(Duration::from_secs(1), async {
        for _ in 0..opened {
            peer.next().await.unwrap();
            peer.next().await.unwrap();
        }
    });
    answered.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn senders_wait_while_the_peer_does_not_read() {
    let mut script = Script::with(|config| {
        config.limits.out_high_water = 128 * KIB;
        config.pool = PoolMode::Mux { slots: 1 };
    });
    let (stream, mut peer, sid) = script.open().await;
    let (sent, mut progress) = unbounded_channel();
    let sending = tokio::spawn(async move {
        for i in 0..10_000u32 {
            stream.send(vec![i as u8; KIB]).await.unwrap();
            sent.send(i).unwrap();
        }
        stream
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!sending.is_finished());
    let before = progress.len();
    // 1 MiB in the socket, 128 KiB in each half of the double buffer, and a message.
    assert!(before < 1400, "{before} KiB were taken");
    for i in 0..10_000u32 {
        assert_eq!(peer.expect_data(sid).await, vec![i as u8; KIB]);
    }
    sending.await.unwrap();
    assert!(progress.recv().await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_in_both_directions_neither_deadlocks_nor_loses() {
    let address = serve(echo()).await;
    let connector = connector();
    let stream = open(&connector, address).await.unwrap();
    let sender = stream.clone();
    let sending = tokio::spawn(async move {
        for i in 0..200_000u32 {
            sender.send(i.to_be_bytes()).await.unwrap();
        }
        sender.raw.close_send().unwrap();
    });
    for i in 0..200_000u32 {
        assert_eq!(
            stream.recv().await.unwrap().unwrap(),
            i.to_be_bytes().as_slice()
        );
    }
    assert_eq!(stream.recv().await.unwrap(), None);
    sending.await.unwrap();
}
