//! Connections of ping-pong calls.

use std::net::SocketAddr;

use streamgen_runtime::{PoolMode, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::capture::Capture;
use crate::errors_support::{Cause, SOON, Then, Wire, broken, provoke};
use crate::rpc_support::PeerClient;
use crate::serve;

const ENDED: &str = "streamgen::pingpong: connection ended";
const WIRES: [Wire; 2] = [Wire::Framed, Wire::TtHeader];

#[tokio::test]
async fn a_connection_between_two_calls_ends_quietly() {
    for wire in WIRES {
        let seen = Capture::start();
        let server = serve(Server::builder(), "").await;
        let client = wire.client(server.address);
        client.sum(1, vec![]).await.unwrap();
        drop(client);
        seen.event(&format!(
            "DEBUG {ENDED} side=Server reason=closed by the peer"
        ))
        .await;
        let span = seen.span("DEBUG streamgen::pingpong: connection").await;
        assert_eq!(span.within, [""; 0]);
        assert_eq!(seen.events("INFO streamgen::pingpong").len(), 0);
    }
}

#[tokio::test]
async fn a_stopping_server_says_so_of_its_idle_connections() {
    let seen = Capture::start();
    let mut server = serve(Server::builder(), "").await;
    let client = Wire::Framed.client(server.address);
    client.sum(1, vec![]).await.unwrap();
    server.stop.take().unwrap().send(()).unwrap();
    seen.event(&format!(
        "DEBUG {ENDED} side=Server reason=the server stops"
    ))
    .await;
    // The client finds it closed when it wants it.
    (&mut server.serving).await.unwrap().unwrap();
    client.sum(1, vec![]).await.unwrap_err();
    let reason = "closed by the peer while it was idle";
    seen.event(&format!("DEBUG {ENDED} side=Client reason={reason}"))
        .await;
}

#[tokio::test]
async fn half_a_request_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder().stall_timeout(SOON), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    socket
        .write_all(&[0, 0, 0, 0x1c, 0x80, 1, 0, 1])
        .await
        .unwrap();
    let _ = socket.read(&mut [0; 64]).await;
    let reason = "nothing follows the first part of a request";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn a_request_that_arrives_too_slowly_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder().min_rate(crate::soon()), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let half = [0, 0, 0, 0x1c, 0x80, 1, 0, 1];
    socket.write_all(&half).await.unwrap();
    let reason = "a request arrives more slowly than the minimum rate";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn what_is_no_request_is_told() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    let envelope = b"\x80\x01\0\x02\0\0\0\x05Hello\0\0\0\x01\0";
    socket
        .write_all(&[&[0, 0, 0, 18][..], envelope].concat())
        .await
        .unwrap();
    let _ = socket.read(&mut [0; 64]).await;
    let reason = "a reply where a request belongs";
    seen.event(&format!("INFO {ENDED} side=Server reason={reason}"))
        .await;
}

#[tokio::test]
async fn messages_among_calls_that_are_none_are_told_aloud_once() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let mut socket = TcpStream::connect(server.address).await.unwrap();
    // TTHeader with the flag "answers in any order", and a reply.
    let header = b"\0\0\0\x24\x10\0\0\x01\0\0\0\x01\0\x01\0\0\0\0";
    let envelope = b"\0\0\0\x12\x80\x01\0\x02\0\0\0\x05Hello\0\0\0\x01\0";
    let message = [&header[..], envelope].concat();
    socket.write_all(&message.repeat(3)).await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(socket.read(&mut [0; 64]).await.unwrap(), 0);
    let text = "streamgen::pingpong: message dropped: it is no request that can be served";
    for (level, times) in [("INFO", 1), ("DEBUG", 2)] {
        let told = seen.events(&format!("{level} {text} reason=a reply"));
        assert_eq!(told.len(), times, "{told:?}");
    }
}

