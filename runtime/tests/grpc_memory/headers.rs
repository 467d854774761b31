//! Headers that a peer makes this side keep.

use streamgen_runtime::{Code, GrpcLimits};
use tokio::io::AsyncWriteExt;

use crate::grpc_support::framed;
use crate::grpc_support::wire::{
    CONTINUATION, DATA, END_HEADERS, HEADERS, RST_STREAM, Wire, frame, request, response,
};
use crate::notes_support::thrift::book::note;
use crate::peak::TURN;
use crate::{
    BIDI, KIB, MIB, Peak, answered, answered_with, budget, connected, goes_on, others_go_on, serve,
};

/// Headers of a call with 240 KiB of metadata, in 330 bytes: a value of 3 KiB, and references to it
/// in the table of the decoder. `first` brings the value.
fn repeated(first: bool) -> Vec<u8> {
    let mut headers = request(BIDI, &[]);
    if first {
        headers.extend_from_slice(&[0x40, 0x04]);
        headers.extend_from_slice(b"link");
        headers.extend_from_slice(&[0x7f, 0x81, 0x17]);
        headers.extend_from_slice(&[b'x'; 3 * KIB]);
    }
    headers.extend_from_slice(&[0xbe; 80]);
    headers
}

#[tokio::test]
async fn the_headers_of_running_calls_are_bounded_together() {
    let measured = Peak::start().await;
    let book = serve(|_| {}).await;
    let mut client = connected(&book).await;
    let calls = (1..4000).step_by(2);
    for stream in calls.clone() {
        let headers = repeated(stream == 1);
        client.send(HEADERS, END_HEADERS, stream, &headers).await;
    }
    // 480 MB in all; 16 MiB are some 65 calls.
    let mut refused = 0;
    while refused < 1900 {
        let reset = client.expect(RST_STREAM).await;
        assert_eq!(reset.u32_at(0), 7, "REFUSED_STREAM");
        refused += 1;
    }
    goes_on(&mut client, 1).await;
    others_go_on(&book).await;
    // One that ends makes room.
    client.send(RST_STREAM, 0, 1, &[0, 0, 0, 8]).await;
    client.answered_ping().await;
    let headers = repeated(false);
    client.send(HEADERS, END_HEADERS, 4001, &headers).await;
    goes_on(&mut client, 4001).await;
    measured.assert_below(budget(0) + 16 * MIB);
}

#[tokio::test]
async fn a_call_whose_headers_exceed_what_a_client_keeps_fails() {
    let _turn = TURN.lock().await;
    let mut limits = GrpcLimits::default();
    limits.connection_headers = 64 * KIB;
    let (client, listener) = answered_with(limits).await;
    let (mut server, mut first) = Wire::meet(&listener, &[], client.bidi()).await;
    let mut second = client.bidi().await.unwrap();
    let long = "x".repeat(40 * KIB);
    for stream in [1, 3] {
        let headers = response(&[("long", &long)]);
        let (begun, rest) = headers.split_at(16 * KIB);
        server.send(HEADERS, 0, stream, begun).await;
        let (more, rest) = rest.split_at(16 * KIB);
        server.send(CONTINUATION, 0, stream, more).await;
        server.send(CONTINUATION, END_HEADERS, stream, rest).await;
        server.send(DATA, 0, stream, &framed(&[&note("a")])).await;
    }
    assert_eq!(first.recv().await.unwrap(), Some(note("a")));
    let error = second.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED), "{error}");
}

#[tokio::test]
async fn a_client_that_only_sends_keeps_no_informational_responses() {
    let measured = Peak::start().await;
    let (client, listener) = answered().await;
    let (mut server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    let mut other = client.bidi().await.unwrap();
    // 103, Early Hints, with a long link; then the same from the table of the decoder.
    let link = "x".repeat(3 * KIB);
    let mut hints = vec![0x08, 0x03];
    hints.extend_from_slice(b"103");
    let mut first = hints.clone();
    first.extend_from_slice(&[0x40, 0x04]);
    first.extend_from_slice(b"link");
    first.extend_from_slice(&[0x7f, 0x81, 0x17]); // 3 KiB
    first.extend_from_slice(link.as_bytes());
    hints.extend_from_slice(&[0xbe; 300]);
    server.send(HEADERS, END_HEADERS, 1, &first).await;
    let flood = frame(HEADERS, END_HEADERS, 1, &hints).repeat(100);
    for _ in 0..100 {
        stream.send(note("a")).await.unwrap_or_default();
        if server.0.write_all(&flood).await.is_err() {
            break;
        }
    }
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::RESOURCE_EXHAUSTED), "{error}");
    // Its neighbour.
    server.send(HEADERS, END_HEADERS, 3, &response(&[])).await;
    server.send(DATA, 0, 3, &framed(&[&note("a")])).await;
    assert_eq!(other.recv().await.unwrap(), Some(note("a")));
    measured.assert_below(budget(MIB));
}
