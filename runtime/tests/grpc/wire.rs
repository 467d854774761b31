//! Both sides against frames written by hand: how connections begin and end, and what no HTTP/2
//! library sends (checklist G of grpc-and-pingpong.md).

use crate::grpc_support;
use crate::rpc_support;

use std::sync::Arc;
use std::time::Duration;

use grpc_support::framed;
use grpc_support::wire::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, INITIAL_WINDOW_SIZE,
    MAX_FRAME_SIZE, PING, PREFACE, RST_STREAM, SETTINGS, Wire, block, frame, request, response,
};
use rpc_support::{Msg, Peer, PeerClient, PeerServer, Running, msg, start, start_peer};
use streamgen_runtime::{Code, GrpcLimits, Server, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};

const BIDI: &str = "/rpc.Peer/Bidi";

async fn peer() -> Running {
    start_peer(Peer::default()).await.0
}

async fn listen(limits: GrpcLimits) -> (TcpListener, PeerClient) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let builder = PeerClient::builder("dest.svc").address(address.to_string());
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    (listener, builder.build().unwrap())
}

#[tokio::test]
async fn g01_a_client_begins_with_preface_and_settings_and_calls_when_it_has_seen_the_servers() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let call = tokio::spawn(client.bidi().into_future());
    // Asserts the preface, and says nothing.
    let mut server = Wire::accept(&listener).await;
    let settings = server.next().await.unwrap();
    assert_eq!((settings.kind, settings.is_ack()), (SETTINGS, false));
    server.settings(&[]).await;
    let _stream = call.await.unwrap().unwrap();
    let headers = server.expect(HEADERS).await;
    assert_eq!(headers.stream, 1);
    // A.7: the headers of a call never end it.
    assert_eq!(headers.flags & END_STREAM, 0);
}

#[tokio::test]
async fn g02_a_server_begins_with_settings_and_acknowledges_those_of_the_client() {
    let server = peer().await;
    let mut client = Wire::connect(server.address).await;
    let first = client.next().await.unwrap();
    assert_eq!((first.kind, first.is_ack()), (SETTINGS, false));
    while !client.expect(SETTINGS).await.is_ack() {}
}

#[tokio::test]
async fn g02_a_server_closes_if_the_first_frame_is_not_settings() {
    let server = peer().await;
    let mut client = Wire(TcpStream::connect(server.address).await.unwrap());
    client.0.write_all(PREFACE).await.unwrap();
    client.send(PING, 0, 0, &[0; 8]).await;
    while let Some(frame) = client.next().await {
        assert_ne!(frame.kind, PING, "the ping is not answered");
    }
}

#[tokio::test]
async fn g02_a_client_closes_if_the_first_frame_is_not_settings() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let call = tokio::spawn(client.bidi().into_future());
    let mut server = Wire::accept(&listener).await;
    server.send(PING, 0, 0, &[0; 8]).await;
    let error = call.await.unwrap().unwrap_err();
    assert_eq!(error.grpc_code(), Some(Code::UNAVAILABLE));
    assert!(error.message().contains("is not SETTINGS"), "{error}");
    while server.next().await.is_some() {}
}

/// The types of the frames that one header block came in, and its length.
async fn header_frames(wire: &mut Wire) -> (Vec<u8>, usize) {
    let mut frame = wire.expect(HEADERS).await;
    let (mut kinds, mut len) = (vec![frame.kind], frame.payload.len());
    while !frame.ends_headers() {
        frame = wire.next().await.unwrap();
        assert!(frame.payload.len() <= 16 * 1024);
        kinds.push(frame.kind);
        len += frame.payload.len();
    }
    (kinds, len)
}

/// Longer than a frame, and no shorter by Huffman's code.
fn long_value() -> String {
    "~|^{}".repeat(4096)
}

#[tokio::test]
async fn g04_long_header_blocks_are_sent_in_frames_of_16384_bytes() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let call = client.bidi().header([("long", long_value())]);
    let (mut server, _stream) = Wire::meet(&listener, &[], call).await;
    let (kinds, len) = header_frames(&mut server).await;
    assert!(len > 16 * 1024);
    assert_eq!(kinds[..2], [HEADERS, CONTINUATION]);

    let server = peer().await;
    let mut client = Wire::connect(server.address).await;
    let long = long_value();
    let headers = request(BIDI, &[("rpc-transit-do", "answer"), ("long", &long)]);
    client.send(HEADERS, 0, 1, &headers[..16 * 1024]).await;
    let rest = &headers[16 * 1024..];
    client.send(CONTINUATION, END_HEADERS, 1, rest).await;
    client.send(DATA, END_STREAM, 1, &[]).await;
    // The handler sends it back.
    let (kinds, len) = header_frames(&mut client).await;
    assert!(len > 16 * 1024);
    assert_eq!(kinds[..2], [HEADERS, CONTINUATION]);
}

