//! Peers that send a byte a second: each wire, on either side, closes their connections, and does not
//! mind those that are slower than usual.

use std::time::Duration;

use streamgen_runtime::ErrorKind;
use streamgen_runtime::client::ByteStream;
use tokio::io::{
    AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf, copy, duplex, split,
};
use tokio::time::{Instant, sleep, timeout};

use super::memory::{LONG, Only, ROOM, Side, all, ask, client, connect, serve};
use crate::grpc_support::wire::{
    CONTINUATION, DATA, END_HEADERS, HEADERS, PREFACE, RST_STREAM, SETTINGS, frame, request,
    response,
};
use crate::rpc_support::{PeerClient, msg};
use crate::wires::{Wire, server};

const SECOND: Duration = Duration::from_secs(1);
/// The defaults of every wire.
const GRACE: Duration = Duration::from_secs(20);
const RATE: usize = 500;
/// How much arrives at once, ahead of the slow part. Connections begin with less.
const FIRST: usize = 1024;
const BIDI: &str = "/rpc.Peer/Bidi";

/// Passes on what `from` brings: its first kilobyte at once, then so many bytes a second.
async fn trickle(
    mut from: ReadHalf<DuplexStream>,
    mut to: WriteHalf<DuplexStream>,
    bytes_per_second: usize,
) {
    let mut first = (&mut from).take(FIRST as u64);
    let _ = copy(&mut first, &mut to).await;
    let mut buf = vec![0; bytes_per_second];
    while let Ok(n @ 1..) = from.read(&mut buf).await {
        if to.write_all(&buf[..n]).await.is_err() {
            return;
        }
        sleep(SECOND).await;
    }
}

