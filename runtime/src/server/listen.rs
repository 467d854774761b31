//! The listening socket.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream, ToSocketAddrs, lookup_host};

use super::events;
use crate::error::{Error, Result};

/// Connections the system completes before they are accepted.
const BACKLOG: u32 = 1024;
/// How long not to accept when the system has no more sockets to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Listens on the first of the addresses that `address` stands for and that lets itself be bound.
pub(super) async fn listen(address: impl ToSocketAddrs) -> Result<TcpListener> {
    let mut failed = None;
    for address in lookup_host(address).await? {
        match bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => {
                let text = format!("listen on {address}: {error}");
                failed = Some(Error::connection(text, error));
            }
        }
    }
    Err(failed.unwrap_or_else(|| {
        let text = "the address stands for no socket address";
        Error::connection(text, io::ErrorKind::NotFound.into())
    }))
}

/// Accepted sockets inherit keepalive, which alone finds dead peers: no wire has a heartbeat
/// (ttheader-streaming.md 5.3).
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // As in std, and for the same reason: on Windows it would let others take the port.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.set_keepalive(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// The next connection. Failures concern one connection, or pass: a server does not end over them.
/// Cancel safe.
pub(super) async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => return socket,
            Err(error) => {
                let of_one = concerns_one_connection(&error);
                events::accept_failed(&error, of_one);
                if !of_one {
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

fn concerns_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
