//! Calls that are given up, answered early or refused in great numbers: each of them costs itself,
//! and the connection and all other calls on it go on. So that a client can make nothing of it, the handlers
//! that it can keep busy are bounded (Rapid Reset, MadeYouReset).
//!
//! `STREAMGEN_BURSTS=full` makes as many calls as the names of the tests say, else a part of them.

use crate::grpc_support;
use crate::notes_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use grpc_support::framed;
use grpc_support::wire::{
    DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM, WINDOW_UPDATE, Wire, frame, request,
    response,
};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{PAGE, Served, note};
use streamgen_runtime::{Code, Error, GrpcLimits, Transport};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const BIDI: &str = "/notes.Notes/Bidi";
const CANCEL: [u8; 4] = [0, 0, 0, 8];
const REFUSED_STREAM: u32 = 7;
/// Streams whose frames under way h2 is told to remember, and what it bears by itself of those it has
/// forgotten.
const MORE_THAN_REMEMBERED: u32 = 3000;

/// How many calls a test makes that has so many in its name.
fn many(full: usize) -> usize {
    match std::env::var("STREAMGEN_BURSTS").as_deref() {
        Ok("full") => full,
        // More than h2's limits are.
        _ => 1500.min(full),
    }
}

/// A stream on the connection of all others, in use all the time.
struct Bystander {
    enough: Arc<AtomicBool>,
    calling: JoinHandle<usize>,
}

impl Bystander {
    fn of(client: &NotesClient) -> Self {
        let (client, enough) = (client.clone(), Arc::<AtomicBool>::default());
        let stop = Arc::clone(&enough);
        let calling = tokio::spawn(async move {
            let mut stream = client.bidi().await.unwrap();
            let mut answered = 0;
            while !stop.load(Ordering::Relaxed) {
                stream.send(note("a")).await.unwrap();
                assert_eq!(stream.recv().await.unwrap(), Some(note("a")));
                answered += 1;
            }
            answered
        });
        Self { enough, calling }
    }

    /// It has noticed nothing.
    async fn end_well(self) {
        self.enough.store(true, Ordering::Relaxed);
        assert!(self.calling.await.unwrap() > 0);
    }
}

#[tokio::test]
async fn beside_100_000_cancels_a_bystander_notices_nothing() {
    let book = Served::over(Transport::Grpc).await;
    let bystander = Bystander::of(&book.client);
    for _ in 0..many(100_000) / 100 {
        let mut streams = Vec::new();
        for _ in 0..100 {
            let call = book.client.bidi().metainfo("do", "push");
            streams.push(call.await.unwrap());
        }
        // Some have not left yet when they are given up, some have much under way.
        streams.truncate(50);
        for stream in &mut streams {
            assert!(stream.recv().await.unwrap().is_some());
        }
    }
    bystander.end_well().await;
}

#[tokio::test]
async fn beside_10_000_uploads_that_are_answered_early_a_bystander_notices_nothing() {
    let book = Served::over(Transport::Grpc).await;
    let bystander = Bystander::of(&book.client);
    let page = note(&"x".repeat(PAGE));
    for _ in 0..many(10_000) {
        let mut upload = book.client.bidi().metainfo("do", "leave").await.unwrap();
        // In vain, as soon as the answer is there.
        while upload.send(page.clone()).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert_eq!(upload.recv().await.unwrap(), None);
    }
    bystander.end_well().await;
}

#[tokio::test]
async fn beside_10_bursts_of_200_calls_with_a_deadline_a_bystander_notices_nothing() {
    let book = Served::over(Transport::Grpc).await;
    let bystander = Bystander::of(&book.client);
    for _ in 0..10 {
        let calls = (0..200).map(|_| {
            let client = book.client.clone();
            tokio::spawn(async move {
                let call = client.bidi().metainfo("do", "push");
                let mut stream = call.timeout(Duration::from_millis(50)).await?;
                while stream.recv().await?.is_some() {}
                Ok::<(), Error>(())
            })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(
                call.await.unwrap().unwrap_err().grpc_code(),
                Some(Code::DEADLINE_EXCEEDED)
            );
        }
    }
    bystander.end_well().await;
}

#[tokio::test]
async fn a_thousand_calls_at_once_wait_for_ten_streams_and_all_are_made() {
    for _ in 0..5 {
        let mut limits = GrpcLimits::default();
        limits.max_streams = 10;
        let book = Served::with_limits(limits).await;
        let calls = (0..1000).map(|_| {
            let client = book.client.clone();
            tokio::spawn(async move { client.unary(note("a")).await })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap().unwrap(), note("a"));
        }
    }
}

async fn echo(wire: &mut Wire, stream: u32) {
    let headers = request(BIDI, &[]);
    wire.send(HEADERS, END_HEADERS, stream, &headers).await;
    let message = framed(&[&note("a")]);
    wire.send(DATA, END_STREAM, stream, &message).await;
    while wire.expect(DATA).await.stream != stream {}
}

#[tokio::test]
async fn a_server_bears_what_is_under_way_on_streams_that_it_has_answered() {
    let book = Served::over(Transport::Grpc).await;
    let mut client = Wire::connect(book.address).await;
    let streams: Vec<u32> = (0..MORE_THAN_REMEMBERED).map(|call| 2 * call + 1).collect();
    let upload = request(BIDI, &[("rpc-transit-do", "leave")]);
    for stream in &streams {
        client.send(HEADERS, END_HEADERS, *stream, &upload).await;
        client.expect(RST_STREAM).await;
    }
    for stream in &streams {
        client.send(DATA, 0, *stream, b"x").await;
    }
    client.answered_ping().await;
    echo(&mut client, 2 * MORE_THAN_REMEMBERED + 1).await;
}

#[tokio::test]
async fn a_client_bears_what_is_under_way_on_streams_that_it_has_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let client = NotesClient::builder("dest.svc").address(address);
    let client = client.transport(Transport::Grpc).build().unwrap();
    let (mut server, mut bystander) = Wire::meet(&listener, &[], client.bidi()).await;
    server.send(HEADERS, END_HEADERS, 1, &response(&[])).await;
    for _ in 0..MORE_THAN_REMEMBERED {
        client.bidi().await.unwrap().cancel();
        server.expect(RST_STREAM).await;
    }
    for call in 1..=MORE_THAN_REMEMBERED {
        let headers = response(&[]);
        let stream = 2 * call + 1;
        server.send(HEADERS, END_HEADERS, stream, &headers).await;
        server.send(DATA, 0, stream, b"x").await;
    }
    server.send(DATA, 0, 1, &framed(&[&note("a")])).await;
    assert_eq!(bystander.recv().await.unwrap(), Some(note("a")));
}

