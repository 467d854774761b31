//! Readers that do nothing: their streams stop, each at its own window, and nothing else does
//! (grpc-and-pingpong.md A.17). What waits for them is bounded by new streams that are not opened.

use crate::grpc_support;
use crate::notes_support;

use std::sync::atomic::Ordering;
use std::time::Duration;

use grpc_support::framed;
use grpc_support::wire::{
    ACK, DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, SETTINGS, WINDOW_UPDATE, Wire, block,
    request, response,
};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{PAGE, Served, note};
use streamgen_runtime::{GrpcLimits, Transport};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

const BIDI: &str = "/notes.Notes/Bidi";
const STALLED: usize = 200;
/// Pages that fill a stream's window of 1 MiB.
const FULL: usize = (1 << 20) / PAGE;
/// The same of a window of 128 KiB, which is enough to fill, by 200 streams, the 16 MiB that a connection
/// had once.
const SMALL: usize = FULL / 8;
/// For what takes seconds on an idle machine.
const LONG: Duration = Duration::from_secs(120);
const REFUSED_STREAM: u32 = 7;

/// A book, and a client of it, both with small windows for streams.
async fn small() -> (Served, NotesClient) {
    let mut limits = GrpcLimits::default();
    limits.stream_window = (SMALL * PAGE) as u32;
    let book = Served::with_limits(limits.clone()).await;
    let client = NotesClient::builder("notes").address(book.address.to_string());
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    (book, client.build().unwrap())
}

/// Calls that need the connection, and nobody who waits.
async fn work(client: &NotesClient) {
    let mut busy = client.bidi().await.unwrap();
    for number in 0..100 {
        let page = note(&"x".repeat(50_000));
        busy.send(page.clone()).await.unwrap();
        assert_eq!(busy.recv().await.unwrap(), Some(page));
        if number % 10 == 0 {
            assert_eq!(client.unary(note("a")).await.unwrap(), note("a"));
        }
    }
}

