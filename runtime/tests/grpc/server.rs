//! What a gRPC server sends, byte by byte where it matters (checklist G of grpc-and-pingpong.md).

use crate::grpc_support;
use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use grpc_support::{RawClient, framed, read_all, read_data, reset_of, text};
use h2::Reason;
use rpc_support::{Msg, Peer, PeerServer, Running, msg, start, start_peer};
use streamgen_runtime::codec::Encode;
use streamgen_runtime::{Code, Error, GrpcLimits, Server};
use tokio::sync::mpsc;
use tokio::time::timeout;

const BIDI: &str = "/rpc.Peer/Bidi";
/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);

async fn peer() -> (Running, mpsc::UnboundedReceiver<Error>, RawClient) {
    let (server, ended) = start_peer(Peer::default()).await;
    let client = RawClient::connect(server.address).await;
    (server, ended, client)
}

#[tokio::test]
async fn g7_any_package_finds_the_service() {
    let (_server, _, client) = peer().await;
    for path in ["/Peer/Bidi", "/x.Peer/Bidi", "/x.y.Peer/Bidi"] {
        let (response, mut send) = client.call(path).await;
        send.send_data(framed(&[&msg("m")]), true).unwrap();
        let (data, trailers) = read_all(response.await.unwrap().into_body()).await.unwrap();
        assert_eq!(data, framed(&[&msg("m")]), "{path}");
        assert_eq!(text(&trailers.unwrap(), "grpc-status").unwrap(), "0");
    }
}

#[tokio::test]
async fn g8_g9_g10_what_is_not_there_is_named_with_kitex_numbers() {
    let (_server, _, client) = peer().await;
    let cases = [
        ("/rpc.Nobody/Bidi", "20", "unknown service Nobody"),
        ("/rpc.Peer/Missing", "1", "unknown method Missing"),
        ("/Bidi", "13", "malformed method name, method=\"/Bidi\""),
    ];
    for (path, status, message) in cases {
        let (response, _send) = client.call(path).await;
        let response = response.await.unwrap();
        assert_eq!(text(response.headers(), "grpc-status").unwrap(), status);
        assert_eq!(text(response.headers(), "grpc-message").unwrap(), message);
    }
}

#[tokio::test]
async fn g13_the_thrift_subtype_may_stand_behind_a_semicolon() {
    let (_server, _, client) = peer().await;
    let headers = [("content-type", "application/grpc;thrift")];
    let (response, mut send) = client.call_with(BIDI, &headers).await;
    send.send_data(framed(&[&msg("m")]), true).unwrap();
    let response = response.await.unwrap();
    assert_eq!(
        text(response.headers(), "content-type").unwrap(),
        grpc_support::THRIFT
    );
}

#[tokio::test]
async fn g15_a_thrift_method_called_with_protobuf_is_13() {
    let (_server, _, client) = peer().await;
    let headers = [("content-type", "application/grpc")];
    let (response, _send) = client.call_with(BIDI, &headers).await;
    let response = response.await.unwrap();
    assert_eq!(text(response.headers(), "grpc-status").unwrap(), "13");
    assert_eq!(
        text(response.headers(), "grpc-message").unwrap(),
        "grpc invalid payload"
    );
}

#[tokio::test]
async fn g14_what_is_no_grpc_is_reset_with_2_and_without_headers() {
    let (_server, _, client) = peer().await;
    for headers in [&[("content-type", "text/plain")][..], &[]] {
        let (response, _send) = client.call_with(BIDI, headers).await;
        let error = response.await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::INTERNAL_ERROR));
    }
}

#[tokio::test]
async fn g26_g27_messages_may_be_cut_and_packed_in_any_way() {
    let (_server, _, client) = peer().await;
    let bytes = framed(&[&msg("one"), &msg("two"), &msg("three")]);
    for size in [1, 3, 4, 7, bytes.len()] {
        let (response, mut send) = client.call(BIDI).await;
        for chunk in bytes.chunks(size) {
            send.send_data(Bytes::copy_from_slice(chunk), false)
                .unwrap();
        }
        send.send_data(Bytes::new(), true).unwrap();
        let (data, _) = read_all(response.await.unwrap().into_body()).await.unwrap();
        assert_eq!(data, bytes, "chunks of {size}");
    }
}

