//! The two directions of a connection's byte stream.

use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

use super::ByteStream;

pub(crate) type BoxReader = Pin<Box<dyn AsyncRead + Send>>;
pub(crate) type BoxWriter = Pin<Box<dyn AsyncWrite + Send>>;

/// A connected byte stream, taken apart so that reading and writing never wait for each other.
pub struct Socket {
    pub(crate) reader: BoxReader,
    pub(crate) writer: BoxWriter,
    pub(crate) peer: Option<SocketAddr>,
}

impl Socket {
    /// A byte stream from its two directions.
    pub fn new(
        reader: impl AsyncRead + Send + 'static,
        writer: impl AsyncWrite + Send + 'static,
        peer: Option<SocketAddr>,
    ) -> Self {
        Self {
            reader: Box::pin(reader),
            writer: Box::pin(writer),
            peer,
        }
    }
}

impl From<TcpStream> for Socket {
    /// Turns off Nagle's algorithm: frames are put together here, and must not wait in the kernel.
    fn from(stream: TcpStream) -> Self {
        // Only an already broken socket refuses, and reading it will say so.
        let _ = stream.set_nodelay(true);
        let peer = stream.peer_addr().ok();
        let (reader, writer) = stream.into_split();
        Self::new(reader, writer, peer)
    }
}

#[cfg(unix)]
impl From<UnixStream> for Socket {
    fn from(stream: UnixStream) -> Self {
        let (reader, writer) = stream.into_split();
        Self::new(reader, writer, None)
    }
}

impl From<tokio::io::DuplexStream> for Socket {
    fn from(stream: tokio::io::DuplexStream) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self::new(reader, writer, None)
    }
}

impl From<ByteStream> for Socket {
    fn from(stream: ByteStream) -> Self {
        match stream {
            ByteStream::Tcp(socket) => socket.into(),
            #[cfg(unix)]
            ByteStream::Unix(socket) => socket.into(),
            other => {
                let (reader, writer) = tokio::io::split(other);
                Self::new(reader, writer, None)
            }
        }
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket")
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}
