//! A connected byte stream, of either side.

use std::fmt;
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(feature = "tls")]
use tokio_rustls::TlsStream;

/// A connected byte stream. Wires match on its kind, so that they use a plain socket directly.
#[non_exhaustive]
pub enum ByteStream {
    /// TCP.
    Tcp(TcpStream),
    /// A Unix socket.
    #[cfg(unix)]
    Unix(UnixStream),
    /// TLS over one of the other kinds, on either side.
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<ByteStream>>),
    /// Anything else, such as a stream in memory.
    Other(Box<dyn Duplex>),
}

/// Both directions of a byte stream.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

impl ByteStream {
    /// Any other byte stream, such as the user's own TLS. `io` must wake its task when it can be
    /// read or written, as every tokio stream does.
    pub fn new(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self::Other(Box::new(io))
    }

    /// Whether nothing waits to be read: neither bytes nor the peer's close. The kernel is asked,
    /// not the runtime, which hears of a close a little later and, once it is gone, never.
    pub(crate) fn is_quiet(&mut self) -> bool {
        match self {
            Self::Tcp(socket) => nothing_to_read(&SockRef::from(&*socket)),
            #[cfg(unix)]
            Self::Unix(socket) => nothing_to_read(&SockRef::from(&*socket)),
            other => {
                let mut byte = [0];
                let mut buf = ReadBuf::new(&mut byte);
                let cx = &mut Context::from_waker(Waker::noop());
                Pin::new(other).poll_read(cx, &mut buf).is_pending()
            }
        }
    }

    /// The address of the peer, if the system has one.
    pub(crate) fn peer_addr(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(socket) => socket.peer_addr().ok(),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.get_ref().0.peer_addr(),
            _ => None,
        }
    }

    /// What is written from here on may leave together with the end of the stream, if that follows at once:
    /// whoever reads the last bytes sees the end, too. Only Linux can, and only over plain TCP.
    pub(crate) fn hold_back_for_end(&self) {
        if let Self::Tcp(_socket) = self {
            // Without it, the end follows in a packet of its own.
            #[cfg(target_os = "linux")]
            let _ = SockRef::from(_socket).set_tcp_cork(true);
        }
    }

    /// The same stream on the current runtime, whatever became of the one it was dialled on.
    ///
    /// # Errors
    /// A stream that is not the kernel's alone cannot move.
    pub(crate) fn move_here(self) -> io::Result<Self> {
        match self {
            Self::Tcp(socket) => Ok(TcpStream::from_std(socket.into_std()?)?.into()),
            #[cfg(unix)]
            Self::Unix(socket) => Ok(UnixStream::from_std(socket.into_std()?)?.into()),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// Sockets of a runtime do not block.
fn nothing_to_read(socket: &SockRef<'_>) -> bool {
    let peeked = socket.peek(&mut [MaybeUninit::uninit()]);
    matches!(peeked, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

impl From<TcpStream> for ByteStream {
    fn from(socket: TcpStream) -> Self {
        Self::Tcp(socket)
    }
}

#[cfg(unix)]
impl From<UnixStream> for ByteStream {
    fn from(socket: UnixStream) -> Self {
        Self::Unix(socket)
    }
}

impl From<tokio::io::DuplexStream> for ByteStream {
    fn from(stream: tokio::io::DuplexStream) -> Self {
        Self::Other(Box::new(stream))
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp(_) => "Tcp",
            #[cfg(unix)]
            Self::Unix(_) => "Unix",
            #[cfg(feature = "tls")]
            Self::Tls(_) => "Tls",
            Self::Other(_) => "Other",
        })
    }
}

/// Calls the same method of what is inside.
macro_rules! inside {
    ($stream:expr, $io:ident => $call:expr) => {
        match $stream.get_mut() {
            ByteStream::Tcp($io) => $call,
            #[cfg(unix)]
            ByteStream::Unix($io) => $call,
            #[cfg(feature = "tls")]
            ByteStream::Tls($io) => $call,
            ByteStream::Other($io) => $call,
        }
    };
}

impl AsyncRead for ByteStream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        inside!(self, io => Pin::new(io).poll_read(cx, buf))
    }
}

impl AsyncWrite for ByteStream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        inside!(self, io => Pin::new(io).poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        inside!(self, io => Pin::new(io).poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(io) => io.is_write_vectored(),
            #[cfg(unix)]
            Self::Unix(io) => io.is_write_vectored(),
            #[cfg(feature = "tls")]
            Self::Tls(io) => io.is_write_vectored(),
            Self::Other(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(self, io => Pin::new(io).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inside!(self, io => Pin::new(io).poll_shutdown(cx))
    }
}