#[tokio::test]
async fn g28_a_message_over_the_limit_ends_its_call_with_8_and_nothing_else() {
    let mut limits = GrpcLimits::default();
    limits.max_message = 1000;
    let service = PeerServer::from(Arc::new(Peer::default()));
    let server = start(Server::builder().grpc_limits(limits).add_service(service)).await;
    let client = RawClient::connect(server.address).await;

    let (response, mut send) = client.call(BIDI).await;
    // The length is claimed, and not one byte of it has to be there.
    send.send_data(Bytes::from_static(&[0, 0, 0, 3, 0xe9]), false)
        .unwrap();
    let response = response.await.unwrap();
    assert_eq!(text(response.headers(), "grpc-status").unwrap(), "8");

    let (response, mut send) = client.call("/rpc.Peer/Echo").await;
    send.send_data(Bytes::from_static(&[0, 0xff, 0xff, 0xff, 0xff]), false)
        .unwrap();
    let response = response.await.unwrap();
    assert_eq!(text(response.headers(), "grpc-status").unwrap(), "8");

    let (response, mut send) = client.call(BIDI).await;
    send.send_data(framed(&[&msg("m")]), true).unwrap();
    assert!(read_all(response.await.unwrap().into_body()).await.is_ok());
}

#[tokio::test]
async fn g32_trailers_hold_status_and_message_also_when_all_is_well() {
    let (_server, _, client) = peer().await;
    let (response, mut send) = client.call(BIDI).await;
    send.send_data(framed(&[&msg("m")]), true).unwrap();
    let response = response.await.unwrap();
    assert_eq!(
        text(response.headers(), "content-type").unwrap(),
        grpc_support::THRIFT
    );
    let (_, trailers) = read_all(response.into_body()).await.unwrap();
    let trailers = trailers.unwrap();
    assert_eq!(text(&trailers, "grpc-status").unwrap(), "0");
    assert_eq!(text(&trailers, "grpc-message").unwrap(), "");
}

/// Calls a handler that does as `what` says.
async fn told(
    client: &RawClient,
    path: &str,
    what: &str,
) -> (h2::client::ResponseFuture, h2::SendStream<Bytes>) {
    let headers = [
        ("content-type", grpc_support::THRIFT),
        ("rpc-transit-do", what),
    ];
    client.call_with(path, &headers).await
}

#[tokio::test]
async fn g33_an_error_before_any_header_is_headers_and_trailers_in_one() {
    let (_server, _, client) = peer().await;
    let (response, _send) = told(&client, BIDI, "err").await;
    let response = response.await.unwrap();
    assert!(response.body().is_end_stream());
    assert_eq!(response.status(), 200);
    assert_eq!(
        text(response.headers(), "content-type").unwrap(),
        grpc_support::THRIFT
    );
    assert_eq!(text(response.headers(), "grpc-status").unwrap(), "13");
}

#[tokio::test]
async fn g34_headers_that_were_set_come_in_front_of_the_trailers() {
    let (_server, _, client) = peer().await;
    let (response, mut send) = told(&client, BIDI, "header").await;
    let response = response.await.unwrap();
    assert_eq!(text(response.headers(), "set").unwrap(), "h1");
    assert_eq!(text(response.headers(), "sent").unwrap(), "h2");
    send.send_data(Bytes::new(), true).unwrap();
    let (_, trailers) = read_all(response.into_body()).await.unwrap();
    assert_eq!(text(&trailers.unwrap(), "trailer").unwrap(), "t1");
}

#[tokio::test]
async fn g35_a_handler_that_ends_first_sends_trailers_and_then_resets_with_0() {
    let (_server, _, client) = peer().await;
    let (response, mut send) = told(&client, BIDI, "err").await;
    response.await.unwrap();
    assert_eq!(reset_of(&mut send).await, Reason::NO_ERROR);
}

#[tokio::test]
async fn g52_at_the_deadline_the_handler_is_cancelled_and_the_status_is_4() {
    let (_server, mut ended, client) = peer().await;
    let headers = [
        ("content-type", grpc_support::THRIFT),
        ("rpc-transit-do", "hold"),
        // Time enough for the handler to begin, on a busy machine too.
        ("grpc-timeout", "2S"),
    ];
    let mut calls = Vec::new();
    for path in [BIDI, "/rpc.Peer/Echo"] {
        let (response, mut send) = client.call_with(path, &headers).await;
        send.send_data(framed(&[&Args(msg("m"))]), false).unwrap();
        calls.push((path, response, send));
    }
    for (path, response, _send) in calls {
        let response = response.await.unwrap();
        assert_eq!(
            text(response.headers(), "grpc-status").unwrap(),
            "4",
            "{path}"
        );
        let ended = timeout(LONG, ended.recv()).await;
        let reason = ended.expect("a handler was cancelled").unwrap();
        assert!(reason.is_timeout(), "{path}: {reason}");
    }
}

