//! Which streams share a connection, and how long it is kept (checklist 82, 83).

use std::time::Duration;

use streamgen_runtime::unstable::ttheader::client::{ClientConfig, Connector, PoolMode};
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::time::Instant;

use crate::conn_support::{Script, echo, open, request, serve};

#[tokio::test(flavor = "multi_thread")]
async fn s82_s31_a_thousand_streams_share_a_connection_and_keep_their_order() {
    let address = serve(echo()).await;
    let mut config = ClientConfig::default();
    config.pool = PoolMode::Mux { slots: 1 };
    let connector = std::sync::Arc::new(Connector::new(config));
    let mut tasks = Vec::new();
    for task in 0..1000u32 {
        let connector = std::sync::Arc::clone(&connector);
        tasks.push(tokio::spawn(async move {
            let stream = open(&connector, address).await.unwrap();
            let sender = stream.clone();
            let sending = tokio::spawn(async move {
                for i in 0..100u32 {
                    sender
                        .send([task.to_be_bytes(), i.to_be_bytes()].concat())
                        .await
                        .unwrap();
                }
                sender.raw.close_send().unwrap();
            });
            for i in 0..100u32 {
                let message = stream.recv().await.unwrap().unwrap();
                assert_eq!(message, [task.to_be_bytes(), i.to_be_bytes()].concat());
            }
            assert_eq!(stream.recv().await.unwrap(), None);
            sending.await.unwrap();
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn s82_long_mode_has_one_live_stream_on_a_connection() {
    let mut script = Script::with(|config| config.pool = PoolMode::LONG);
    let (first, mut peer, sid) = script.open().await;
    let (_second, _other_peer, _) = script.open().await; // dials although the first idles
    peer.trailer(sid).await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(first.recv().await.unwrap(), None);

    let third = script.request(request()).await;
    peer.expect_open().await;
    assert!(!script.has_dialled());
    drop(third);
}

#[tokio::test(start_paused = true)]
async fn s82_short_mode_closes_the_connection_behind_the_trailer() {
    let mut script = Script::with(|config| config.pool = PoolMode::Short);
    let (stream, mut peer, sid) = script.open().await;
    peer.data(sid, b"x").await;
    peer.trailer(sid).await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(peer.next().await, None);
    // What had arrived is still there.
    assert_eq!(stream.recv().await.unwrap().unwrap(), "x");
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn s83_idle_long_connections_are_closed() {
    let idle = Duration::from_secs(60);
    let mut script = Script::with(|config| config.pool = PoolMode::Long { max_idle: idle });
    let (_stream, mut peer, sid) = script.open().await;
    tokio::time::sleep(10 * idle).await; // a live stream is no idle connection
    peer.trailer(sid).await;
    peer.expect_empty_trailer(sid).await;
    let start = Instant::now();
    assert_eq!(peer.next().await, None);
    let lasted = start.elapsed();
    assert!(lasted >= idle && lasted <= 2 * idle, "{lasted:?}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_client_closes_its_connections_with_the_last_stream() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let Script { connector, .. } = script;
    drop(connector);
    stream.send("still open").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "still open");
    drop(stream);
    peer.expect(FrameKind::Rst, sid).await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(peer.next().await, None);
}
