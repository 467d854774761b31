//! Ends of a call that come at a time when nobody expects them.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, SendStream};
use http::Request;

use super::connection::Response;
use super::inbox::Inbox;
use super::telling::Telling;
use super::unary::{Failure, finish};
use crate::call::Deadline;
use crate::error::{Code, Side};
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::ledger::Ledger;
use crate::wire::grpc::output::Output;

/// The client's side of a call whose headers are sent, and which the server answers by `answer`.
async fn answered_by(answer: fn(SendResponse<Bytes>)) -> (Response, SendStream<Payload>) {
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let mut connection = h2::server::handshake(far).await.unwrap();
        let (request, respond) = connection.accept().await.unwrap().unwrap();
        answer(respond);
        // If the server is done and the client is not, h2 resets the stream here.
        drop(request);
        while connection.accept().await.is_some() {}
    });
    let client = h2::client::Builder::new();
    let (sender, connection) = client.handshake(near).await.unwrap();
    tokio::spawn(connection);
    let request = Request::post("http://dest.svc/a.B/C").body(()).unwrap();
    let mut sender = sender.ready().await.unwrap();
    let (response, send) = sender.send_request(request, false).unwrap();
    (
        Response::new(
            response,
            &Ledger::new(&GrpcLimits::default(), Side::Client, None),
        ),
        send,
    )
}

#[tokio::test]
async fn g35_a_status_that_comes_ahead_of_the_request_is_the_status_of_the_call() {
    let (response, mut send) = answered_by(|mut respond| {
        let response = http::Response::builder()
            .header("content-type", "application/grpc")
            .header("grpc-status", "12");
        let response = response.body(()).unwrap();
        respond.send_response(response, true).unwrap();
    })
    .await;
    let reset = poll_fn(|cx| send.poll_reset(cx)).await.unwrap();
    assert_eq!(reset, Reason::NO_ERROR);

    let request = Bytes::from_static(&[0; 5]);
    let output = Output::new(&GrpcLimits::default(), Side::Client, None);
    let telling = Telling::default();
    match finish(response, send, request, &output, 1024, &telling).await {
        Err(Failure::Status(error)) => {
            assert_eq!(error.grpc_code(), Some(Code::UNIMPLEMENTED), "{error}");
        }
        Err(Failure::Stream(error)) => panic!("{error}"),
        Ok(reply) => panic!("{reply:?}"),
    }
}

/// A server that keeps the deadline itself, as grpc-go does, may be a little earlier than the
/// client's clock.
#[tokio::test]
async fn g53_a_reset_with_8_behind_the_deadline_is_the_deadline() {
    let passed = Some(Deadline::after(Duration::ZERO));
    let to_come = Some(Deadline::after(Duration::MAX));
    for (deadline, code) in [
        (passed, Code::DEADLINE_EXCEEDED),
        (to_come, Code::CANCELED),
        (None, Code::CANCELED),
    ] {
        let cancel = |mut respond: SendResponse<Bytes>| respond.send_reset(Reason::CANCEL);
        let (response, _send) = answered_by(cancel).await;
        let mut inbox = Inbox::new(response, false, deadline, 1024);
        let mut messages = VecDeque::new();
        let received = poll_fn(|cx| inbox.poll_recv(cx, &mut messages)).await;
        assert_eq!(received.unwrap_err().grpc_code(), Some(code));
    }
}