/// The Args struct of `Echo`.
struct Args(Msg);

impl Encode for Args {
    fn encoded_len(&self) -> usize {
        3 + self.0.encoded_len() + 1
    }

    fn encode(&self, w: &mut streamgen_runtime::codec::Writer<'_>) {
        w.put(&[12, 0, 1]);
        self.0.encode(w);
        w.put(&[0]);
    }
}

#[tokio::test]
async fn g53_a_clients_reset_cancels_the_handler_even_if_it_does_not_read() {
    let (peer, mut begun) = Peer::default().watched();
    let (server, mut ended) = start_peer(peer).await;
    let client = RawClient::connect(server.address).await;
    for path in [BIDI, "/rpc.Peer/Echo"] {
        let (_response, mut send) = told(&client, path, "hold").await;
        send.send_data(framed(&[&Args(msg("m"))]), false).unwrap();
        begun.recv().await.unwrap();
        send.send_reset(Reason::CANCEL);
        let reason = ended.recv().await.unwrap();
        assert!(reason.is_canceled(), "{path}: {reason}");
        assert_eq!(reason.grpc_code(), Some(Code::CANCELED));
    }
}

#[tokio::test]
async fn a_lost_connection_cancels_its_handlers() {
    let (peer, mut begun) = Peer::default().watched();
    let (server, mut ended) = start_peer(peer).await;
    let client = RawClient::connect(server.address).await;
    let mut calls = Vec::new();
    for path in [BIDI, "/rpc.Peer/Echo"] {
        let (response, mut send) = told(&client, path, "hold").await;
        send.send_data(framed(&[&Args(msg("m"))]), false).unwrap();
        calls.push((response, send));
        begun.recv().await.unwrap();
    }
    client.connection.abort();
    for _ in 0..2 {
        ended.recv().await.unwrap();
    }
}

#[tokio::test]
async fn g58_g59_a_stopping_server_lets_streams_finish_and_then_resets_them_with_1000() {
    let service = PeerServer::from(Arc::new(Peer::default()));
    // Time enough for the stream that finishes, on a busy machine too.
    let builder = Server::builder().exit_wait(Duration::from_secs(2));
    let mut server = start(builder.add_service(service)).await;
    let client = RawClient::connect(server.address).await;
    let (finishing, mut finish) = client.call(BIDI).await;
    let (_held, mut hold) = client.call(BIDI).await;
    finish.send_data(framed(&[&msg("m")]), false).unwrap();
    let mut body = finishing.await.unwrap().into_body();
    read_data(&mut body).await;

    server.stop.take().unwrap().send(()).unwrap();
    // A connection with a GOAWAY takes no new streams.
    while client.sender.clone().ready().await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    finish.send_data(framed(&[&msg("n")]), true).unwrap();
    let (data, trailers) = read_all(body).await.unwrap();
    assert_eq!(data, framed(&[&msg("n")]));
    assert_eq!(text(&trailers.unwrap(), "grpc-status").unwrap(), "0");

    assert_eq!(reset_of(&mut hold).await, Reason::from(1000));
    client.connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn g66_ready_messages_share_data_frames() {
    let (_server, _, client) = peer().await;
    let request = Msg {
        seq: 1000,
        text: "x".repeat(48).into(),
    };
    let (response, mut send) = client.call("/rpc.Peer/Count").await;
    send.send_data(framed(&[&request]), true).unwrap();
    let mut body = response.await.unwrap().into_body();
    let mut frames = 0;
    while let Some(chunk) = body.data().await {
        let chunk = chunk.unwrap();
        assert!(chunk.len() <= 16 * 1024);
        body.flow_control().release_capacity(chunk.len()).unwrap();
        frames += 1;
    }
    assert!(frames < 100, "{frames} frames for 1000 messages");
}

#[tokio::test]
async fn g68_streams_that_are_opened_and_reset_at_once_do_no_harm() {
    let (_server, _, client) = peer().await;
    for _ in 0..30 {
        let (_response, mut send) = client.call(BIDI).await;
        send.send_reset(Reason::CANCEL);
    }
    let (response, mut send) = client.call(BIDI).await;
    send.send_data(framed(&[&msg("m")]), true).unwrap();
    assert!(read_all(response.await.unwrap().into_body()).await.is_ok());
}