#[tokio::test]
async fn two_hundred_waiting_readers_of_a_client_leave_it_all_its_other_calls() {
    let (book, client) = small().await;
    let mut stalled = Vec::new();
    for _ in 0..STALLED {
        let call = client.bidi().metainfo("do", "leave flood");
        stalled.push(call.await.unwrap());
    }
    let full = async {
        while book.flooded.load(Ordering::Relaxed) < STALLED * SMALL {
            sleep(Duration::from_millis(5)).await;
        }
        work(&client).await;
    };
    timeout(LONG, full).await.unwrap();
    for mut stream in stalled {
        assert!(stream.recv().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn two_hundred_waiting_handlers_of_a_server_leave_it_all_its_other_calls() {
    let (book, client) = small().await;
    let stalling = async {
        let mut stalled = Vec::new();
        for _ in 0..STALLED {
            let call = client.bidi().metainfo("do", "wait");
            let mut stream = call.await.unwrap();
            for _ in 0..SMALL {
                stream.send(note(&"x".repeat(PAGE))).await.unwrap();
            }
            stalled.push(stream);
        }
        work(&client).await;
        stalled
    };
    let mut stalled = timeout(LONG, stalling).await.unwrap();
    book.go.notify_waiters();
    assert!(stalled[STALLED - 1].recv().await.unwrap().is_some());
}

/// A server that opens no streams when 2 MiB wait, and a client of it.
async fn serve() -> (Served, Wire) {
    let mut limits = GrpcLimits::default();
    limits.connection_window = 4 << 20;
    let book = Served::with_limits(limits).await;
    let mut wire = Wire::connect(book.address).await;
    let_stream_window_count(&mut wire).await;
    wire.open_window().await;
    (book, wire)
}

/// Of the peer's window for streams, which counts from its acknowledgement on.
async fn let_stream_window_count(wire: &mut Wire) {
    while wire.expect(SETTINGS).await.is_ack() {}
    wire.send(SETTINGS, ACK, 0, &[]).await;
}

/// Opens a stream of which the handler does that.
async fn open(client: &mut Wire, stream: u32, does: &str) {
    let headers = request(BIDI, &[("rpc-transit-do", does)]);
    client.send(HEADERS, END_HEADERS, stream, &headers).await;
}

/// Sends so many pages, within the windows.
async fn send_pages(client: &mut Wire, stream: u32, pages: usize) {
    // A page and what is around it are more than the largest frame.
    let page = framed(&[&note(&"x".repeat(PAGE - 13))]);
    for _ in 0..pages {
        client.send(DATA, 0, stream, &page).await;
    }
    client.answered_ping().await;
}

async fn expect_refused(client: &mut Wire, stream: u32) {
    open(client, stream, "").await;
    let reset = client.expect(RST_STREAM).await;
    assert_eq!((reset.stream, reset.u32_at(0)), (stream, REFUSED_STREAM));
}

async fn expect_served(client: &mut Wire, stream: u32) {
    open(client, stream, "").await;
    let message = framed(&[&note("a")]);
    client.send(DATA, END_STREAM, stream, &message).await;
    loop {
        let data = client.expect(DATA).await;
        if data.stream == stream {
            assert_eq!(data.payload, message);
            return;
        }
    }
}

#[tokio::test]
async fn a_server_for_whose_readers_too_much_waits_refuses_streams_and_goes_on_with_those_it_has() {
    let (book, mut client) = serve().await;
    for stream in [1, 3, 5] {
        open(&mut client, stream, "wait").await;
    }
    send_pages(&mut client, 1, FULL / 2).await;
    expect_served(&mut client, 7).await;
    send_pages(&mut client, 3, FULL - 1).await;
    send_pages(&mut client, 5, FULL / 2 + 3).await;
    expect_refused(&mut client, 9).await;
    // What is open has its whole window.
    send_pages(&mut client, 5, FULL / 2 - 4).await;
    send_pages(&mut client, 1, FULL / 2 - 1).await;

    for stream in [1, 3, 5] {
        let more = (1_u32 << 30).to_be_bytes();
        client.send(WINDOW_UPDATE, 0, stream, &more).await;
    }
    book.go.notify_waiters();
    let (mut echoed, all) = (0, (2 * FULL) * PAGE);
    while echoed < all {
        echoed += client.expect(DATA).await.payload.len();
    }
    expect_served(&mut client, 11).await;
}

#[tokio::test]
async fn what_was_reset_waits_no_more() {
    let (book, mut client) = serve().await;
    for stream in [1, 3, 5] {
        open(&mut client, stream, "wait").await;
        send_pages(&mut client, stream, FULL / 4 * 3).await;
    }
    expect_refused(&mut client, 7).await;
    client.send(RST_STREAM, 0, 1, &[0, 0, 0, 8]).await;
    // Its handler has the data until it ends.
    book.go.notify_waiters();
    client.answered_ping().await;
    expect_served(&mut client, 9).await;
}

#[tokio::test]
async fn messages_of_which_a_part_has_arrived_count_too() {
    let (_book, mut client) = serve().await;
    open(&mut client, 1, "").await;
    // Of 3 MiB, which is longer than the stream's window: the reader makes room for it.
    let long = framed(&[&note(&"x".repeat(3 << 20))]);
    let parts: Vec<_> = long.chunks(PAGE).collect();
    let (first, last) = parts.split_at(2 * FULL + FULL / 2);
    for part in first {
        client.send(DATA, 0, 1, part).await;
    }
    client.answered_ping().await;
    expect_refused(&mut client, 3).await;
    for part in last {
        client.send(DATA, 0, 1, part).await;
    }
    client.expect(DATA).await;
    expect_served(&mut client, 5).await;
}

#[tokio::test]
async fn a_client_for_whose_readers_too_much_waits_makes_further_calls_on_another_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut limits = GrpcLimits::default();
    limits.connection_window = 1 << 20;
    let address = listener.local_addr().unwrap().to_string();
    let client = NotesClient::builder("dest.svc").address(address);
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    let client = client.build().unwrap();
    let (mut server, mut stalled) = Wire::meet(&listener, &[], client.bidi()).await;
    let_stream_window_count(&mut server).await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    // Nobody has asked for the response so far.
    send_pages(&mut server, 1, FULL / 2 + 1).await;

    let other = Wire::meet(&listener, &[], client.bidi());
    let (mut second, _other) = timeout(LONG, other).await.unwrap();
    assert_eq!(second.expect(HEADERS).await.stream, 1);
    for _ in 0..=FULL / 2 {
        assert!(stalled.recv().await.unwrap().is_some());
    }
    let fine = block(&[("grpc-status", "0")]);
    let end = END_HEADERS | END_STREAM;
    server.send(HEADERS, end, 1, &fine).await;
    assert_eq!(stalled.recv().await.unwrap(), None);
}
