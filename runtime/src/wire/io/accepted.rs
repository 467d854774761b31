//! A connection that a server has accepted.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::socket;
use super::stream::ByteStream;

/// A connection of a client that a listener has accepted for a server.
///
/// TCP sockets, Unix sockets and tokio's in-memory streams convert into this type. Any other byte
/// stream in both directions converts by [`Accepted::new`].
#[derive(Debug)]
pub struct Accepted {
    pub(crate) io: ByteStream,
    /// `None` if the transport has no addresses.
    pub(crate) peer: Option<SocketAddr>,
}

impl Accepted {
    /// A connection over any byte stream, whose peer has no address. `io` must wake its task when
    /// it can be read or written, as every tokio stream does.
    pub fn new(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self {
            io: ByteStream::new(io),
            peer: None,
        }
    }

    /// The same connection with another address of the client, such as one that a proxy in front of
    /// the server has told. Handlers find the address in [`Context::peer`](crate::Context::peer).
    /// Without this call, a TCP connection has the address of its socket.
    #[must_use]
    pub fn with_peer(mut self, peer: SocketAddr) -> Self {
        self.peer = Some(peer);
        self
    }

    /// A TCP connection with the peer address that `accept` returned.
    pub(crate) fn tcp(socket: TcpStream, peer: SocketAddr) -> Self {
        Self {
            io: socket.into(),
            peer: Some(peer),
        }
    }

    /// The address of this end, if the transport has addresses.
    pub(crate) fn local_addr(&self) -> Option<SocketAddr> {
        match &self.io {
            ByteStream::Tcp(socket) => socket.local_addr().ok(),
            _ => None,
        }
    }

    /// Sets the socket options that a server needs, whoever accepted the connection.
    pub(crate) fn prepare(&self) {
        if let ByteStream::Tcp(socket) = &self.io {
            // Only a broken socket refuses its options, and the next read reports that.
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
