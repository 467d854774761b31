//! Header and trailer maps (checklist 33 to 40).

use crate::conn_support;

use conn_support::{Call, Script, connector, handler, open, serve, serve_peer, strings};
use streamgen_runtime::unstable::ttheader::frame::FrameKind;
use streamgen_runtime::{Error, Metadata};

fn pairs(pairs: &[(&'static str, &'static str)]) -> Metadata {
    pairs.iter().copied().collect()
}

#[tokio::test(start_paused = true)]
async fn s33_header_comes_once_before_the_first_data() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        call.stream.send("1").await?;
        call.stream.send("2").await
    }));
    peer.open(1).await;
    let header = peer.expect(FrameKind::Header, 1).await;
    assert!(strings(&header).is_empty());
    assert_eq!(peer.expect_data(1).await, "1");
    assert_eq!(peer.expect_data(1).await, "2");
    peer.expect_empty_trailer(1).await;
}

#[tokio::test(start_paused = true)]
async fn s33_header_comes_before_a_trailer_without_data() {
    let (mut peer, _serving) = serve_peer(handler(|_: Call| async { Ok(()) }));
    peer.open(1).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
}

#[tokio::test(start_paused = true)]
async fn s34_set_header_merges_and_nothing_can_be_set_once_it_is_sent() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        let raw = &call.stream.raw;
        raw.set_header(pairs(&[("a", "1"), ("b", "1")]))?;
        raw.send_header(pairs(&[("b", "2")]))?;
        let again = raw.send_header(Metadata::new()).unwrap_err();
        let late = raw.set_header(Metadata::new()).unwrap_err();
        Err(Error::application(format!("{again}; {late}")))
    }));
    peer.open(1).await;
    let header = peer.expect(FrameKind::Header, 1).await;
    assert_eq!(strings(&header).get("a"), Some("1"));
    assert_eq!(strings(&header).get("b"), Some("2"));
    let (_, text) = peer.expect_exception(FrameKind::Trailer, 1).await;
    assert_eq!(
        text,
        "biz error: stream header already sent; stream header already sent"
    );
}

#[tokio::test(start_paused = true)]
async fn a_header_is_not_delayed_until_the_first_message() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        call.stream.raw.send_header(pairs(&[("k", "v")]))?;
        call.stream.recv().await.map(drop)
    }));
    peer.open(1).await;
    let header = peer.expect(FrameKind::Header, 1).await;
    assert_eq!(strings(&header).get("k"), Some("v"));
}

#[tokio::test(start_paused = true)]
async fn s35_the_trailer_is_the_last_frame_of_a_stream() {
    let (mut peer, _serving) = serve_peer(handler(|call: Call| async move {
        let late = call.stream.clone();
        tokio::spawn(async move {
            call.cancellation.cancelled().await;
            let error = late.send("late").await.unwrap_err();
            assert_eq!(error.kitex_code(), Some(12_012));
            assert_eq!(late.recv().await.unwrap_err().kitex_code(), Some(12_012));
        });
        call.stream.send("1").await
    }));
    peer.open(1).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_data(1).await;
    peer.expect_empty_trailer(1).await;
    peer.expect_silence().await;
}

#[tokio::test]
async fn s36_header_and_trailer_pairs_arrive_unchanged() {
    let address = serve(handler(|call: Call| async move {
        call.stream
            .raw
            .set_header(pairs(&[("Key", "value"), ("empty", "")]))?;
        call.stream.raw.set_trailer(pairs(&[("t", "ü")]))?;
        Ok(())
    }))
    .await;
    let connector = connector();
    let stream = open(&connector, address).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            stream.header().await.unwrap(),
            pairs(&[("Key", "value"), ("empty", "")])
        );
        assert_eq!(stream.trailer().await.unwrap(), pairs(&[("t", "ü")]));
    }
}

#[tokio::test(start_paused = true)]
async fn s37_a_stream_without_header_is_accepted() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.data(sid, b"x").await;
    peer.trailer(sid).await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "x");
    assert_eq!(stream.recv().await.unwrap(), None);
    assert!(stream.header().await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn s38_a_second_header_fails_the_connection_of_the_client() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let other = script.request(conn_support::request()).await;
    peer.expect_open().await;
    peer.send(FrameKind::Header, sid, &[], &[]).await;
    peer.send(FrameKind::Header, sid, &[], &[]).await;
    assert_eq!(stream.recv().await.unwrap_err().kitex_code(), Some(12_002));
    assert_eq!(other.recv().await.unwrap_err().kitex_code(), Some(12_002));
    assert_eq!(peer.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn s38_a_second_header_for_a_live_id_fails_the_connection_of_the_server() {
    let (mut peer, serving) = serve_peer(conn_support::echo());
    peer.open(1).await;
    peer.open(1).await;
    assert_eq!(peer.next().await, None);
    serving.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn s39_meta_is_ignored() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    peer.send(FrameKind::Meta, sid, &[("rip", "10.0.0.1:80")], &[])
        .await;
    peer.data(sid, b"x").await;
    assert_eq!(stream.recv().await.unwrap().unwrap(), "x");
}

#[tokio::test(start_paused = true)]
async fn s40_the_server_ignores_meta() {
    let (mut peer, _serving) = serve_peer(conn_support::echo());
    peer.open(1).await;
    peer.send(FrameKind::Meta, 1, &[("rip", "10.0.0.1:80")], &[])
        .await;
    peer.data(1, b"x").await;
    peer.expect(FrameKind::Header, 1).await;
    assert_eq!(peer.expect_data(1).await, "x");
}
