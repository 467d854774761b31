//! A cancel reaches the streams that a handler has opened (checklist 71 to 73).

use streamgen_runtime::Error;
use streamgen_runtime::unstable::Cancellation;
use streamgen_runtime::unstable::client::StreamWire;
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::ttheader::frame::{FrameKind, str_key};
use tokio::sync::mpsc::unbounded_channel;

use crate::conn_support::{self, Call, Script, Stream, handler, request, serve_peer, strings};

/// A node B between A (the scripted peer) and C (another one): its handler opens a stream to C.
async fn cascade() -> (conn_support::Peer, conn_support::Peer, i32, Stream) {
    let mut script = Script::new();
    let connector = std::sync::Arc::clone(&script.connector);
    let (children, mut opened) = unbounded_channel();
    let (mut a, _serving) = serve_peer(handler(move |call: Call| {
        let (connector, children) = (std::sync::Arc::clone(&connector), children.clone());
        async move {
            let mut downstream = request();
            downstream.caller = "B".into();
            downstream.parent = Some(call.cancellation.clone());
            let address = Endpoint::from(std::net::SocketAddr::from(([127, 0, 0, 1], 1)));
            let child = connector.open((&address).into(), &downstream).await?;
            let child = Stream::new(child);
            children.send(child).unwrap();
            call.stream.recv().await.map(drop)
        }
    }));
    a.open(1).await;
    let child = opened.recv().await.unwrap();
    let mut c = script.peer().await;
    let sid = c.expect_open().await;
    (a, c, sid, child)
}

#[tokio::test(start_paused = true)]
async fn s71_a_cancel_cascades_with_type_text_and_path() {
    let (mut a, mut c, sid, child) = cascade().await;
    let mut payload = bytes::BytesMut::new();
    let exception = streamgen_runtime::ApplicationException::new(12_007, "A gave up");
    streamgen_runtime::unstable::ttheader::frame::encode_exception(
        &exception,
        "Bidi",
        1,
        &mut payload,
    );
    a.send(FrameKind::Rst, 1, &[("ttscp", "A")], &payload).await;

    let rst = c.expect(FrameKind::Rst, sid).await;
    assert_eq!(strings(&rst).get(str_key::CANCEL_PATH), Some("A,B"));
    let exception =
        streamgen_runtime::unstable::ttheader::frame::decode_exception(&rst.payload).unwrap();
    assert_eq!(
        (exception.type_id, &*exception.message),
        (12_007, "A gave up")
    );
    c.expect_empty_trailer(sid).await;
    assert_eq!(child.recv().await.unwrap_err().message(), "A gave up");
}

#[tokio::test(start_paused = true)]
async fn s72_a_returning_handler_cancels_its_children_with_12012() {
    let (mut a, mut c, sid, _child) = cascade().await;
    a.trailer(1).await; // the handler returns
    let rst = c.expect(FrameKind::Rst, sid).await;
    assert_eq!(strings(&rst).get(str_key::CANCEL_PATH), Some("B"));
    let exception =
        streamgen_runtime::unstable::ttheader::frame::decode_exception(&rst.payload).unwrap();
    assert_eq!(exception.type_id, 12_012);
    assert_eq!(exception.message, "canceled by business handler returning");
}

#[tokio::test(start_paused = true)]
async fn s72_a_lost_connection_cascades_as_12013() {
    let (a, mut c, sid, _child) = cascade().await;
    drop(a);
    assert_eq!(c.expect_exception(FrameKind::Rst, sid).await.0, 12_013);
}

#[tokio::test(start_paused = true)]
async fn s73_a_parent_of_another_wire_is_12011_with_a_path_that_says_so() {
    let mut script = Script::new();
    let parent = Cancellation::new();
    let mut child = request();
    child.parent = Some(parent.clone());
    let (stream, mut peer, header) = script.open_with(child).await;
    parent.cancel(Error::application("grpc handler gone"));
    let rst = peer.expect(FrameKind::Rst, header.sid).await;
    assert_eq!(
        strings(&rst).get(str_key::CANCEL_PATH),
        Some("non-ttstream path,A")
    );
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kitex_code(), error.message()),
        (Some(12_011), "grpc handler gone")
    );
}
