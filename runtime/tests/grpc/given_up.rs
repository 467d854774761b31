//! A handler that receives learns from `recv` that its call is over, whatever it waits for.

use crate::grpc_support;
use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use grpc_support::wire::{
    DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, Wire, frame, request,
};
use grpc_support::{RawClient, text};
use h2::Reason;
use rpc_support::{Peer, PeerServer, Running, start};
use streamgen_runtime::{Error, Server};
use tokio::io::AsyncWriteExt;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);

/// Starts a server whose handlers do as `always` says. Returns it with what the handlers report.
async fn serve(always: &'static str) -> (Running, UnboundedReceiver<Error>) {
    let (peer, reports) = Peer::reporting(always);
    let service = PeerServer::from(Arc::new(peer));
    let server = start(Server::builder().add_service(service)).await;
    (server, reports)
}

async fn reported(reports: &mut UnboundedReceiver<Error>) -> Error {
    let report = timeout(LONG, reports.recv()).await;
    report.expect("recv ends").expect("the server lives")
}

/// The client says nothing more, not even that it gives up.
#[tokio::test]
async fn g52_at_the_deadline_a_handler_that_waits_for_a_message_is_told() {
    let (server, mut reports) = serve("recv").await;
    let client = RawClient::connect(server.address).await;
    let headers = [
        ("content-type", grpc_support::THRIFT),
        // Time enough for the handler to begin, on a busy machine too.
        ("grpc-timeout", "500m"),
    ];
    let (response, _send) = client.call_with("/rpc.Peer/Bidi", &headers).await;
    let response = response.await.unwrap();
    assert_eq!(text(response.headers(), "grpc-status").unwrap(), "4");
    let error = reported(&mut reports).await;
    assert!(error.is_timeout(), "{error}");
}

/// The handler looks when both frames have arrived.
#[tokio::test]
async fn g53_a_reset_behind_a_half_close_is_not_the_end_of_all_requests() {
    let (server, mut reports) = serve("recv behind the cancel").await;
    let mut client = Wire::connect(server.address).await;
    let headers = request("/rpc.Peer/Bidi", &[]);
    client.send(HEADERS, END_HEADERS, 1, &headers).await;
    assert_eq!(reported(&mut reports).await.message(), "started");
    let cancel = u32::from(Reason::CANCEL).to_be_bytes();
    let both = [
        frame(DATA, END_STREAM, 1, &[]),
        frame(RST_STREAM, 0, 1, &cancel),
    ];
    client.0.write_all(&both.concat()).await.unwrap();
    let error = reported(&mut reports).await;
    assert!(error.is_canceled(), "{error}");
}

/// The client sends its headers, and nothing more.
#[tokio::test]
async fn a_task_that_waits_for_a_message_is_told_that_its_handler_has_returned() {
    let (server, mut reports) = serve("").await;
    let mut client = Wire::connect(server.address).await;
    let headers = request("/rpc.Peer/Bidi", &[("rpc-transit-do", "leave")]);
    client.send(HEADERS, END_HEADERS, 1, &headers).await;
    let error = reported(&mut reports).await;
    assert!(error.is_canceled(), "{error}");
}
