//! What the peer of one gRPC connection can make this side hold: no more than its limits say, whatever the
//! frames look like; and who it ends is the one that holds the most.

mod ahead;
#[path = "../grpc_support/mod.rs"]
mod grpc_support;
mod headers;
#[path = "../notes_support/mod.rs"]
mod notes_support;
mod peak;
mod unsent;

use std::future::poll_fn;
use std::time::Duration;

use bytes::Bytes;
use grpc_support::wire::{
    ACK, DATA, END_HEADERS, END_STREAM, HEADERS, SETTINGS, Wire, frame, request,
};
use grpc_support::{RawClient, framed, read_all, text};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use peak::{Peak, TURN};
use streamgen_runtime::{GrpcLimits, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::timeout;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
const BIDI: &str = "/notes.Notes/Bidi";
/// How long a test waits for one step before it fails. Each step takes far less.
const LONG: Duration = Duration::from_secs(30);
/// How long we listen to streams that go on.
const SILENCE: Duration = Duration::from_millis(50);

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

/// Sends parts of messages of 3 MiB on so many streams, of which at least so many are to end, and gives how
/// many did.
async fn begin_messages(client: &RawClient, streams: usize, at_least: usize) -> usize {
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
    let (mut responses, mut open) = (JoinSet::new(), Vec::new());
    for (response, send) in calls {
        responses.spawn(response);
        open.push(send);
    }
    let mut ended = 0;
    loop {
        // Those that are left say nothing: they would have ended with the others.
        let limit = if ended < at_least { LONG } else { SILENCE };
        let Ok(Some(answered)) = timeout(limit, responses.join_next()).await else {
            return ended;
        };
        let status = text(answered.unwrap().unwrap().headers(), "grpc-status");
        assert_eq!(status.as_deref(), Some("8"));
        ended += 1;
    }
}

#[tokio::test]
async fn parts_of_messages_are_bounded_together() {
    let measured = Peak::start().await;
    let most = 8 * MIB;
    let book = serve(|limits| limits.connection_window = most as u32).await;
    let client = RawClient::connect(book.address).await;
    let (response, mut send) = client.call(BIDI).await;
    // 36 MiB in all.
    let ended = begin_messages(&client, 12, 10).await;
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
