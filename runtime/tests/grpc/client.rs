//! What a gRPC client sends, and what it makes of a server's answers (checklist G of
//! grpc-and-pingpong.md).

use crate::grpc_support;
use crate::rpc_support;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use grpc_support::wire::Wire;
use grpc_support::{RawServer, THRIFT, framed, headers, read_all, read_data, text, trailers};
use h2::Reason;
use h2::server::SendResponse;
use http::Response;
use rpc_support::{PeerClient, msg};
use streamgen_runtime::{Code, ErrorKind, GrpcLimits, Transport};
use tokio::net::TcpListener;
use tokio::time::timeout;

fn client(address: SocketAddr) -> PeerClient {
    let builder = PeerClient::builder("dest.svc").address(address.to_string());
    builder.transport(Transport::Grpc).build().unwrap()
}

async fn listen() -> (TcpListener, PeerClient) {
    let (listener, address) = RawServer::listen().await;
    (listener, client(address))
}

#[tokio::test]
async fn g5_g12_a_call_names_its_path_its_content_type_and_its_destination() {
    let (listener, client) = listen().await;
    let (mut server, _stream) = RawServer::meet(&listener, client.bidi()).await;
    let (request, _respond) = server.next().await;
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().path(), "/rpc.Peer/Bidi");
    assert_eq!(request.uri().authority().unwrap(), "dest.svc");
    assert_eq!(text(request.headers(), "content-type").unwrap(), THRIFT);
    assert_eq!(text(request.headers(), "te").unwrap(), "trailers");
    assert!(request.headers().contains_key("user-agent"));
    assert!(!request.headers().contains_key("grpc-timeout"));
}

#[tokio::test]
async fn g31_unary_ends_with_its_message_and_a_stream_with_an_empty_frame() {
    let (listener, client) = listen().await;
    let call = tokio::spawn(client.hello("m".into()).into_future());
    let mut server = RawServer::accept(&listener).await;
    let (request, _respond) = server.next().await;
    let mut body = request.into_body();
    tokio::select! {
        frame = read_data(&mut body) => assert!(!frame.is_empty() && body.is_end_stream()),
        _ = server.next() => unreachable!("there is one call"),
    }
    call.abort();

    let mut stream = client.bidi().await.unwrap();
    let (request, _respond) = server.next().await;
    stream.send(msg("m")).await.unwrap();
    stream.close_send().await.unwrap();
    let mut body = request.into_body();
    let _running = server.run();
    assert_eq!(read_data(&mut body).await, framed(&[&msg("m")]));
    assert!(read_data(&mut body).await.is_empty() && body.is_end_stream());
}

/// How a server answers a call.
type Answer = fn(SendResponse<Bytes>);

/// What a unary call and a stream's `recv` fail with, when both are answered by `answer`.
async fn errors_of(answer: Answer) -> [streamgen_runtime::Error; 2] {
    let (listener, client) = listen().await;
    let serving = tokio::spawn(async move {
        let mut server = RawServer::accept(&listener).await;
        for _ in 0..2 {
            let (_, respond) = server.next().await;
            answer(respond);
        }
        server.run().await.unwrap();
    });
    let unary = client.hello("m".into()).await.unwrap_err();
    let mut stream = client.bidi().await.unwrap();
    let error = stream.recv().await.unwrap_err();
    serving.abort();
    [unary, error]
}

fn html(respond: &mut SendResponse<Bytes>, status: u16) {
    let response = Response::builder()
        .status(status)
        .header("content-type", "text/html");
    let _ = respond.send_response(response.body(()).unwrap(), true);
}

#[tokio::test]
async fn g17_answers_that_are_no_grpc_become_statuses() {
    let cases: [(Answer, i32); 5] = [
        (|mut respond| html(&mut respond, 503), 14),
        (|mut respond| html(&mut respond, 404), 12),
        (|mut respond| html(&mut respond, 401), 16),
        (|mut respond| html(&mut respond, 403), 7),
        (|mut respond| html(&mut respond, 418), 2),
    ];
    for (answer, code) in cases {
        for error in errors_of(answer).await {
            assert_eq!(error.grpc_code(), Some(code.into()), "{error}");
        }
    }
}

#[tokio::test]
async fn g37_an_end_without_trailers_is_13() {
    for error in errors_of(|mut respond| {
        let mut send = respond.send_response(headers(), false).unwrap();
        send.send_data(Bytes::new(), true).unwrap();
    })
    .await
    {
        assert_eq!(error.grpc_code(), Some(Code::INTERNAL));
        assert_eq!(
            error.message(),
            "server closed the stream without sending trailers"
        );
    }
}

#[tokio::test]
async fn g38_a_second_response_where_there_can_be_one_is_an_error() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    let unary = tokio::spawn(client.hello("m".into()).into_future());
    let stream = client.collect().await.unwrap();
    for _ in 0..2 {
        let (_, mut respond) = server.next().await;
        let mut send = respond.send_response(headers(), false).unwrap();
        let messages = framed(&[&msg("a"), &msg("b")]);
        send.send_data(messages, false).unwrap();
        let status = trailers(&[("grpc-status", "0")]);
        send.send_trailers(status).unwrap();
    }
    assert_eq!(
        unary.await.unwrap().unwrap_err().grpc_code(),
        Some(Code::INTERNAL)
    );
    assert_eq!(
        stream.close_and_recv().await.unwrap_err().grpc_code(),
        Some(Code::INTERNAL)
    );
}

