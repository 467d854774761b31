//! Connections of TTHeader Streaming.

use streamgen_runtime::{Limits, PoolMode, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::capture::Capture;
use crate::errors_support::{SOON, Then, Wire, broken};
use crate::rpc_support::{PeerClient, Running, msg};
use crate::serve;

/// A length that nothing follows.
const HALF: [u8; 8] = [0, 0, 0, 0x2e, 0x10, 0, 0, 0x02];
const ENDED: &str = "streamgen::ttheader: connection ended";

/// What a client sends whose messages may be of 16 KiB.
async fn send(server: &Running, bytes: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    let _ = socket.read(&mut [0; 64]).await;
    socket
}

fn on_one_connection(server: &Running) -> PeerClient {
    let builder = Wire::Streaming.builder(PeerClient::builder("peer"), server.address);
    builder.pool(PoolMode::Mux { slots: 1 }).build().unwrap()
}

#[tokio::test]
async fn a_connection_whose_last_call_has_ended_ends_quietly_on_both_sides() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let client = Wire::Streaming.client(server.address);
    Wire::Streaming
        .ask(&client, "m".into(), None)
        .await
        .unwrap();
    drop(client);
    let told = format!("DEBUG {ENDED} side=Client streams=0 kind=Connection code=12006 reason=");
    seen.event(&format!("{told}connection closed")).await;
    let told = format!("DEBUG {ENDED} side=Server streams=0 kind=Connection code=12004 reason=");
    seen.event(&format!("{told}EOF peer close")).await;
    assert_eq!(seen.events("INFO streamgen::ttheader").len(), 0);
    // The connections are told by their spans, too, of which the client's belongs to no call.
    let span = seen.span("DEBUG streamgen::ttheader: connection").await;
    assert_eq!(span.within, [""; 0]);
    let peer = server.address.port().to_string();
    assert_eq!(span.fields.get("network.peer.port"), Some(&*peer));
    let span = seen.span("DEBUG streamgen::server: connection").await;
    assert_eq!(span.fields.get("network.local.port"), Some(&*peer));
}

#[tokio::test]
async fn bytes_that_are_no_frame_are_told_as_what_is_wrong_with_them() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let mut garbage = HALF.to_vec();
    garbage.extend([b'x'; 64]);
    drop(send(&server, &garbage).await);
    let told = seen.events(&format!(
        "INFO {ENDED} side=Server streams=0 kind=Protocol code=12004"
    ));
    assert_eq!(told.len(), 1, "{:?}", seen.all());
}

#[tokio::test]
async fn a_peer_that_stops_in_a_frame_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder().stall_timeout(SOON), "").await;
    drop(send(&server, &HALF).await);
    seen.event(&format!(
        "INFO {ENDED} side=Server streams=0 kind=Connection code=12006 \
         reason=nothing follows the first part of a frame"
    ))
    .await;
}

#[tokio::test]
async fn a_peer_that_sends_a_frame_too_slowly_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder().min_rate(crate::soon()), "").await;
    let _slow = send(&server, &HALF).await;
    seen.event(&format!(
        "INFO {ENDED} side=Server streams=0 kind=Connection code=12006 \
         reason=a frame arrives more slowly than the minimum rate"
    ))
    .await;
}

#[tokio::test]
async fn a_frame_above_the_limit_is_told() {
    let seen = Capture::start();
    let mut limits = Limits::default();
    limits.max_frame = 1024;
    let server = serve(Server::builder().stream_limits(limits), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket
        .write_all(&[0, 1, 0, 0, 0x10, 0, 0, 0x02, 0, 0, 0, 1, 0, 0])
        .await
        .unwrap();
    socket.shutdown().await.unwrap();
    seen.event(&format!(
        "INFO {ENDED} side=Server streams=0 kind=Connection code=12004 \
         reason=frame length 65536 exceeds the maximum of 1024 bytes"
    ))
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_under_a_call_is_told() {
    for (then, code, reason) in [
        (Then::Close, 12_004, "EOF peer close"),
        (
            Then::Reset,
            12_006,
            "Connection reset by peer (os error 104)",
        ),
    ] {
        let seen = Capture::start();
        let client = Wire::Streaming.client(broken(then, false).await);
        Wire::Streaming.refused(&client, None).await;
        seen.event(&format!(
            "INFO {ENDED} side=Client streams=1 kind=Connection code={code} reason={reason}"
        ))
        .await;
    }
}

#[tokio::test]
async fn streams_above_the_maximum_are_told_once_aloud() {
    let seen = Capture::start();
    let mut limits = Limits::default();
    limits.max_streams = 1;
    let server = serve(Server::builder().stream_limits(limits), "").await;
    let client = on_one_connection(&server);
    let mut held = client.bidi().await.unwrap();
    held.send(msg("m")).await.unwrap();
    held.recv().await.unwrap();
    for _ in 0..3 {
        client.bidi().await.unwrap().recv().await.unwrap_err();
    }
    let text = "streamgen::ttheader: stream refused: too many on its connection max_streams=1";
    assert_eq!(seen.events(&format!("INFO {text}")).len(), 1);
    assert_eq!(seen.events(&format!("DEBUG {text}")).len(), 2);
}

#[tokio::test]
async fn headers_above_the_maximum_are_told() {
    let seen = Capture::start();
    let mut limits = Limits::default();
    limits.connection_headers = 0;
    let server = serve(Server::builder().stream_limits(limits), "").await;
    let client = on_one_connection(&server);
    client.bidi().await.unwrap().recv().await.unwrap_err();
    let text = "stream refused: the headers on its connection are too large";
    seen.event(&format!(
        "INFO streamgen::ttheader: {text} connection_headers=0"
    ))
    .await;
}

#[tokio::test]
async fn a_connection_that_is_silent_for_the_time_of_a_call_is_told_once() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "hold").await;
    let client = on_one_connection(&server);
    for _ in 0..2 {
        let mut both = Vec::new();
        for _ in 0..2 {
            // Time enough to connect, on a busy machine too.
            both.push(client.bidi().timeout(10 * SOON).await.unwrap());
        }
        for mut stream in both {
            stream.recv().await.unwrap_err();
        }
    }
    let told = seen.events(
        "WARN streamgen::ttheader: no new call on a connection that was silent for the whole time of one",
    );
    assert_eq!(told.len(), 2, "one of each connection");
}
