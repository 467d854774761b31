//! Peers that stop in the middle, and connections that look alive: both come to an end, and further
//! calls do not wait for it (grpc-and-pingpong.md A.1, A.16).

use crate::grpc_support;
use crate::notes_support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use grpc_support::wire::{
    CONTINUATION, DATA, END_HEADERS, HEADERS, PREFACE, SETTINGS, Wire, frame, request, response,
};
use notes_support::thrift::NotesClient;
use notes_support::thrift::book::{Served, note};
use streamgen_runtime::{Code, ErrorKind, GrpcLimits, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

const BIDI: &str = "/notes.Notes/Bidi";
/// What a peer gets for a beginning, or for the rest of a frame, in these tests.
const SHORT: Duration = Duration::from_millis(200);
/// For what takes no time on an idle machine.
const LONG: Duration = Duration::from_secs(60);

fn short() -> GrpcLimits {
    let mut limits = GrpcLimits::default();
    (limits.handshake_timeout, limits.frame_timeout) = (SHORT, SHORT);
    limits
}

/// A connection on which so much has been sent.
async fn send(address: SocketAddr, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    socket
}

/// Waits until the peer has closed it.
async fn expect_closed(mut socket: TcpStream, what: &str) {
    let mut all = Vec::new();
    let read = timeout(LONG, socket.read_to_end(&mut all)).await;
    assert!(read.is_ok(), "{what}: still open");
}

/// Both are 10 s, which is longer than these tests want to wait.
#[test]
fn the_times_of_a_peer_are_ten_seconds() {
    let limits = GrpcLimits::default();
    assert_eq!(limits.handshake_timeout, Duration::from_secs(10));
    assert_eq!(limits.frame_timeout, Duration::from_secs(10));
}

#[tokio::test]
async fn a_server_closes_connections_that_do_not_begin() {
    let book = Served::with_limits(short()).await;
    let half = &frame(SETTINGS, 0, 0, &[0; 6])[..11];
    for (bytes, what) in [
        (PREFACE[..20].to_vec(), "half a preface"),
        (PREFACE.to_vec(), "a preface"),
        ([PREFACE, half].concat(), "half of the SETTINGS"),
    ] {
        expect_closed(send(book.address, &bytes).await, what).await;
    }
}

#[tokio::test]
async fn a_server_closes_connections_on_which_half_a_frame_stays() {
    let book = Served::with_limits(short()).await;
    let call = request(BIDI, &[]);
    let opened = frame(HEADERS, END_HEADERS, 1, &call);
    let half_a_block = [
        frame(HEADERS, 0, 1, &call[..10]),
        frame(CONTINUATION, 0, 1, &[]),
    ];
    let data = frame(DATA, 0, 1, &[0; 100]);
    for (bytes, what) in [
        (opened[..5].to_vec(), "half a head"),
        (opened[..20].to_vec(), "half of HEADERS"),
        (half_a_block.concat(), "half a block of headers"),
        ([&opened, &data[..50]].concat(), "half of DATA"),
    ] {
        let begin = frame(SETTINGS, 0, 0, &[]);
        let socket = send(book.address, &[PREFACE, &begin[..], &bytes].concat()).await;
        expect_closed(socket, what).await;
    }
}

#[tokio::test]
async fn a_server_leaves_connections_open_on_which_nothing_is_begun() {
    let mut limits = GrpcLimits::default();
    // Time enough to begin the connection and to end the frame, on a busy machine too.
    (limits.handshake_timeout, limits.frame_timeout) = (5 * SHORT, 5 * SHORT);
    let book = Served::with_limits(limits).await;
    let mut client = Wire::connect(book.address).await;
    let call = frame(HEADERS, END_HEADERS, 1, &request(BIDI, &[]));
    // In two parts, which starts the clock.
    client.0.write_all(&call[..20]).await.unwrap();
    client.answered_settings().await;
    client.0.write_all(&call[20..]).await.unwrap();
    sleep(8 * SHORT).await;
    client.answered_ping().await;
}

#[tokio::test]
async fn a_client_leaves_a_server_that_sends_half_a_frame() {
    let (client, listener) = client_with(|limits| limits.frame_timeout = SHORT).await;
    let (mut server, mut stream) = Wire::meet(&listener, &[], client.bidi()).await;
    let half = &frame(HEADERS, END_HEADERS, 1, &response(&[]))[..20];
    server.0.write_all(half).await.unwrap();
    let error = timeout(LONG, stream.recv()).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Connection, Some(Code::UNAVAILABLE))
    );
}

