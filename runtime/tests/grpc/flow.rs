//! Flow control, frame by frame: nobody sends beyond a window, nobody waits for another's window,
//! and short messages share frames (grpc-and-pingpong.md A.17, E.6).

use crate::grpc_support;
use crate::notes_support;

use bytes::Bytes;
use grpc_support::framed;
use grpc_support::wire::{
    ACK, DATA, END_HEADERS, END_STREAM, Frame, HEADERS, PING, SETTINGS, Wire, block, request,
    response,
};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use streamgen_runtime::Transport;
use tokio::net::TcpListener;

/// The window of every stream of a peer that names none.
const WINDOW: usize = 65_535;

/// A client of a server that has shown its settings and can be written to for ever, but not on one
/// stream.
async fn listen() -> (NotesClient, Wire) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let client = NotesClient::builder("dest.svc").address(address);
    let client = client.transport(Transport::Grpc).build().unwrap();
    let (mut server, mut first) = Wire::meet(&listener, &[], client.bidi()).await;
    server.expect(SETTINGS).await;
    server.send(SETTINGS, ACK, 0, &[]).await;
    server.open_window().await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    // Now all of this is known.
    first.header().await.unwrap();
    (client, server)
}

/// The DATA that comes on a stream until the peer has answered a ping.
async fn data_of(wire: &mut Wire, stream: u32) -> Vec<Frame> {
    wire.send(PING, 0, 0, b"untilnow").await;
    let mut data = Vec::new();
    loop {
        let frame = wire.next().await.unwrap();
        match frame.kind {
            PING => return data,
            DATA if frame.stream == stream => data.push(frame),
            _ => {}
        }
    }
}

fn total(frames: &[Frame]) -> usize {
    frames.iter().map(|frame| frame.payload.len()).sum()
}

#[tokio::test]
async fn g63_a_client_stops_at_the_window_of_one_stream_and_goes_on_with_others() {
    let (client, mut server) = listen().await;
    let mut full = client.bidi().await.unwrap();
    let sending = tokio::spawn(async move {
        let page = note(&"x".repeat(1024));
        while full.send(page.clone()).await.is_ok() {}
    });
    let mut received = 0;
    while received < WINDOW {
        let frame = server.expect(DATA).await;
        assert_eq!(frame.stream, 3);
        received += frame.payload.len();
    }
    assert_eq!(received, WINDOW);
    assert_eq!(total(&data_of(&mut server, 3).await), 0);
    assert!(!sending.is_finished());

    let mut other = client.bidi().await.unwrap();
    other.send(note("a")).await.unwrap();
    assert_eq!(server.expect(DATA).await.payload, framed(&[&note("a")]));
    sending.abort();
}

#[tokio::test]
async fn g63_a_server_stops_at_the_window_of_one_stream_and_goes_on_with_others() {
    let book = Served::over(Transport::Grpc).await;
    let mut client = Wire::connect(book.address).await;
    client.open_window().await;
    let flood = request("/notes.Notes/Bidi", &[("rpc-transit-do", "leave flood")]);
    client.send(HEADERS, END_HEADERS, 1, &flood).await;
    let mut received = 0;
    while received < WINDOW {
        received += client.expect(DATA).await.payload.len();
    }
    assert_eq!(received, WINDOW);
    assert_eq!(total(&data_of(&mut client, 1).await), 0);

    let echo = request("/notes.Notes/Bidi", &[]);
    client.send(HEADERS, END_HEADERS, 3, &echo).await;
    client.send(DATA, 0, 3, &framed(&[&note("a")])).await;
    assert_eq!(client.expect(DATA).await.payload, framed(&[&note("a")]));
}

/// A note in a message of so many bytes, and its prefix.
fn message_of(len: usize) -> Bytes {
    // Type, id and length of the text, and the end of the struct.
    let text = "x".repeat(len - 8);
    let bytes = framed(&[&note(&text)]);
    assert_eq!(bytes.len(), 5 + len);
    bytes
}

#[tokio::test]
async fn g64_messages_of_18_bytes_in_frames_of_their_own_reach_a_slow_reader() {
    const MESSAGES: usize = 200_000;
    let (client, mut server) = listen().await;
    let mut stream = client.bidi().await.unwrap();
    let message = grpc_support::wire::frame(DATA, 0, 3, &message_of(18));
    tokio::spawn(async move {
        server.send(HEADERS, END_HEADERS, 3, &response(&[])).await;
        server.send_within_windows(3, &message, MESSAGES).await;
        let fine = block(&[("grpc-status", "0")]);
        server
            .send(HEADERS, END_HEADERS | END_STREAM, 3, &fine)
            .await;
        while server.next().await.is_some() {}
    });
    let mut received = 0;
    while stream.recv().await.unwrap().is_some() {
        received += 1;
        if received % 100 == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    }
    assert_eq!(received, MESSAGES);
}

#[tokio::test]
async fn g65_a_server_lives_with_2000_unread_messages_of_15_bytes() {
    let book = Served::over(Transport::Grpc).await;
    let mut client = Wire::connect(book.address).await;
    let wait = request("/notes.Notes/Bidi", &[("rpc-transit-do", "wait")]);
    client.send(HEADERS, END_HEADERS, 1, &wait).await;
    for _ in 0..2000 {
        client.send(DATA, 0, 1, &message_of(10)).await;
    }
    let echo = request("/notes.Notes/Bidi", &[]);
    client.send(HEADERS, END_HEADERS, 3, &echo).await;
    client.send(DATA, 0, 3, &framed(&[&note("a")])).await;
    assert_eq!(client.expect(DATA).await.payload, framed(&[&note("a")]));

    book.go.notify_one();
    let mut received = 0;
    while received < 2000 * message_of(10).len() {
        received += client.expect(DATA).await.payload.len();
    }
}

#[tokio::test]
async fn g65_a_client_lives_with_2000_unread_messages_of_15_bytes() {
    let (client, mut server) = listen().await;
    let mut unread = client.bidi().await.unwrap();
    let mut other = client.bidi().await.unwrap();
    server.send(HEADERS, END_HEADERS, 3, &response(&[])).await;
    for _ in 0..2000 {
        server.send(DATA, 0, 3, &message_of(10)).await;
    }
    server.send(HEADERS, END_HEADERS, 5, &response(&[])).await;
    server.send(DATA, 0, 5, &framed(&[&note("a")])).await;
    assert_eq!(other.recv().await.unwrap(), Some(note("a")));
    for _ in 0..2000 {
        assert_eq!(unread.recv().await.unwrap(), Some(note("xx")));
    }
}

#[tokio::test]
async fn g66_ready_messages_share_data_frames() {
    let (client, mut server) = listen().await;
    let mut stream = client.bidi().await.unwrap();
    let message = note(&"x".repeat(64 - 8));
    for _ in 0..900 {
        stream.send(message.clone()).await.unwrap();
    }
    stream.close_send().await.unwrap();
    let frames = data_of(&mut server, 3).await;
    assert_eq!(total(&frames), 900 * (64 + 5));
    assert!(frames.len() < 90, "{} frames", frames.len());
}
