//! What a peer may make the other side keep or do, and what happens to one that wants more: every
//! bound of a gRPC connection, against frames written by hand.

use crate::grpc_support;
use crate::notes_support;

use std::time::Duration;

use grpc_support::framed;
use grpc_support::wire::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, MAX_CONCURRENT_STREAMS, PING,
    PREFACE, RST_STREAM, SETTINGS, WINDOW_UPDATE, Wire, frame, request, response,
};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use streamgen_runtime::{Code, GrpcLimits, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket};
use tokio::time::timeout;

const BIDI: &str = "/notes.Notes/Bidi";

/// Error codes of HTTP/2.
const PROTOCOL_ERROR: u32 = 1;
const FLOW_CONTROL_ERROR: u32 = 3;
const FRAME_SIZE_ERROR: u32 = 6;
const REFUSED_STREAM: u32 = 7;
const CANCEL: [u8; 4] = [0, 0, 0, 8];
const ENHANCE_YOUR_CALM: u32 = 11;

async fn serve(change: fn(&mut GrpcLimits)) -> (Served, Wire) {
    let mut limits = GrpcLimits::default();
    change(&mut limits);
    let book = Served::with_limits(limits).await;
    let wire = Wire::connect(book.address).await;
    (book, wire)
}

/// Calls that the connection still serves.
async fn echo(wire: &mut Wire, stream: u32) {
    wire.send(HEADERS, END_HEADERS, stream, &request(BIDI, &[]))
        .await;
    let message = framed(&[&note("a")]);
    wire.send(DATA, END_STREAM, stream, &message).await;
    loop {
        let data = wire.expect(DATA).await;
        if data.stream == stream {
            assert_eq!(data.payload, message);
            return;
        }
    }
}

#[tokio::test]
async fn g67_a_header_list_of_20_kib_is_accepted() {
    let (_book, mut client) = serve(|_| {}).await;
    let long = "x".repeat(20 * 1024);
    let headers = request(BIDI, &[("long", &long)]);
    client.send(HEADERS, 0, 1, &headers[..16_000]).await;
    client
        .send(CONTINUATION, END_HEADERS, 1, &headers[16_000..])
        .await;
    client
        .send(DATA, END_STREAM, 1, &framed(&[&note("a")]))
        .await;
    assert_eq!(client.expect(DATA).await.payload, framed(&[&note("a")]));
}

#[tokio::test]
async fn a_request_with_too_many_headers_ends_alone() {
    let (_book, mut client) = serve(|limits| limits.max_header_list = 4096).await;
    let long = "x".repeat(8192);
    let headers = request(BIDI, &[("long", &long)]);
    client.send(HEADERS, END_HEADERS, 1, &headers).await;
    // 431, Request Header Fields Too Large.
    let answer = client.expect(HEADERS).await;
    assert_eq!((answer.stream, answer.flags & END_STREAM), (1, END_STREAM));
    echo(&mut client, 3).await;
}

#[tokio::test]
async fn a_response_with_too_many_headers_fails_its_call_alone() {
    let (client, mut server) = connect(|limits| limits.max_header_list = 4096).await;
    let mut stream = client.bidi().await.unwrap();
    let long = "x".repeat(8192);
    let headers = response(&[("long", &long)]);
    server.send(HEADERS, END_HEADERS, 3, &headers).await;
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::INTERNAL), "{error}");
    assert_eq!(server.expect(RST_STREAM).await.u32_at(0), PROTOCOL_ERROR);
    assert_goes_on(&client, &mut server, 5).await;
}

#[tokio::test]
async fn continuations_without_end_close_the_connection() {
    let (_book, mut client) = serve(|limits| limits.max_header_list = 65_536).await;
    client.send(HEADERS, 0, 1, &request(BIDI, &[])).await;
    // Each is empty: the size of the header list is no bound for them.
    client.flood(&frame(CONTINUATION, 0, 1, &[]), 100).await;
    assert_eq!(client.expect_goaway().await, ENHANCE_YOUR_CALM);
}

