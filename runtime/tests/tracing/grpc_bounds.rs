//! The event of each bound of a gRPC connection that is reached: which bound, at INFO the first time.

use std::sync::Arc;

use streamgen_runtime::{Code, GrpcLimits, Server};

use crate::by_hand;
use crate::capture::Capture;
use crate::errors_support::Wire;
use crate::grpc_support::wire::{self, DATA, END_HEADERS, HEADERS, INITIAL_WINDOW_SIZE, request};
use crate::grpc_support::{RawClient, framed};
use crate::limits;
use crate::rpc_support::{Msg, Peer, PeerServer, start};
use crate::serve;

const REFUSED: &str = "streamgen::grpc: stream refused reason=";
const ENDED: &str = "streamgen::grpc: stream ended by a limit of its connection side=";
const KIB: usize = 1024;

fn msg(len: usize) -> Msg {
    Msg {
        text: "x".repeat(len).into(),
        seq: 0,
    }
}

/// The status of a call whose request has `len` bytes, beside a running call whose request has `running`.
async fn beside(running: usize, len: usize) -> Option<Code> {
    let limits = limits(|limits| limits.connection_window = 128 * KIB as u32);
    let (peer, mut reports) = Peer::reporting("drain");
    let builder = Server::builder().grpc_limits(limits);
    let server = start(builder.add_service(PeerServer::from(Arc::new(peer)))).await;
    let client = Wire::GrpcUnary.client(server.address);
    let text = |len| "x".repeat(len).into();
    let first = tokio::spawn({
        let call = client.hello(text(running));
        async move { call.await }
    });
    reports.recv().await.unwrap();
    let ended = client.hello(text(len)).await;
    first.abort();
    ended.unwrap_err().grpc_code()
}

#[tokio::test]
async fn requests_of_running_calls() {
    let seen = Capture::start();
    let reason = "requests of running calls are too large";
    let ended = beside(40 * KIB, 40 * KIB).await;
    assert_eq!(ended, Some(Code::RESOURCE_EXHAUSTED));
    seen.event(&format!("INFO {ENDED}Server reason={reason}"))
        .await;
    // A request above the bound is served while no other is there.
    assert_eq!(beside(70 * KIB, 1).await, Some(Code::UNAVAILABLE));
    seen.event(&format!("INFO {REFUSED}{reason}")).await;
}

#[tokio::test]
async fn headers_of_running_calls() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.connection_headers = KIB);
    let server = serve(Server::builder().grpc_limits(limits), "hold").await;
    let client = RawClient::connect(server.address).await;
    let large = "v".repeat(KIB);
    let headers = [("content-type", "application/grpc+thrift"), ("a", &large)];
    let (response, _send) = client.call_with("/rpc.Peer/Bidi", &headers).await;
    response.await.unwrap_err();
    let reason = "headers of running calls are too large";
    seen.event(&format!("INFO {REFUSED}{reason}")).await;
}

#[tokio::test]
async fn output() {
    let seen = Capture::start();
    let limits = limits(|limits| limits.connection_output = 64 * KIB);
    let server = serve(Server::builder().grpc_limits(limits), "").await;
    let mut client = wire::Wire::connect(server.address).await;
    client.settings(&[(INITIAL_WINDOW_SIZE, 0)]).await;
    // Streams that begin before any has something to send: each sends a message that is echoed.
    let echo = request("/rpc.Peer/Bidi", &[]);
    let streams = (0..8).map(|nth| 2 * nth + 1);
    for stream in streams.clone() {
        client.send(HEADERS, END_HEADERS, stream, &echo).await;
    }
    client.answered_ping().await;
    let message = framed(&[&msg(15 * KIB)]);
    for stream in streams {
        client.send(DATA, 0, stream, &message).await;
    }
    let reason = "too much waits to be sent";
    seen.event(&format!("INFO {ENDED}Server reason={reason}"))
        .await;
    client.send(HEADERS, END_HEADERS, 17, &echo).await;
    seen.event(&format!("INFO {REFUSED}{reason}")).await;
}

#[tokio::test]
async fn informational_responses() {
    let seen = Capture::start();
    let (listener, client) = by_hand(GrpcLimits::default()).await;
    let (mut server, mut stream) = wire::Wire::meet(&listener, &[], client.bidi()).await;
    // 103, Early Hints.
    let hints = wire::frame(HEADERS, END_HEADERS, 1, &wire::block(&[(":status", "103")]));
    server.flood(&hints, 1300).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED));
    let reason = "too many informational responses";
    seen.event(&format!("INFO {ENDED}Client reason={reason}"))
        .await;
}