/// A client of a server. Their one connection passes on slowly what `slow` sends.
fn slowly(wire: (Wire, bool), slow: Side, bytes_per_second: usize) -> PeerClient {
    let (near, client_end) = duplex(ROOM);
    let (server_end, far) = duplex(ROOM);
    let (mut from_client, mut to_client) = split(client_end);
    let (mut from_server, mut to_server) = split(server_end);
    tokio::spawn(async move {
        match slow {
            Side::Client => tokio::select! {
                () = trickle(from_client, to_server, bytes_per_second) => {}
                _ = copy(&mut from_server, &mut to_client) => {}
            },
            Side::Server => tokio::select! {
                () = trickle(from_server, to_client, bytes_per_second) => {}
                _ = copy(&mut from_client, &mut to_server) => {}
            },
        }
    });
    connect(server(), far.into(), near.into(), wire)
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_a_byte_a_second_loses_its_connection() {
    for slow in [Side::Client, Side::Server] {
        for wire in all() {
            let case = format!("{slow:?} {wire:?}");
            let began = Instant::now();
            let client = slowly(wire, slow, 1);
            let error = ask(wire.0, &client, 4 * FIRST).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Connection, "{case}: {error}");
            let took = began.elapsed();
            let most = GRACE + SECOND * (5 * FIRST / RATE) as u32;
            assert!((GRACE..most).contains(&took), "{case}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_more_than_the_minimum_is_served() {
    for slow in [Side::Client, Side::Server] {
        for wire in all() {
            let began = Instant::now();
            let client = slowly(wire, slow, RATE + 50);
            let asked = ask(wire.0, &client, 80 * RATE).await;
            asked.unwrap_or_else(|error| panic!("{slow:?} {wire:?}: {error}"));
            let took = began.elapsed();
            assert!(took > 3 * GRACE, "{slow:?} {wire:?}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_is_measured_on_its_own() {
    for slow in [Side::Client, Side::Server] {
        // One call needs a connection of its own on the other wire.
        for wire in all().filter(|(wire, _)| *wire != Wire::Short) {
            let began = Instant::now();
            let client = slowly(wire, slow, 40);
            for _ in 0..10 {
                let asked = ask(wire.0, &client, 500).await;
                asked.unwrap_or_else(|error| panic!("{slow:?} {wire:?}: {error}"));
            }
            let took = began.elapsed();
            assert!(took > 4 * GRACE, "{slow:?} {wire:?}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_between_two_messages_is_not_limited() {
    for wire in [Wire::Mux, Wire::Long, Wire::Short, Wire::GrpcStream] {
        let (near, far) = duplex(ROOM);
        let client = connect(server(), far.into(), near.into(), (wire, false));
        let mut stream = client.bidi().await.unwrap();
        for _ in 0..3 {
            stream.send(msg("m")).await.unwrap();
            assert_eq!(stream.recv().await.unwrap().unwrap().text, "m");
            sleep(LONG).await;
        }
    }
}

/// What a client begins HTTP/2 with.
fn begin() -> Vec<u8> {
    [&PREFACE[..], &frame(SETTINGS, 0, 0, &[])].concat()
}

/// Sends `first` at once and then `next` each second, until the server closes. Returns how long that
/// took.
async fn lasts(first: &[u8], next: impl Fn(usize) -> Vec<u8>) -> Duration {
    let (near, far) = duplex(ROOM);
    serve(server(), far.into());
    let (mut read, mut write) = split(near);
    write.write_all(first).await.unwrap();
    let began = Instant::now();
    let closed = async {
        let mut answers = Vec::new();
        let _ = read.read_to_end(&mut answers).await;
    };
    let sending = async {
        for at in 0.. {
            sleep(SECOND).await;
            if write.write_all(&next(at)).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    tokio::select! {
        ended = timeout(LONG, closed) => ended.expect("it stays open"),
        () = sending => {}
    }
    began.elapsed()
}

/// The bytes of `all` one by one, as long as they last.
fn one_by_one(all: Vec<u8>) -> impl Fn(usize) -> Vec<u8> {
    move |at| vec![all[at]]
}

#[tokio::test(start_paused = true)]
async fn no_part_of_http2_may_trickle() {
    let preface = PREFACE[8..].to_vec();
    let handshake = lasts(&PREFACE[..8], one_by_one(preface)).await;
    assert_eq!(handshake.as_secs(), 10, "a preface");

    let call = request(BIDI, &[]);
    let headers = frame(HEADERS, END_HEADERS, 1, &call);
    let took = lasts(&begin(), one_by_one(headers.clone())).await;
    assert!((GRACE..GRACE + 2 * SECOND).contains(&took), "{took:?}");

    // Each frame is whole, and the block is not.
    let block = [begin(), frame(HEADERS, 0, 1, &call[..40])].concat();
    let rest = one_by_one(call[40..].to_vec());
    let took = lasts(&block, |at| frame(CONTINUATION, 0, 1, &rest(at))).await;
    assert!((GRACE..GRACE + 2 * SECOND).contains(&took), "{took:?}");
}

/// The first bytes of a message of 1,000.
const PREFIX: [u8; 5] = [0, 0, 0, 3, 0xe8];

/// Reads frames until one of this type for the stream 1 arrives. Returns how long that took.
async fn arrives(read: &mut ReadHalf<DuplexStream>, kind: u8) -> Duration {
    let began = Instant::now();
    let wait = async {
        loop {
            let mut head = [0; 9];
            read.read_exact(&mut head).await.unwrap();
            let [a, b, c, of, _, stream @ ..] = head;
            let len = u32::from_be_bytes([0, a, b, c]) as usize;
            read.read_exact(&mut vec![0; len]).await.unwrap();
            if of == kind && u32::from_be_bytes(stream) == 1 {
                return began.elapsed();
            }
        }
    };
    timeout(LONG, wait).await.expect("it arrives")
}

/// Sends a message in frames of one byte, one each second, and so many PINGs in between.
async fn send_in_frames(write: &mut WriteHalf<DuplexStream>, pings: usize) {
    let ping = frame(6, 0, 0, b"all fine").repeat(pings);
    loop {
        sleep(SECOND).await;
        let more = [frame(DATA, 0, 1, &[0]), ping.clone()].concat();
        if write.write_all(&more).await.is_err() {
            return;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_may_not_trickle_in_whole_frames_either() {
    // A connection that is busy with other things carries less of each.
    for (pings, least) in [(0, GRACE), (20, 2 * GRACE)] {
        for method in ["Bidi", "Hello"] {
            let (near, far) = duplex(ROOM);
            serve(server(), far.into());
            let (mut read, mut write) = split(near);
            let call = frame(
                HEADERS,
                END_HEADERS,
                1,
                &request(&format!("/rpc.Peer/{method}"), &[]),
            );
            let first = frame(DATA, 0, 1, &PREFIX);
            let beginning = [begin(), call, first].concat();
            write.write_all(&beginning).await.unwrap();
            let took = tokio::select! {
                took = arrives(&mut read, HEADERS) => took,
                () = send_in_frames(&mut write, pings) => unreachable!("the connection is closed"),
            };
            assert!(took >= least && took < LONG, "{method}, {pings}: {took:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_does_not_wait_for_a_message_that_trickles_in_frames() {
    let (near, far) = duplex(ROOM);
    let client = client(Wire::GrpcStream, false, Only::from(ByteStream::from(near)));
    let (mut read, mut write) = split(far);
    let beginning = [
        frame(SETTINGS, 0, 0, &[]),
        frame(HEADERS, END_HEADERS, 1, &response(&[])),
        frame(DATA, 0, 1, &PREFIX),
    ];
    let serving = tokio::spawn(async move {
        write.write_all(&beginning[0]).await.unwrap();
        read.read_exact(&mut [0; PREFACE.len()]).await.unwrap();
        // The client has opened its stream when it sends its headers.
        arrives(&mut read, HEADERS).await;
        write.write_all(&beginning[1..].concat()).await.unwrap();
        tokio::select! {
            took = arrives(&mut read, RST_STREAM) => took,
            () = send_in_frames(&mut write, 0) => unreachable!("the connection is closed"),
        }
    });
    let mut stream = client.bidi().timeout(LONG).await.unwrap();
    let error = stream.recv().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connection, "{error}");
    drop(stream);
    let reset = serving.await.unwrap();
    assert!((GRACE..GRACE + 2 * SECOND).contains(&reset), "{reset:?}");
}