#[tokio::test]
async fn g40_status_numbers_arrive_as_they_were_sent() {
    let cases: [(Answer, i32); 4] = [
        (|respond| fail(respond, "17"), 17),
        (|respond| fail(respond, "20"), 20),
        (|respond| fail(respond, "21"), 21),
        (|respond| fail(respond, "99"), 99),
    ];
    for (answer, code) in cases {
        for error in errors_of(answer).await {
            assert_eq!(
                (error.grpc_code(), error.message()),
                (Some(code.into()), "so be it")
            );
        }
    }
}

fn fail(mut respond: SendResponse<Bytes>, status: &'static str) {
    let mut send = respond.send_response(headers(), false).unwrap();
    let pairs = [("grpc-status", status), ("grpc-message", "so be it")];
    send.send_trailers(trailers(&pairs)).unwrap();
}

#[tokio::test]
async fn g57_resets_become_statuses() {
    let cases: [(Answer, i32); 5] = [
        (|mut respond| respond.send_reset(Reason::CANCEL), 1),
        (|mut respond| respond.send_reset(Reason::from(1000)), 14),
        (|mut respond| respond.send_reset(Reason::REFUSED_STREAM), 14),
        (
            |mut respond| respond.send_reset(Reason::ENHANCE_YOUR_CALM),
            8,
        ),
        (
            |mut respond| respond.send_reset(Reason::INADEQUATE_SECURITY),
            7,
        ),
    ];
    for (answer, code) in cases {
        let [_, stream] = errors_of(answer).await;
        assert_eq!(stream.grpc_code(), Some(code.into()), "{stream}");
    }
}

#[tokio::test]
async fn g42_an_orderly_end_has_the_servers_trailer() {
    let (listener, client) = listen().await;
    let (mut server, mut stream) = RawServer::meet(&listener, client.bidi()).await;
    let (_request, mut respond) = server.next().await;
    let mut response = headers();
    response.headers_mut().insert("h", "1".parse().unwrap());
    let mut send = respond.send_response(response, false).unwrap();
    send.send_data(framed(&[&msg("m")]), false).unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0"), ("t", "2")]))
        .unwrap();
    drop(send);
    let _running = server.run();

    // The trailer is there although the message was not taken yet.
    assert_eq!(stream.trailer().await.unwrap().get("t"), Some("2"));
    assert_eq!(stream.header().await.unwrap().get("h"), Some("1"));
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn header_and_messages_may_be_waited_for_by_two_tasks() {
    let (listener, client) = listen().await;
    let (mut server, stream) = RawServer::meet(&listener, client.bidi()).await;
    let (_sender, mut receiver) = stream.split();
    let (_request, mut respond) = server.next().await;
    let _running = server.run();
    let waiting = tokio::spawn(async move {
        let message = receiver.recv().await.unwrap().unwrap();
        (message, receiver)
    });
    tokio::task::yield_now().await;
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_data(framed(&[&msg("m")]), false).unwrap();
    let (message, _receiver) = waiting.await.unwrap();
    assert_eq!(message.text, "m");
}

#[tokio::test]
async fn g36_a_stream_that_the_server_ended_sends_no_more_and_is_no_error_to_receive_from() {
    let (listener, client) = listen().await;
    let (mut server, mut stream) = RawServer::meet(&listener, client.bidi()).await;
    let (request, mut respond) = server.next().await;
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    let _running = server.run();
    assert_eq!(stream.recv().await.unwrap(), None);
    assert!(stream.send(msg("late")).await.is_err());
    let error = read_all(request.into_body()).await.unwrap_err();
    assert_eq!(error.reason(), Some(Reason::NO_ERROR));
}

#[tokio::test]
async fn g53_a_cancel_and_a_drop_reset_with_8() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    let mut cancelled = client.bidi().await.unwrap();
    let dropped = client.bidi().await.unwrap();
    let (first, _respond) = server.next().await;
    let (second, _respond) = server.next().await;
    cancelled.cancel_handle().cancel();
    let error = cancelled.recv().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Canceled, Some(Code::CANCELED))
    );
    drop(dropped);
    for request in [first, second] {
        let error = read_all(request.into_body()).await.unwrap_err();
        assert_eq!(error.reason(), Some(Reason::CANCEL));
    }
}

/// How long a call may take from one side to the other.
const ARRIVAL: Duration = Duration::from_secs(2);

/// Gives an attempt more and more time, until a call is sent before its time is over. On a busy machine
/// the first one may not be.
async fn with_enough_time<T>(mut attempt: impl AsyncFnMut(Duration) -> Option<T>) -> T {
    for limit in [500, 1000, 4000, 16_000].map(Duration::from_millis) {
        if let Some(arrived) = attempt(limit).await {
            return arrived;
        }
    }
    panic!("no call arrives");
}