#[tokio::test]
async fn a_request_above_the_limit_is_told_once() {
    for wire in WIRES {
        let seen = Capture::start();
        provoke(Cause::RequestTooLarge, wire).await.unwrap();
        let told = seen.events(&format!("INFO {ENDED} side=Server"));
        assert_eq!(told.len(), 1, "{wire:?}: {told:?}");
        let reason = told[0].fields.get("reason").unwrap();
        assert!(
            reason.ends_with("exceeds the maximum of 16384 bytes"),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_under_a_call_is_told_at_the_client() {
    for (then, reason) in [
        (Then::Close, "connection closed by peer before its reply"),
        (Then::Reset, "Connection reset by peer (os error 104)"),
    ] {
        let seen = Capture::start();
        let client = Wire::Framed.client(broken(then, false).await);
        Wire::Framed.refused(&client, None).await;
        seen.event(&format!(
            "INFO {ENDED} side=Client kind=Connection reason={reason}"
        ))
        .await;
    }
}

#[tokio::test]
async fn a_call_that_fails_or_is_given_up_takes_its_connection_along_quietly() {
    let seen = Capture::start();
    provoke(Cause::HandlerFails, Wire::Framed).await.unwrap();
    seen.event(&format!("DEBUG {ENDED} side=Client reason=the call failed"))
        .await;
    provoke(Cause::Deadline, Wire::Framed).await.unwrap();
    seen.event(&format!(
        "DEBUG {ENDED} side=Client reason=the call was given up"
    ))
    .await;
}

#[tokio::test]
async fn connections_that_are_dropped_for_the_silence_of_one_are_told() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "").await;
    let client = Wire::TtHeader.client(server.address);
    // Two connections, which have been idle for longer than the next call is under way.
    let (one, other) = tokio::join!(
        client.sum(1, vec![]).into_future(),
        client.sum(1, vec![]).into_future()
    );
    one.and(other).unwrap();
    let call = client.hello("m".into()).metainfo("do", "hold");
    // Time enough to be sent, on a busy machine too.
    call.timeout(4 * SOON).await.unwrap_err();
    seen.event(
        "WARN streamgen::pingpong: no new call on connections that were silent for the whole time of \
         one dropped=1",
    )
    .await;
}

/// A client whose calls share one connection.
fn multiplexed(address: SocketAddr) -> PeerClient {
    let builder = Wire::TtHeader.builder(PeerClient::builder("peer"), address);
    let builder = builder.unary_pool(PoolMode::Mux { slots: 1 });
    builder.build().unwrap()
}

#[tokio::test]
async fn a_shared_connection_ends_quietly_when_no_call_is_left() {
    let seen = Capture::start();
    let mut server = serve(Server::builder(), "").await;
    let client = multiplexed(server.address);
    client.sum(1, vec![]).await.unwrap();
    drop(client);
    seen.begins(&format!(
        "DEBUG {ENDED} side=Client calls=0 kind=Connection"
    ))
    .await;
    seen.event(&format!(
        "DEBUG {ENDED} side=Server reason=closed by the peer"
    ))
    .await;

    let client = multiplexed(server.address);
    client.sum(1, vec![]).await.unwrap();
    server.stop.take().unwrap().send(()).unwrap();
    seen.event(&format!(
        "DEBUG {ENDED} side=Server reason=the server stops"
    ))
    .await;
    assert_eq!(seen.events("INFO streamgen::pingpong").len(), 0);
}

#[tokio::test]
async fn a_shared_connection_that_breaks_is_told_with_its_calls() {
    let seen = Capture::start();
    let client = multiplexed(broken(Then::Close, false).await);
    client.sum(1, vec![]).await.unwrap_err();
    seen.begins(&format!("INFO {ENDED} side=Client calls=1 kind=Connection"))
        .await;
}

#[tokio::test]
async fn a_shared_connection_that_is_silent_for_the_time_of_a_call_is_told_once() {
    let seen = Capture::start();
    let server = serve(Server::builder(), "hold").await;
    let client = multiplexed(server.address);
    // The time of the next calls is not that of the dial.
    client.sum(1, vec![]).await.unwrap();
    let call = || client.hello("m".into()).timeout(4 * SOON).into_future();
    let (one, other) = tokio::join!(call(), call());
    one.unwrap_err();
    other.unwrap_err();
    let told = seen.events(
        "WARN streamgen::pingpong: no new call on a connection that was silent for the whole time of one",
    );
    assert_eq!(told.len(), 1, "{:?}", seen.all());
}
