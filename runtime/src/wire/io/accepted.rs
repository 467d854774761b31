//! A connection that a client made.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::socket;
use super::stream::ByteStream;

/// A connection that a client made, as a listener gives it to a server.
///
/// TCP, Unix sockets and tokio's streams in memory convert into one; what else carries bytes in both
/// directions does by [`Accepted::new`].
#[derive(Debug)]
pub struct Accepted {
    pub(crate) io: ByteStream,
    /// `None`: the transport names none.
    pub(crate) peer: Option<SocketAddr>,
}

impl Accepted {
    /// A connection over any byte stream, of a peer without an address. `io` must say when it can be
    /// read and written, as every tokio stream does.
    pub fn new(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self {
            io: ByteStream::new(io),
            peer: None,
        }
    }

    /// The same connection with what handlers find in [`Context::peer`](crate::Context::peer): the
    /// address of the client, where a proxy in front of the server has told it. Of a TCP connection
    /// it is that of the socket otherwise.
    #[must_use]
    pub fn with_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// With the address that `accept` gave.
    pub(crate) fn tcp(socket: TcpStream, peer: SocketAddr) -> Self {
        Self {
            io: socket.into(),
            peer: Some(peer),
        }
    }

    /// The address of this end, where the transport has one.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        match &self.io {
            ByteStream::Tcp(socket) => socket.local_addr().ok(),
            _ => None,
        }
    }

    /// Sets the options of the socket that a server wants, whoever accepted it.
    pub(crate) fn prepare(&self) {
        if let ByteStream::Tcp(socket) = &self.io {
            // Only an already broken socket refuses, and reading it will say so.
            let _ = socket::prepare_accepted(socket);
        }
    }
}

impl From<TcpStream> for Accepted {
    fn from(socket: TcpStream) -> Self {
        Self {
            peer: socket.peer_addr().ok(),
            io: socket.into(),
        }
    }
}

#[cfg(unix)]
impl From<UnixStream> for Accepted {
    fn from(socket: UnixStream) -> Self {
        Self {
            io: socket.into(),
            peer: None,
        }
    }
}

impl From<tokio::io::DuplexStream> for Accepted {
    fn from(stream: tokio::io::DuplexStream) -> Self {
        Self::new(stream)
    }
}
