//! What the peer of one gRPC connection can make this side hold: no more than its limits say, whatever the
//! frames look like; and who it ends is the one that holds the most.

mod grpc_support;
mod notes_support;

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use grpc_support::wire::{
    ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, INITIAL_WINDOW_SIZE, RST_STREAM,
    SETTINGS, WINDOW_UPDATE, Wire, block, frame, request, response,
};
use grpc_support::{RawClient, framed, read_all, text};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use peak_alloc::PeakAlloc;
use streamgen_runtime::{Code, GrpcLimits, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::{Mutex as Turn, MutexGuard};
use tokio::time::timeout;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const BIDI: &str = "/notes.Notes/Bidi";

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Tests that measure take turns.
static TURN: Turn<()> = Turn::const_new(());

/// The most that is held at a time from here on, beyond what is held now.
struct Peak {
    before: usize,
    _turn: MutexGuard<'static, ()>,
}

impl Peak {
    async fn start() -> Self {
        let turn = TURN.lock().await;
        MEMORY.reset_peak_usage();
        Self {
            before: MEMORY.current_usage(),
            _turn: turn,
        }
    }

    fn assert_below(&self, most: usize) {
        let held = MEMORY.peak_usage().saturating_sub(self.before);
        assert!(held < most, "{held} of {most} bytes");
    }
}

/// What a connection holds at most of what waits for its readers (docs/limits.md), and a tenth.
fn budget(connection_window: usize) -> usize {
    (2 * connection_window + 16 * MIB) / 10 * 11
}

async fn serve(change: impl FnOnce(&mut GrpcLimits)) -> Served {
    let mut limits = GrpcLimits::default();
    change(&mut limits);
    Served::with_limits(limits).await
}

/// Opens a stream of which the handler does that.
async fn open(client: &mut Wire, stream: u32, does: &str) {
    let headers = request(BIDI, &[("rpc-transit-do", does)]);
    client.send(HEADERS, END_HEADERS, stream, &headers).await;
}

/// A stream that is open serves its client.
async fn goes_on(client: &mut Wire, stream: u32) {
    let message = framed(&[&note("a")]);
    client.send(DATA, 0, stream, &message).await;
    loop {
        let data = client.expect(DATA).await;
        if data.stream == stream {
            assert_eq!(data.payload, message);
            return;
        }
    }
}

/// Another connection of the same server.
async fn others_go_on(book: &Served) {
    let mut stream = book.client.bidi().await.unwrap();
    stream.send(note("a")).await.unwrap();
    assert_eq!(stream.recv().await.unwrap(), Some(note("a")));
}

/// The beginning of a message of that length.
fn begun(len: usize) -> [u8; 5] {
    let [a, b, c, d] = u32::try_from(len).unwrap().to_be_bytes();
    [0, a, b, c, d]
}

/// Lets our window of a stream count.
async fn connected(book: &Served) -> Wire {
    let mut client = Wire::connect(book.address).await;
    while client.expect(SETTINGS).await.is_ack() {}
    client.send(SETTINGS, ACK, 0, &[]).await;
    client
}

#[tokio::test]
async fn short_frames_that_nobody_reads_cost_what_they_contain() {
    let measured = Peak::start().await;
    let book = serve(|_| {}).await;
    let mut client = connected(&book).await;
    for stream in [1, 3, 5, 7] {
        open(&mut client, stream, ["wait", ""][stream as usize / 7]).await;
    }
    for stream in [1, 3, 5] {
        client.send(DATA, 0, stream, &begun(60 * MIB)).await;
    }
    // Three waiting streams: 36 MB of frames if there were six times as many.
    let flood: Vec<u8> = [1, 3, 5]
        .map(|stream| frame(DATA, 0, stream, b"x"))
        .concat();
    let flood = flood.repeat(1000);
    for _ in 0..200 {
        client.0.write_all(&flood).await.unwrap();
    }
    client.answered_ping().await;
    goes_on(&mut client, 7).await;
    others_go_on(&book).await;
    measured.assert_below(budget(600_000));
}

#[tokio::test]
async fn what_waits_does_not_keep_what_it_arrived_with() {
    let measured = Peak::start().await;
    let book = serve(|_| {}).await;
    let mut client = connected(&book).await;
    open(&mut client, 1, "wait").await;
    open(&mut client, 3, "").await;
    client.send(DATA, 0, 1, &begun(60 * MIB)).await;
    // Empty messages, which are answered by none: their handler leaves out what is no note.
    let filler = [
        frame(DATA, 0, 1, b"x"),
        frame(HEADERS + 15, 0, 3, &[0; 8 * KIB]),
    ]
    .concat();
    let filler = filler.repeat(8);
    for _ in 0..1500 {
        client.0.write_all(&filler).await.unwrap();
    }
    client.answered_ping().await;
    goes_on(&mut client, 3).await;
    measured.assert_below(budget(12_000));
}

/// Sends parts of messages of 3 MiB on so many streams, and gives how many of these were ended.
async fn begin_messages(client: &RawClient, streams: usize) -> usize {
    static PAGE: [u8; 16 * KIB] = [0; 16 * KIB];
    let mut calls = Vec::new();
    for _ in 0..streams {
        calls.push(client.call(BIDI).await);
    }
    for (_, send) in &mut calls {
        let mut parts = vec![Bytes::copy_from_slice(&begun(3 * MIB + 1))];
        parts.resize(3 * MIB / PAGE.len(), Bytes::from_static(&PAGE));
        for part in parts {
            send.reserve_capacity(part.len());
            let room = poll_fn(|cx| send.poll_capacity(cx)).await;
            if !matches!(room, Some(Ok(_))) || send.send_data(part, false).is_err() {
                break;
            }
        }
    }
    let mut ended = 0;
    for (response, _send) in calls {
        if let Ok(answered) = timeout(Duration::from_millis(50), response).await {
            let status = text(answered.unwrap().headers(), "grpc-status");
            assert_eq!(status.as_deref(), Some("8"));
            ended += 1;
        }
    }
    ended
}

#[tokio::test]
async fn parts_of_messages_are_bounded_together() {
    let measured = Peak::start().await;
    let most = 8 * MIB;
    let book = serve(|limits| limits.connection_window = most as u32).await;
    let client = RawClient::connect(book.address).await;
    let (response, mut send) = client.call(BIDI).await;
    // 36 MiB in all.
    let ended = begin_messages(&client, 12).await;
    assert!((10..12).contains(&ended), "{ended}");
    // A neighbour of them.
    send.send_data(framed(&[&note("a")]), true).unwrap();
    let (data, _) = read_all(response.await.unwrap().into_body()).await.unwrap();
    assert_eq!(data, framed(&[&note("a")]));
    others_go_on(&book).await;
    measured.assert_below(budget(most));
}

#[tokio::test]
async fn the_stream_that_holds_most_ends_and_its_neighbours_go_on() {
    let _turn = TURN.lock().await;
    let book = serve(|limits| limits.connection_window = MIB as u32).await;
    let mut client = connected(&book).await;
    client.open_window().await;
    open(&mut client, 1, "wait").await;
    open(&mut client, 3, "wait").await;
    open(&mut client, 5, "").await;
    let page = [0; 16 * KIB];
    for _ in 0..20 {
        client.send(DATA, 0, 1, &page).await;
    }
    for _ in 0..50 {
        client.send(DATA, 0, 3, &page).await;
    }
    let trailers = client.expect(HEADERS).await;
    assert_eq!(
        (trailers.stream, trailers.flags & END_STREAM),
        (3, END_STREAM)
    );
    goes_on(&mut client, 5).await;
    others_go_on(&book).await;
}

/// A stream whose handler takes one message and then nothing, with `messages` behind that one and `filler`
/// in front of each of these.
fn stalled(stream: u32, filler: &[u8], messages: usize, len: usize) -> Vec<u8> {
    let stalls = request(BIDI, &[("rpc-transit-do", "send-header wait")]);
    let mut bytes = frame(HEADERS, END_HEADERS, stream, &stalls);
    bytes.extend(frame(DATA, 0, stream, &framed(&[&note("a")])));
    let message = [&begun(len)[..], &vec![1; len]].concat();
    for _ in 0..messages {
        bytes.extend_from_slice(filler);
        bytes.extend(frame(DATA, 0, stream, &message));
    }
    bytes
}

#[tokio::test]
async fn what_stalled_handlers_have_taken_ahead_is_bounded_for_their_connection() {
    let most = 8 * MIB;
    // Frames of a type that nobody knows: h2 reads them into the buffers of the messages around them.
    let filler = frame(HEADERS + 15, 0, 0, &[0; 8 * KIB]);
    for (filler, messages, len) in [(&[][..], 60, KIB), (&filler[..], 8, 1)] {
        let measured = Peak::start().await;
        let book = serve(|limits| limits.connection_window = most as u32).await;
        let mut client = connected(&book).await;
        client.open_window().await;
        let streams: Vec<u32> = (1..3000).step_by(2).collect();
        for some in streams.chunks(30) {
            // In one piece, so that what lies behind the first message arrives together with it.
            let all = some.iter().map(|id| stalled(*id, filler, messages, len));
            let all: Vec<u8> = all.flatten().collect();
            client.0.write_all(&all).await.unwrap();
            client.answered_ping().await;
        }
        others_go_on(&book).await;
        measured.assert_below(budget(most) + most / 8 + streams.len() * 6 * KIB);
    }
}

#[tokio::test]
async fn a_client_that_stalls_takes_the_messages_of_its_streams_one_by_one() {
    let _turn = TURN.lock().await;
    let mut limits = GrpcLimits::default();
    limits.connection_window = 128 * KIB as u32;
    let (client, listener) = answered_with(limits).await;
    let (mut server, mut stalls) = Wire::meet(&listener, &[], client.bidi()).await;
    let mut other = client.bidi().await.unwrap();
    let notes = ["a", "b", "c"].map(note);
    let long = note(&"x".repeat(10 * KIB));
    for (stream, first) in [(1, framed(&[&notes[0], &long])), (3, framed(&[&notes[0]]))] {
        server
            .send(HEADERS, END_HEADERS, stream, &response(&[]))
            .await;
        server.send(DATA, 0, stream, &first).await;
    }
    // What lies behind this message is as much as all streams may have at hand.
    assert_eq!(stalls.recv().await.unwrap().as_ref(), Some(&notes[0]));
    server
        .send(DATA, 0, 3, &framed(&[&notes[1], &notes[2]]))
        .await;
    let end = block(&[("grpc-status", "0")]);
    server
        .send(HEADERS, END_HEADERS | END_STREAM, 3, &end)
        .await;
    // These messages wait on the way to the trailer.
    other.trailer().await.unwrap();
    for expected in &notes {
        assert_eq!(other.recv().await.unwrap().as_ref(), Some(expected));
    }
    assert_eq!(other.recv().await.unwrap(), None);
}

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
async fn what_a_client_does_not_take_is_bounded_together() {
    let measured = Peak::start().await;
    let most = 8 * MIB;
    let book = serve(|limits| limits.connection_output = most).await;
    // It gives its streams no window.
    let mut client = Wire::connect_with(book.address, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    client.open_window().await;
    let streams = 1200;
    for stream in (1..).step_by(2).take(streams) {
        if stream % 64 == 1 {
            client.answered_ping().await;
        }
        open(&mut client, stream, "flood leave").await;
    }
    // Notes of 16 KiB, four of which are queued for the first streams: refused, or ended.
    let reset = client.expect(RST_STREAM).await;
    assert!([7, 11].contains(&reset.u32_at(0)), "{reset:?}");
    // One of those that are left gets its window.
    let more = (1_u32 << 20).to_be_bytes();
    client.send(WINDOW_UPDATE, 0, 1, &more).await;
    assert_eq!(client.expect(DATA).await.stream, 1);
    others_go_on(&book).await;
    measured.assert_below(most / 10 * 11 + streams * 8 * KIB);
}

#[tokio::test]
async fn answers_that_a_client_does_not_take_are_bounded_together() {
    let measured = Peak::start().await;
    let most = 4 * MIB;
    let book = serve(|limits| limits.connection_output = most).await;
    let mut client = Wire::connect_with(book.address, &[(INITIAL_WINDOW_SIZE, 0)]).await;
    client.answered_settings().await;
    // The arguments of the method: field 1 is the note.
    let note = &framed(&[&note(&"x".repeat(15 * KIB))])[5..];
    let message = [&begun(note.len() + 4)[..], &[0x0c, 0, 1], note, &[0]].concat();
    let calls = 600;
    for stream in (1..).step_by(2).take(calls) {
        let headers = request("/notes.Notes/Unary", &[]);
        client.send(HEADERS, END_HEADERS, stream, &headers).await;
        client.send(DATA, END_STREAM, stream, &message).await;
        if stream % 64 == 1 {
            client.answered_ping().await;
        }
    }
    // 9 MB in all.
    let reset = client.expect(RST_STREAM).await;
    assert!([7, 11].contains(&reset.u32_at(0)), "{reset:?}");
    others_go_on(&book).await;
    measured.assert_below(most / 10 * 11 + calls * 4 * KIB);
}

/// A client whose server answers by hand.
async fn answered() -> (NotesClient, TcpListener) {
    answered_with(GrpcLimits::default()).await
}

async fn answered_with(limits: GrpcLimits) -> (NotesClient, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let client = NotesClient::builder("dest.svc").address(address);
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    (client.build().unwrap(), listener)
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

#[tokio::test]
async fn a_message_above_every_window_arrives() {
    let _turn = TURN.lock().await;
    let mut limits = GrpcLimits::default();
    (limits.stream_window, limits.connection_window) = (65_535, 72 * MIB as u32);
    let book = Served::with_limits(limits.clone()).await;
    let client = NotesClient::builder("notes").address(book.address.to_string());
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    let client = client.build().unwrap();
    let long = note(&"x".repeat(63 * MIB));
    let mut stream = client.bidi().await.unwrap();
    stream.send(long.clone()).await.unwrap();
    assert!(stream.recv().await.unwrap() == Some(long));
}