async fn client_with(change: fn(&mut GrpcLimits)) -> (NotesClient, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut limits = GrpcLimits::default();
    change(&mut limits);
    let address = listener.local_addr().unwrap().to_string();
    let builder = NotesClient::builder("dest.svc").address(address);
    let builder = builder.transport(Transport::Grpc).grpc_limits(limits);
    (builder.build().unwrap(), listener)
}

/// Passes connections on to a server. Those that are there when the lights go out stay open, and
/// nothing passes any more: a network does so that forgets a flow.
struct Network {
    address: SocketAddr,
    dark: Arc<AtomicBool>,
}

impl Network {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let dark = Arc::<AtomicBool>::default();
        let lights = Arc::clone(&dark);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(server).await.unwrap();
                let lights = match lights.load(Ordering::Relaxed) {
                    true => Arc::default(),
                    false => Arc::clone(&lights),
                };
                let (near, far) = (near.into_split(), far.into_split());
                tokio::spawn(pass(near.0, far.1, Arc::clone(&lights)));
                tokio::spawn(pass(far.0, near.1, lights));
            }
        });
        Self { address, dark }
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    dark: Arc<AtomicBool>,
) {
    let mut some = [0; 4096];
    while let Ok(len @ 1..) = from.read(&mut some).await {
        let lost = dark.load(Ordering::Relaxed);
        if !lost && to.write_all(&some[..len]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn calls_leave_a_connection_on_which_nothing_comes_back() {
    let book = Served::over(Transport::Grpc).await;
    let network = Network::to(book.address).await;
    let mut limits = GrpcLimits::default();
    limits.keepalive = Some(SHORT);
    limits.keepalive_timeout = 10 * SHORT;
    let client = NotesClient::builder("notes").address(network.address.to_string());
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    let client = client.build().unwrap();
    let mut old = client.bidi().await.unwrap();
    old.send(note("a")).await.unwrap();
    assert_eq!(old.recv().await.unwrap(), Some(note("a")));

    network.dark.store(true, Ordering::Relaxed);
    let recovered = async { while client.unary(note("a")).timeout(SHORT).await.is_err() {} };
    timeout(LONG, recovered).await.unwrap();
    // What was under way on it is told.
    let error = timeout(LONG, old.recv()).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), error.grpc_code()),
        (ErrorKind::Connection, Some(Code::UNAVAILABLE))
    );
    assert_eq!(client.unary(note("a")).await.unwrap(), note("a"));
}

/// Calls that are over before the silence is long enough show it together.
#[tokio::test]
async fn calls_with_short_deadlines_leave_such_a_connection_too() {
    let book = Served::over(Transport::Grpc).await;
    let network = Network::to(book.address).await;
    let mut limits = GrpcLimits::default();
    limits.keepalive = Some(2 * SHORT);
    let client = NotesClient::builder("notes").address(network.address.to_string());
    let client = client.transport(Transport::Grpc).grpc_limits(limits);
    let client = client.build().unwrap();
    client.unary(note("a")).await.unwrap();

    network.dark.store(true, Ordering::Relaxed);
    let recovered = async {
        while client.unary(note("a")).timeout(SHORT / 4).await.is_err() {
            sleep(SHORT).await;
        }
    };
    timeout(LONG, recovered).await.unwrap();
}
