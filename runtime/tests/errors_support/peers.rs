//! Servers that go wrong.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

use super::SOON;
use crate::grpc_support::RawServer;

/// What becomes of a connection when the first bytes of a call are there.
#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// It is answered with what is no protocol.
    Garbage,
}

/// A server that reads the beginning of a call, and then goes wrong. Over gRPC the call waits for the
/// server's SETTINGS, which come in front of what is wrong if it `greets`.
pub async fn broken(then: Then, greets: bool) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(go_wrong(socket, then, greets));
        }
    });
    address
}

async fn go_wrong(mut socket: TcpStream, then: Then, greets: bool) {
    let mut buf = [0; 4096];
    let _ = socket.read(&mut buf).await;
    if greets {
        let _ = socket.write_all(&SETTINGS_AND_GOAWAY[..9]).await;
        let _ = socket.read(&mut buf).await;
    }
    match then {
        Then::Close => socket.shutdown().await.unwrap(),
        Then::Reset => {
            // The kernel tells a reset to one direction only. A client that still writes may be told
            // there, and then its reader finds an end: it is let finish first.
            let mut rest = async || timeout(6 * SOON, socket.read(&mut buf)).await;
            while matches!(rest().await, Ok(Ok(1..))) {}
            return socket.set_zero_linger().unwrap();
        }
        Then::Garbage => socket.write_all(&[b'?'; 64]).await.unwrap(),
    }
    // Closed with unread bytes in it, it would be reset instead.
    while matches!(socket.read(&mut buf).await, Ok(1..)) {}
}

/// An address that does not answer: its queue of connections is full. It is as long as what is given
/// besides lives.
pub async fn silent() -> (SocketAddr, impl Sized) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(connected) = timeout(4 * SOON, TcpStream::connect(address)).await {
        queued.push(connected.unwrap());
    }
    (address, (listener, queued))
}

/// A gRPC server that refuses every stream.
pub async fn refusing() -> SocketAddr {
    let (listener, address) = RawServer::listen().await;
    tokio::spawn(async move {
        loop {
            RawServer::accept(&listener).await.run();
        }
    });
    address
}

/// A gRPC server that goes away from every connection as soon as a call arrives, and leaves that call
/// out.
pub async fn leaving() -> SocketAddr {
    let (listener, address) = RawServer::listen().await;
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            tokio::spawn(async move {
                let mut buf = [0; 4096];
                let _ = socket.read(&mut buf).await;
                let _ = socket.write_all(&SETTINGS_AND_GOAWAY).await;
                while matches!(socket.read(&mut buf).await, Ok(1..)) {}
            });
        }
    });
    address
}

/// Two frames: empty SETTINGS, and a GOAWAY without error whose last stream is 0.
const SETTINGS_AND_GOAWAY: [u8; 26] = [
    0, 0, 0, 4, 0, 0, 0, 0, 0, //
    0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
