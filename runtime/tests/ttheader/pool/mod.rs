//! Connections: loss, pools, graceful stop (checklist 76, 77, 80 to 84, 86).

mod loss;
mod pools;
mod stop;

use crate::conn_support;

use std::time::Duration;

use conn_support::{Call, Script, Stream, connector, echo, handler, open, serve, serve_peer};
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn s86_no_frame_waits_for_a_timer() {
    let start = Instant::now();
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    stream.send("x").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "x");
    drop(stream);
    peer.expect(FrameKind::Rst, sid).await;
    peer.expect_empty_trailer(sid).await;

    let (mut peer, _serving) = serve_peer(handler(|_: Call| async { Ok(()) }));
    peer.open(1).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
    // The clock only moves when everybody waits for it.
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Kept here because it needs both directions of a real socket.
#[tokio::test(flavor = "multi_thread")]
async fn s28_a_message_of_64_mib_passes_both_ways() {
    let address = serve(echo()).await;
    let connector = connector();
    let stream: Stream = open(&connector, address).await.unwrap();
    let message: Vec<u8> = (0..64 * 1024 * 1024u32).map(|i| (i * 31) as u8).collect();
    for _ in 0..2 {
        stream.send(message.clone()).await.unwrap();
        assert!(stream.recv().await.unwrap().unwrap() == message);
    }
}