#[tokio::test]
async fn g53_a_deadline_is_told_kept_and_reset_with_8() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    // There is a connection, so that the time is that of the calls alone.
    let _first = client.bidi().await.unwrap();
    server.next().await;
    let (mut stream, (request, _respond)) = with_enough_time(async |limit| {
        let stream = client.bidi().timeout(limit).await.ok()?;
        let arrived = timeout(ARRIVAL, server.next()).await.ok()?;
        Some((stream, arrived))
    })
    .await;
    assert!(request.headers().contains_key("grpc-timeout"));
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Timeout, Some(Code::DEADLINE_EXCEEDED))
    );
    let reset = read_all(request.into_body()).await.unwrap_err();
    assert_eq!(reset.reason(), Some(Reason::CANCEL));

    let (_request, mut respond) = with_enough_time(async |limit| {
        let error = client.hello("m".into()).timeout(limit).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.grpc_code()),
            (ErrorKind::Timeout, Some(Code::DEADLINE_EXCEEDED))
        );
        timeout(ARRIVAL, server.next()).await.ok()
    })
    .await;
    let reset = poll_fn(|cx| respond.poll_reset(cx)).await.unwrap();
    assert_eq!(reset, Reason::CANCEL);
}

#[tokio::test]
async fn g53_a_call_whose_deadline_has_passed_is_not_sent() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    // There is a connection on which calls could be sent at once.
    let _stream = client.bidi().await.unwrap();
    server.next().await;
    let unary = client.hello("m".into()).timeout(Duration::ZERO);
    assert_eq!(
        unary.await.unwrap_err().grpc_code(),
        Some(Code::DEADLINE_EXCEEDED)
    );
    let stream = client.bidi().timeout(Duration::ZERO);
    assert_eq!(
        stream.await.unwrap_err().grpc_code(),
        Some(Code::DEADLINE_EXCEEDED)
    );

    let _stream = client.bidi().await.unwrap();
    let (request, _respond) = server.next().await;
    assert!(!request.headers().contains_key("grpc-timeout"));
}

#[tokio::test]
async fn g54_a_recv_that_takes_too_long_is_17() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    let call = client.bidi().recv_timeout(Duration::from_millis(50));
    let mut stream = call.await.unwrap();
    let (_request, mut respond) = server.next().await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Timeout, Some(Code::RECV_DEADLINE_EXCEEDED))
    );
    let reset = poll_fn(|cx| respond.poll_reset(cx)).await.unwrap();
    assert_eq!(reset, Reason::CANCEL);
}

#[tokio::test]
async fn g60_after_a_goaway_calls_go_to_a_new_connection_and_old_streams_finish() {
    let (listener, client) = listen().await;
    let (mut server, mut stream) = RawServer::meet(&listener, client.bidi()).await;
    let (_request, mut respond) = server.next().await;
    server.connection.graceful_shutdown();
    let _old = server.run();
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_data(framed(&[&msg("m")]), false).unwrap();
    assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");

    let accepted = tokio::spawn(async move { RawServer::accept(&listener).await.next().await });
    // The GOAWAY takes two steps, with a ping in between: until it has arrived, streams go to the old connection.
    let mut others = Vec::new();
    let until = Instant::now() + Duration::from_secs(30);
    while !accepted.is_finished() {
        assert!(Instant::now() < until, "{} streams", others.len());
        others.push(client.bidi().await.unwrap());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    accepted.await.unwrap();

    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    assert_eq!(stream.recv().await.unwrap(), None);
}

#[tokio::test]
async fn g57_an_unprocessed_unary_call_is_made_once_more() {
    let (listener, client) = listen().await;
    let mut server = RawServer::accept_later(listener);
    let call = tokio::spawn(client.nothing("".into()).into_future());
    let (_, mut respond) = server.next().await;
    respond.send_reset(Reason::REFUSED_STREAM);
    let (_, mut respond) = server.next().await;
    let mut send = respond.send_response(headers(), false).unwrap();
    send.send_data(Bytes::from_static(&[0, 0, 0, 0, 1, 0]), false)
        .unwrap();
    send.send_trailers(trailers(&[("grpc-status", "0")]))
        .unwrap();
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_lost_connection_is_14_and_the_next_call_dials_again() {
    let (listener, client) = listen().await;
    let (server, mut stream) = RawServer::meet(&listener, client.bidi()).await;
    drop(server);
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Connection, Some(Code::UNAVAILABLE))
    );
    let (mut server, _again) = RawServer::meet(&listener, client.bidi()).await;
    server.next().await;
}

#[tokio::test]
async fn a_server_that_answers_no_pings_is_given_up() {
    let (listener, address) = RawServer::listen().await;
    let mut limits = GrpcLimits::default();
    limits.keepalive = Some(Duration::from_millis(300));
    limits.keepalive_timeout = Duration::from_millis(300);
    let builder = PeerClient::builder("dest.svc").address(address.to_string());
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    let client = builder.build().unwrap();
    // It says what it has to say first, and then nothing.
    let (_server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::UNAVAILABLE));
}