#[tokio::test]
async fn more_streams_than_allowed_are_refused() {
    let (book, mut client) = serve(|limits| limits.max_streams = 2).await;
    let settings = client.expect(SETTINGS).await;
    let announced = [&MAX_CONCURRENT_STREAMS.to_be_bytes()[..], &[0, 0, 0, 2]].concat();
    assert!(settings.payload.chunks(6).any(|pair| pair == announced));

    for stream in [1, 3, 5] {
        client
            .send(HEADERS, END_HEADERS, stream, &request(BIDI, &[]))
            .await;
    }
    let reset = client.expect(RST_STREAM).await;
    assert_eq!((reset.stream, reset.u32_at(0)), (5, REFUSED_STREAM));
    // Room is made by an end.
    client.send(RST_STREAM, 0, 1, &CANCEL).await;
    echo(&mut client, 7).await;
    drop(book);
}

#[tokio::test]
async fn who_reads_no_answers_is_not_read_from() {
    /// More than all that the kernel keeps for a connection.
    const FAR_TOO_MUCH: usize = 64 << 20;
    for flood in [frame(PING, 0, 0, &[0; 8]), frame(SETTINGS, 0, 0, &[])] {
        let (_book, mut client) = serve(|_| {}).await;
        let flood = flood.repeat(4096);
        let mut written = 0;
        let silence = Duration::from_secs(2);
        while let Ok(result) = timeout(silence, client.0.write_all(&flood)).await {
            result.unwrap();
            written += flood.len();
            assert!(written < FAR_TOO_MUCH, "the server queues its answers");
        }
    }
}

#[tokio::test]
async fn who_reads_no_answers_to_data_of_forgotten_streams_is_not_read_from_either() {
    /// Below it every stream may have been there.
    const LAST: u32 = (1 << 30) + 1;
    let (book, _) = serve(|_| {}).await;
    let socket = TcpSocket::new_v4().unwrap();
    // So that not much fits on the way back.
    socket.set_recv_buffer_size(4096).unwrap();
    let mut client = Wire(socket.connect(book.address).await.unwrap());
    client.0.write_all(PREFACE).await.unwrap();
    client.settings(&[]).await;
    client
        .send(HEADERS, END_HEADERS, LAST, &request(BIDI, &[]))
        .await;
    let mut streams = (1..LAST).step_by(2);
    loop {
        // Each would be kept until it is answered.
        let some = streams.by_ref().take(4096);
        let flood: Vec<u8> = some.flat_map(|id| frame(DATA, 0, id, b"x")).collect();
        match timeout(Duration::from_secs(2), client.0.write_all(&flood)).await {
            Ok(written) => written.unwrap(),
            Err(_) => return,
        }
        let written = streams.clone().next().unwrap() as usize / 2 * 10;
        assert!(written < 64 << 20, "the server queues its answers");
    }
}

#[tokio::test]
async fn empty_frames_without_end_close_the_connection() {
    let (_book, mut client) = serve(|_| {}).await;
    client
        .send(HEADERS, END_HEADERS, 1, &request(BIDI, &[]))
        .await;
    client.flood(&frame(DATA, 0, 1, &[]), 200).await;
    assert_eq!(client.expect_goaway().await, ENHANCE_YOUR_CALM);
}

/// Sends frames of so many bytes, which nobody reads, until the window of the stream is full.
async fn fill_window(client: &mut Wire, len: usize) {
    let wait = request(BIDI, &[("rpc-transit-do", "wait")]);
    client.send(HEADERS, END_HEADERS, 1, &wait).await;
    client
        .flood(&frame(DATA, 0, 1, &vec![0; len]), 65_535 / len)
        .await;
}

#[tokio::test]
async fn unread_frames_may_be_as_short_as_they_like() {
    // A prefix each and nothing behind it; less than a prefix.
    for len in [5, 1] {
        let (_book, mut client) = serve(|limits| limits.connection_window = 1 << 18).await;
        fill_window(&mut client, len).await;
        client.answered_ping().await;
        echo(&mut client, 3).await;
    }
}

