//! Connections: loss, pools, graceful stop (checklist 76, 77, 80 to 84, 86).

mod conn_support;
#[path = "rpc_support/reserved.rs"]
mod reserved;

use std::time::Duration;

use bytes::BytesMut;
use conn_support::{
    Call, Peer, Script, Stream, connector, echo, handler, open, request, serve, serve_peer,
};
use reserved::reserved;
use streamgen_runtime::ErrorKind;
use streamgen_runtime::unstable::ttheader::client::{ClientConfig, Connector, PoolMode};
use streamgen_runtime::unstable::ttheader::frame::{FrameBody, FrameKind};
use streamgen_runtime::unstable::ttheader::server::serve_connection;
use streamgen_runtime::unstable::ttheader::{Limits, Socket};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn s76_a_close_by_the_server_ends_all_streams_with_a_connection_error() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let other = script.request(request()).await;
    peer.data(sid, b"last words").await;
    drop(peer);
    assert_eq!(stream.recv().await.unwrap().unwrap(), "last words");
    for stream in [&stream, &other] {
        let error = stream.recv().await.unwrap_err();
        assert_eq!(
            (error.kitex_code(), error.kind()),
            (Some(12_004), ErrorKind::Connection)
        );
        assert_eq!(error.message(), "EOF peer close");
        assert_eq!(
            stream.send("x").await.unwrap_err().kitex_code(),
            Some(12_004)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn s76_a_close_inside_a_payload_is_12006() {
    let mut script = Script::new();
    let (stream, mut peer, _) = script.open().await;
    let mut half = BytesMut::new();
    let (ints, strings) = Default::default();
    let kind = FrameKind::Data;
    streamgen_runtime::unstable::ttheader::frame::write_frame(
        kind, 1, "Bidi", &ints, &strings, b"half", &mut half,
    )
    .unwrap();
    peer.write(&half[..half.len() - 1]).await;
    drop(peer);
    assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_006));
}

#[tokio::test]
async fn s77_a_fin_cancels_all_handlers_with_12013_and_closes_the_socket() {
    let (reasons, mut ended) = unbounded_channel();
    let address = serve(handler(move |call: Call| {
        let reasons = reasons.clone();
        async move {
            while let Ok(Some(_)) = call.stream.recv().await {}
            reasons.send(call.cancellation.cancelled().await).unwrap();
            Ok(())
        }
    }))
    .await;
    let socket = TcpStream::connect(address).await.unwrap();
    let (mut reader, writer) = socket.into_split();
    let mut peer = Peer::new(tokio::io::join(tokio::io::empty(), writer));
    peer.open(1).await;
    peer.open(2).await;
    peer.trailer(2).await; // half-closed streams are cancelled all the same
    drop(peer); // shuts down the write side only
    for _ in 0..2 {
        let reason = ended.recv().await.unwrap();
        assert_eq!(
            (reason.kitex_code(), reason.kind()),
            (Some(12_013), ErrorKind::Canceled)
        );
    }
    let mut rest = Vec::new();
    reader.read_to_end(&mut rest).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s80_the_next_open_after_a_loss_dials_anew() {
    let mut script = Script::new();
    let (stream, peer, _) = script.open().await;
    drop(peer);
    assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_004));
    let (stream, mut peer, sid) = script.open().await;
    stream.send("again").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "again");
}

#[tokio::test]
async fn s81_a_failed_dial_fails_that_open_only() {
    let address = reserved();
    let connector = connector();
    for _ in 0..5 {
        let error = open(&connector, address).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Connection);
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("remote or network error: dial {address}")),
            "{text}"
        );
    }
    let listener = TcpListener::bind(address).await.unwrap();
    let stream = open(&connector, address).await.unwrap();
    let mut peer = Peer::new(listener.accept().await.unwrap().0);
    let sid = peer.expect_open().await;
    stream.send("up").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "up");
}

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

#[test]
fn a_connection_ends_with_its_runtime_and_the_next_one_dials_anew() {
    let new_runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let (server, client) = (new_runtime(), new_runtime());
    let address = server.block_on(serve(echo()));
    let connector = connector();
    let stream = client.block_on(open(&connector, address)).unwrap();
    drop(client);

    let client = new_runtime();
    client.block_on(async {
        assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_006));
        for _ in 0..8 {
            let stream = open(&connector, address).await.unwrap();
            stream.send("x").await.unwrap();
            assert_eq!(stream.recv().await.unwrap().unwrap(), "x");
        }
    });
}

