//! Opening streams (checklist 20 to 26).

use crate::conn_support;

use conn_support::{Call, Script, Stream, dispatch, handler, info, request, serve_peer, strings};
use streamgen_runtime::ApplicationException;
use streamgen_runtime::unstable::ServerRaw;
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, str_key};
use tokio::sync::mpsc::unbounded_channel;

#[tokio::test(start_paused = true)]
async fn s20_header_is_written_at_open_without_a_send() {
    let mut script = Script::new();
    let (_stream, mut peer, header) = script.open_with(request()).await;
    assert_eq!(strings(&header).get(str_key::SERVICE), Some("EchoSvc"));
    assert_eq!(info(&header).method, "Bidi");
    assert_eq!(header.payload, "");
    peer.expect_silence().await;
}

#[tokio::test(start_paused = true)]
async fn s21_ids_are_not_0_and_differ_on_a_connection() {
    let mut script = Script::new();
    let mut streams = Vec::new();
    for _ in 0..100 {
        streams.push(script.request(request()).await);
    }
    let mut sids = std::collections::HashSet::new();
    let mut peer = script.peer().await;
    for _ in 0..100 {
        let sid = peer.expect_open().await;
        assert_ne!(sid, 0);
        assert!(sids.insert(sid), "sid {sid} twice");
    }
    assert!(!script.has_dialled());
}

#[tokio::test(start_paused = true)]
async fn s22_a_header_has_no_int_keys_but_9_and_27() {
    let mut script = Script::new();
    let (_stream, _peer, header) = script.open_with(request()).await;
    let mut keys: Vec<u16> = info(&header).ints.iter().map(|(key, _)| *key).collect();
    keys.sort_unstable();
    assert_eq!(keys, [9, 27]);

    let mut call = request();
    call.metainfo.insert("RPC_TRANSIT_k", "v");
    let mut script = Script::new();
    let (_stream, _peer, header) = script.open_with(call).await;
    assert_eq!(strings(&header).get("RPC_TRANSIT_k"), Some("v"));
}

#[tokio::test(start_paused = true)]
async fn s18_an_oversized_header_string_fails_its_own_stream_with_no_bytes_written() {
    let mut script = Script::new();
    let (stream, mut peer, sid) = script.open().await;
    let mut too_long = request();
    too_long.metainfo.insert("k", "v".repeat(65_536));
    let failed = script.try_request(too_long).await;
    assert_eq!(failed.err().unwrap().kitex_code(), Some(12_004));
    stream.send("still here").await.unwrap();
    assert_eq!(peer.expect_data(sid).await, "still here");
}

#[tokio::test(start_paused = true)]
async fn s23_the_handler_starts_on_header() {
    let (started, mut starts) = unbounded_channel();
    let (mut peer, _serving) = serve_peer(handler(move |call: Call| {
        started.send(call.incoming.clone()).unwrap();
        async move { call.stream.recv().await.map(drop) }
    }));
    peer.send(
        FrameKind::Header,
        7,
        &[("isn", "EchoSvc"), ("RPC_PERSIST_k", "v")],
        &[],
    )
    .await;

    let incoming = starts.recv().await.unwrap();
    assert_eq!((&*incoming.service, &*incoming.method), ("EchoSvc", "Bidi"));
    assert_eq!(incoming.metadata.get("RPC_PERSIST_k"), Some("v"));
    assert_eq!(incoming.abilities.wire, "TTHeaderStreaming");
    assert_eq!(incoming.timeout, None);
}

#[tokio::test(start_paused = true)]
async fn s25_an_unknown_method_is_answered_and_the_connection_goes_on() {
    let (mut peer, _serving) = serve_peer(dispatch(
        |incoming| match &*incoming.method {
            "Bidi" => Ok(()),
            other => {
                let text = format!("unknown method {other}");
                Err(ApplicationException::new(1, text))
            }
        },
        |call| Box::pin(echo_all(call.stream)),
    ));
    peer.method = "Nope";
    peer.open(1).await;
    peer.expect(FrameKind::Header, 1).await;
    let exception = peer.expect_exception(FrameKind::Trailer, 1).await;
    assert_eq!(exception, (1, "unknown method Nope".to_owned()));

    peer.method = "Bidi";
    peer.open(2).await;
    peer.data(2, b"hello").await;
    peer.expect(FrameKind::Header, 2).await;
    assert_eq!(peer.expect_data(2).await, "hello");
}

async fn echo_all(stream: Stream<dyn ServerRaw>) -> streamgen_runtime::Result<()> {
    while let Some(message) = stream.recv().await? {
        stream.send(message).await?;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn more_streams_than_allowed_are_refused_one_by_one() {
    let mut limits = streamgen_runtime::unstable::ttheader::Limits::default();
    limits.max_streams = 1;
    let (mut peer, _serving) = conn_support::serve_peer_with(conn_support::echo(), limits);
    peer.open(1).await;
    peer.open(2).await;
    peer.expect(FrameKind::Header, 2).await;
    let (type_id, text) = peer.expect_exception(FrameKind::Trailer, 2).await;
    assert_eq!(
        (type_id, &*text),
        (6, "connection has 1 running streams already")
    );

    peer.trailer(1).await;
    peer.expect(FrameKind::Header, 1).await;
    peer.expect_empty_trailer(1).await;
    peer.open(3).await;
    peer.data(3, b"x").await;
    peer.expect(FrameKind::Header, 3).await;
    assert_eq!(peer.expect_data(3).await, "x");
}