#[tokio::test]
async fn g04_a_client_reads_a_header_block_of_several_frames() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let (mut server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    let long = long_value();
    let headers = response(&[("long", &long)]);
    let (first, rest) = headers.split_at(16 * 1024);
    server.send(HEADERS, 0, 1, first).await;
    server.send(CONTINUATION, END_HEADERS, 1, rest).await;
    let header = stream.header().await.unwrap();
    assert_eq!(header.get("long"), Some(&*long));
}

/// A peer that takes all that comes, in frames of any size.
const GENEROUS: [(u16, u32); 2] = [
    (INITIAL_WINDOW_SIZE, 1 << 30),
    (MAX_FRAME_SIZE, (1 << 24) - 1),
];

/// Payload lengths of the DATA frames of a stream, to its end.
async fn data_lengths(wire: &mut Wire, stream: u32) -> Vec<usize> {
    let mut lengths = Vec::new();
    loop {
        let frame = wire.next().await.unwrap();
        if frame.stream != stream {
            continue;
        }
        if frame.kind == DATA {
            lengths.push(frame.payload.len());
        }
        if frame.flags & END_STREAM != 0 {
            return lengths;
        }
    }
}

fn long_message() -> Msg {
    Msg {
        text: "x".repeat(100_000).into(),
        seq: 0,
    }
}

/// All of a long message, and no payload that is longer than Kitex reads.
fn assert_short(lengths: &[usize]) {
    assert!(lengths.iter().sum::<usize>() > 100_000);
    assert!(lengths.iter().all(|len| *len <= 16 * 1024), "{lengths:?}");
}

#[tokio::test]
async fn g03_a_client_sends_no_payload_beyond_16384_bytes_whatever_the_peer_allows() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let (mut server, mut first) = Wire::meet(&listener, &GENEROUS, client.bidi()).await;
    server.open_window().await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    // What came before the headers is in force.
    first.header().await.unwrap();

    let _unary = tokio::spawn(client.echo(long_message()).into_future());
    assert_short(&data_lengths(&mut server, 3).await);

    let mut stream = client.bidi().await.unwrap();
    stream.send(long_message()).await.unwrap();
    stream.close_send().await.unwrap();
    assert_short(&data_lengths(&mut server, 5).await);
}

#[tokio::test]
async fn g03_a_server_sends_no_payload_beyond_16384_bytes_whatever_the_peer_allows() {
    let server = peer().await;
    let mut client = Wire::connect_with(server.address, &GENEROUS).await;
    client.open_window().await;
    let text = "x".repeat(30_000);
    // The arguments of Hello are a string in field 1, where the message has one too.
    let message = framed(&[&Msg {
        text: text.clone().into(),
        seq: 0,
    }]);
    for (stream, path) in [(1, "/rpc.Peer/Hello"), (3, BIDI)] {
        let headers = request(path, &[]);
        client.send(HEADERS, END_HEADERS, stream, &headers).await;
        for part in message.chunks(16 * 1024) {
            client.send(DATA, 0, stream, part).await;
        }
        client.send(DATA, END_STREAM, stream, &[]).await;
        let lengths = data_lengths(&mut client, stream).await;
        assert!(lengths.iter().sum::<usize>() > 30_000);
        assert!(lengths.iter().all(|len| *len <= 16 * 1024), "{lengths:?}");
    }
}

#[tokio::test]
async fn g61_a_ping_is_answered_with_its_payload_while_a_handler_is_busy() {
    let server = peer().await;
    let mut client = Wire::connect(server.address).await;
    let headers = request(BIDI, &[("rpc-transit-do", "hold")]);
    client.send(HEADERS, END_HEADERS, 1, &headers).await;
    // Kitex's own, when it measures bandwidth (A.16).
    let payload = [2, 4, 16, 16, 9, 14, 7, 7];
    client.send(PING, 0, 0, &payload).await;
    let pong = client.expect(PING).await;
    assert!(pong.is_ack());
    assert_eq!(pong.payload, payload);
}

/// Frame types that arrive within six minutes of silence.
async fn six_minutes(limits: GrpcLimits) -> Vec<u8> {
    let (listener, client) = listen(limits).await;
    let (mut server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    stream.header().await.unwrap();
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(360)).await;
    tokio::time::resume();
    stream.cancel();
    let mut kinds = Vec::new();
    while let Some(frame) = server.next().await {
        kinds.push(frame.kind);
        if frame.kind == RST_STREAM {
            break;
        }
    }
    kinds
}