#[tokio::test]
async fn a_server_bears_clients_that_learn_of_its_limit_by_refusals() {
    let mut limits = GrpcLimits::default();
    limits.max_streams = 1;
    let book = Served::with_limits(limits).await;
    let mut client = Wire::connect(book.address).await;
    let wait = request(BIDI, &[("rpc-transit-do", "wait")]);
    client.send(HEADERS, END_HEADERS, 1, &wait).await;
    for call in 1..=MORE_THAN_REMEMBERED {
        let stream = 2 * call + 1;
        client.send(HEADERS, END_HEADERS, stream, &wait).await;
        client.send(DATA, END_STREAM, stream, b"x").await;
        let reset = client.expect(RST_STREAM).await;
        assert_eq!(reset.u32_at(0), REFUSED_STREAM);
        // What was under way is answered too.
        client.expect(RST_STREAM).await;
    }
    client.send(RST_STREAM, 0, 1, &CANCEL).await;
    echo(&mut client, 2 * MORE_THAN_REMEMBERED + 3).await;
}

/// CVE-2023-44487.
#[tokio::test]
async fn rapid_resets_run_hardly_a_handler_and_leave_the_server_to_others() {
    const FLOOD: u32 = 20_000;
    let mut book = Served::over(Transport::Grpc).await;
    let bystander = Bystander::of(&book.client);
    let mut client = Wire::connect(book.address).await;
    let leave = request(BIDI, &[("rpc-transit-do", "leave")]);
    let mut flood = Vec::new();
    for call in 0..FLOOD {
        flood.extend(frame(HEADERS, END_HEADERS, 2 * call + 1, &leave));
        flood.extend(frame(RST_STREAM, 0, 2 * call + 1, &CANCEL));
    }
    client.0.write_all(&flood).await.unwrap();
    client.answered_ping().await;
    echo(&mut client, 2 * FLOOD + 1).await;
    bystander.end_well().await;

    let mut ran = 0;
    while book.told.try_recv().is_ok() {
        ran += 1;
    }
    assert!(ran < FLOOD / 10, "{ran} handlers");
}

/// Has the server run handlers of streams that are gone, until it runs no more.
async fn leave_handlers_behind(mut lose: impl AsyncFnMut(&mut Wire, u32)) {
    /// Beyond the streams that may be open.
    const MORE: u32 = 1024;
    let mut limits = GrpcLimits::default();
    limits.max_streams = 1;
    let book = Served::with_limits(limits).await;
    let mut client = Wire::connect(book.address).await;
    // A handler that does not look whether its call was cancelled.
    let wait = request(BIDI, &[("rpc-transit-do", "wait leave")]);
    for call in 0..=MORE {
        client.send(HEADERS, END_HEADERS, 2 * call + 1, &wait).await;
        client.answered_ping().await;
        lose(&mut client, 2 * call + 1).await;
    }
    let next = 2 * MORE + 3;
    client.send(HEADERS, END_HEADERS, next, &wait).await;
    let reset = client.expect(RST_STREAM).await;
    assert_eq!((reset.stream, reset.u32_at(0)), (next, REFUSED_STREAM));

    book.go.notify_waiters();
    client.answered_ping().await;
    echo(&mut client, next + 2).await;
}

/// CVE-2023-44487 again, slowly.
#[tokio::test]
async fn handlers_of_streams_that_their_client_resets_are_bounded() {
    leave_handlers_behind(async |client, stream| {
        client.send(RST_STREAM, 0, stream, &CANCEL).await;
    })
    .await;
}

/// CVE-2025-8671, MadeYouReset.
#[tokio::test]
async fn handlers_of_streams_that_the_server_is_made_to_reset_are_bounded() {
    leave_handlers_behind(async |client, stream| {
        // Together with what the window has already it is too much.
        let all = (u32::MAX >> 1).to_be_bytes();
        client.send(WINDOW_UPDATE, 0, stream, &all).await;
        assert_eq!(client.expect(RST_STREAM).await.stream, stream);
    })
    .await;
}
