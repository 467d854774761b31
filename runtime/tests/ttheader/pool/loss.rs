//! A connection is lost (checklist 76, 77, 80, 81).

use bytes::BytesMut;
use streamgen_runtime::ErrorKind;
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;

use crate::conn_support::{Call, Peer, Script, connector, echo, handler, open, request, serve};
use crate::reserved::reserved;

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