/// When the server of these tests refuses streams.
const REFUSES_AFTER: Duration = Duration::from_secs(3600);

/// A server that is told to stop by the returned sender.
fn stoppable() -> (Peer, tokio::task::JoinHandle<()>, oneshot::Sender<()>) {
    let (ours, theirs) = tokio::io::duplex(1024 * 1024);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve_connection(
        Socket::from(ours),
        BytesMut::new(),
        echo(),
        Limits::default(),
        async move { drop(stopped.await) },
        tokio::time::sleep(REFUSES_AFTER),
    ));
    (Peer::new(theirs), serving, stop)
}

#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_serves_its_streams_to_their_end() {
    let (mut peer, serving, stop) = stoppable();
    peer.open(1).await;
    peer.data(1, b"before").await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "before");
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    peer.data(1, b"after").await;
    assert_eq!(peer.expect_data(1).await, "after");
    peer.trailer(1).await;
    peer.expect_empty_trailer(1).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_closes_an_idle_connection_when_nothing_was_on_its_way() {
    let (mut peer, serving, stop) = stoppable();
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;
    let told = Instant::now();
    assert_eq!(peer.next().await, None);
    assert_eq!(told.elapsed().as_millis(), 200);
    serving.await.unwrap();
}

/// The frame by which a server announces its stop: META of stream 0, which Kitex ignores.
async fn expect_goaway(peer: &mut Peer) {
    let frame = peer.expect(FrameKind::Meta, 0).await;
    let FrameBody::Meta(info) = frame.body else {
        unreachable!()
    };
    assert_eq!(info.strings.get("goaway"), Some("1"));
}

/// A Kitex client does not understand that a server stops, and opens streams as before.
#[tokio::test(start_paused = true)]
async fn s84_a_stopping_server_serves_new_streams_until_it_refuses_them() {
    let (mut peer, serving, stop) = stoppable();
    peer.open(1).await;
    peer.data(1, b"before").await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_data(1).await;
    stop.send(()).unwrap();
    expect_goaway(&mut peer).await;

    peer.open(2).await;
    peer.data(2, b"served").await;
    peer.expect(FrameKind::Header, 2).await;
    assert_eq!(peer.expect_data(2).await, "served");
    tokio::time::sleep(REFUSES_AFTER + Duration::from_secs(1)).await;

    peer.open(3).await;
    peer.expect(FrameKind::Header, 3).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 3).await;
    assert_eq!(type_id, 12_006);
    assert_eq!(
        text,
        "the server is stopping and has not begun this stream: open it again, on another connection"
    );
    for sid in [1, 2] {
        peer.trailer(sid).await;
        peer.expect_empty_trailer(sid).await;
    }
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

/// The stream was handed out, so that the client cannot make it again by itself; but its user may.
#[tokio::test(start_paused = true)]
async fn s84_a_refused_stream_says_that_it_may_be_opened_again() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let text = "the server is stopping and has not begun this stream: open it again, on another connection";
    peer.exception(FrameKind::Trailer, sid, 12_006, text).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.kitex_code(), Some(12_006));
    assert!(error.is_retryable(), "{error}");

    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.exception(FrameKind::Trailer, sid, 12_006, "another text")
        .await;
    let error = stream.recv().await.unwrap_err();
    assert!(!error.is_retryable(), "{error}");
}

/// A client that was told opens its next stream on another connection, and closes the first one behind its
/// last stream.
#[tokio::test(start_paused = true)]
async fn s84_a_client_leaves_a_connection_whose_server_stops() {
    let mut script = Script::new();
    let (_first, mut peer, sid) = script.open().await;
    peer.send_goaway().await;
    tokio::task::yield_now().await;
    let (_second, mut other, _) = script.open().await;
    peer.exception(FrameKind::Trailer, sid, 6, "biz error: over")
        .await;
    peer.expect_empty_trailer(sid).await;
    assert_eq!(peer.next().await, None, "the client closes it");
    other.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s84_the_deadline_of_a_stop_cancels_what_still_runs() {
    let (reasons, mut ended) = unbounded_channel();
    let (mut peer, serving) = serve_peer(handler(move |call: Call| {
        let reasons = reasons.clone();
        async move {
            reasons.send(call.cancellation.cancelled().await).unwrap();
            Ok(())
        }
    }));
    peer.open(1).await;
    tokio::task::yield_now().await;
    serving.abort();
    assert_eq!(ended.recv().await.unwrap().kitex_code(), Some(12_013));
    assert_eq!(peer.next().await, None);
}

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