#[tokio::test]
async fn g62_a_client_pings_a_silent_server_once_or_not_at_all() {
    let pings = |kinds: Vec<u8>| kinds.iter().filter(|kind| **kind == PING).count();
    assert_eq!(pings(six_minutes(GrpcLimits::default()).await), 1);

    let mut limits = GrpcLimits::default();
    limits.keepalive = Some(Duration::MAX);
    assert_eq!(pings(six_minutes(limits).await), 0);
}

#[tokio::test]
async fn g58_a_stopping_server_sends_goaway_of_all_ids_and_then_of_the_last_one() {
    let service = PeerServer::from(Arc::new(Peer::default()));
    let builder = Server::builder().exit_wait(Duration::from_secs(60));
    let mut server = start(builder.add_service(service)).await;
    let mut client = Wire::connect(server.address).await;
    client
        .send(HEADERS, END_HEADERS, 1, &request(BIDI, &[]))
        .await;
    client.send(DATA, 0, 1, &framed(&[&msg("m")])).await;
    client.expect(DATA).await;

    server.stop.take().unwrap().send(()).unwrap();
    let goaway = client.expect(GOAWAY).await;
    assert_eq!((goaway.u32_at(0), goaway.u32_at(4)), (0x7fff_ffff, 0));
    let ping = client.expect(PING).await;
    // A stream that was under way when the client heard of it is still served.
    client
        .send(HEADERS, END_HEADERS, 3, &request(BIDI, &[]))
        .await;
    client.send(PING, ACK, 0, &ping.payload).await;
    let goaway = client.expect(GOAWAY).await;
    assert_eq!((goaway.u32_at(0), goaway.u32_at(4)), (3, 0));

    for stream in [3, 1] {
        client
            .send(DATA, END_STREAM, stream, &framed(&[&msg("n")]))
            .await;
        assert_eq!(
            data_lengths(&mut client, stream).await,
            [framed(&[&msg("n")]).len()]
        );
    }
    assert_eq!(client.next().await, None);
}

#[tokio::test]
async fn g60_a_call_above_the_last_id_is_made_anew_and_those_below_finish() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let (mut old, mut below) = Wire::meet(&listener, &[], client.bidi()).await;
    old.expect(HEADERS).await;
    let retried = tokio::spawn(client.nothing("".into()).into_future());
    old.expect(HEADERS).await;
    let mut above = client.bidi().await.unwrap();
    old.expect(HEADERS).await;

    let mut goaway = 1_u32.to_be_bytes().to_vec();
    goaway.extend_from_slice(&[0; 4]);
    old.send(GOAWAY, 0, 0, &goaway).await;
    // Whether a stream's messages may be sent again only its user knows.
    assert_eq!(
        above.recv().await.unwrap_err().grpc_code(),
        Some(Code::UNAVAILABLE)
    );

    let mut new = Wire::accept(&listener).await;
    new.settings(&[]).await;
    new.expect(HEADERS).await;
    new.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    new.send(DATA, 0, 1, &[0, 0, 0, 0, 1, 0]).await;
    let fine = block(&[("grpc-status", "0")]);
    new.send(HEADERS, END_HEADERS | END_STREAM, 1, &fine).await;
    retried.await.unwrap().unwrap();

    old.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    old.send(DATA, 0, 1, &framed(&[&msg("m")])).await;
    old.send(HEADERS, END_HEADERS | END_STREAM, 1, &fine).await;
    assert_eq!(below.recv().await.unwrap().unwrap().text, "m");
    assert_eq!(below.recv().await.unwrap(), None);
}

#[tokio::test]
async fn g35_a_client_reports_the_status_and_not_the_reset_that_follows() {
    let (listener, client) = listen(GrpcLimits::default()).await;
    let (mut server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    server.expect(HEADERS).await;
    let status = block(&[("grpc-status", "9"), ("grpc-message", "no more")]);
    // In one write, so that the client sees all of it at once.
    let bytes = [
        frame(HEADERS, END_HEADERS, 1, &response(&[])),
        frame(HEADERS, END_HEADERS | END_STREAM, 1, &status),
        frame(RST_STREAM, 0, 1, &[0; 4]),
    ];
    server.0.write_all(&bytes.concat()).await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(
        (error.grpc_code(), error.message()),
        (Some(Code::FAILED_PRECONDITION), "no more")
    );
}