#[tokio::test]
async fn what_breaks_http2_closes_the_connection() {
    // HPACK's table enlarged to 2^20 bytes, which was not allowed.
    let enlarged = [0x3f, 0xe1, 0xff, 0x3f];
    for (bytes, code) in [
        (frame(DATA, 0, 0, b"x"), PROTOCOL_ERROR),
        (frame(DATA, 0, 7, b"x"), PROTOCOL_ERROR),
        (frame(CONTINUATION, END_HEADERS, 1, &[]), PROTOCOL_ERROR),
        (
            frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
            FLOW_CONTROL_ERROR,
        ),
        (frame(DATA, 0, 1, &vec![0; 16 * 1024 + 1]), FRAME_SIZE_ERROR),
        (frame(HEADERS, END_HEADERS, 1, &enlarged), PROTOCOL_ERROR),
    ] {
        let (_book, mut client) = serve(|_| {}).await;
        client.0.write_all(&bytes).await.unwrap();
        assert_eq!(client.expect_goaway().await, code, "{:?}", &bytes[..9]);
        while client.next().await.is_some() {}
    }
}

#[tokio::test]
async fn data_beyond_the_window_of_a_stream_resets_it() {
    let (_book, mut client) = serve(|limits| limits.stream_window = 65_535).await;
    while !client.expect(SETTINGS).await.is_ack() {}
    client.send(SETTINGS, ACK, 0, &[]).await;
    let wait = request(BIDI, &[("rpc-transit-do", "wait")]);
    client.send(HEADERS, END_HEADERS, 1, &wait).await;
    let message = framed(&[&note(&"x".repeat(1000))]);
    for _ in 0..65 {
        client.send(DATA, 0, 1, &message).await;
    }
    let reset = client.expect(RST_STREAM).await;
    assert_eq!((reset.stream, reset.u32_at(0)), (1, FLOW_CONTROL_ERROR));
    echo(&mut client, 3).await;
}

/// A client under test, and the server that it has connected to.
async fn connect(change: fn(&mut GrpcLimits)) -> (NotesClient, Wire) {
    let mut limits = GrpcLimits::default();
    change(&mut limits);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let builder = NotesClient::builder("dest.svc").address(address);
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    let client = builder.build().unwrap();
    let (mut server, mut first) = Wire::meet(&listener, &[], client.bidi()).await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    first.header().await.unwrap();
    first.cancel();
    server.expect(RST_STREAM).await;
    (client, server)
}

/// A call on the connection that the client has.
async fn assert_goes_on(client: &NotesClient, server: &mut Wire, stream: u32) {
    let mut call = client.bidi().await.unwrap();
    server
        .send(HEADERS, END_HEADERS, stream, &response(&[]))
        .await;
    server.send(DATA, 0, stream, &framed(&[&note("a")])).await;
    assert_eq!(call.recv().await.unwrap(), Some(note("a")));
}

#[tokio::test]
async fn a_server_that_floods_is_left_by_its_client() {
    let promise = [&[0, 0, 0, 2][..], &request(BIDI, &[])].concat();
    for (flood, code) in [
        (frame(DATA, 0, 3, &[]).repeat(200), ENHANCE_YOUR_CALM),
        // PUSH_PROMISE, which our SETTINGS forbid.
        (frame(5, END_HEADERS, 3, &promise), PROTOCOL_ERROR),
        (frame(DATA, 0, 3, &vec![0; 16 * 1024 + 1]), FRAME_SIZE_ERROR),
    ] {
        let (client, mut server) = connect(|_| {}).await;
        let mut stream = client.bidi().await.unwrap();
        server.expect(HEADERS).await;
        server.send(HEADERS, END_HEADERS, 3, &response(&[])).await;
        server.0.write_all(&flood).await.unwrap();
        assert_eq!(server.expect_goaway().await, code);
        stream.recv().await.unwrap_err();
    }
}
