//! One HTTP/2 connection to a server.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use h2::SendStream;
use h2::client::{Builder, Connection as H2, ResponseFuture, SendRequest};
use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};

use super::connector::Config;
use super::head;
use crate::error::Result;
use crate::transport::Outgoing;
use crate::transport::grpc::config::GrpcLimits;
use crate::transport::grpc::driver::{Driver, Http2};
use crate::transport::grpc::gather::Payload;
use crate::transport::grpc::io::{Gather, Outlet, gather};
use crate::transport::grpc::keepalive::Keepalive;
use crate::transport::grpc::link::Link;
use crate::transport::grpc::opening::Opening;
use crate::transport::grpc::{MAX_FRAME, MAX_RESETS};
use crate::transport::io::{ByteStream, Endpoint};
use crate::transport::pool::Multiplexed;

/// How many streams a server allows of which nothing was heard; no server can say this number.
const UNTOLD: usize = usize::MAX - 1;

/// A connection and the task that runs it. The connection is closed when this is dropped and its
/// last stream has ended.
pub(super) struct Connection {
    sender: SendRequest<Payload>,
    pub(super) link: Arc<Link>,
}

impl Connection {
    /// Dials, and starts the task of the connection, once the server has sent its SETTINGS: one that
    /// accepts and says nothing is as good as none, and from then on calls keep to the number of
    /// streams that it allows. grpc-go waits for the same.
    pub(super) async fn dial(to: &Endpoint, config: &Config) -> io::Result<Self> {
        let limits = &config.limits;
        let stream = config.dial.dial(to).await?;
        #[cfg(feature = "tls")]
        let stream = match (&config.tls, stream) {
            (Some(tls), ByteStream::Tcp(socket)) => {
                ByteStream::Tls(Box::new(tls.connect(socket).await?))
            }
            (Some(_), _) => return Err(io::Error::other("TLS needs a TCP connection")),
            (None, stream) => stream,
        };
        match stream {
            ByteStream::Tcp(socket) => Self::start(socket, limits).await,
            #[cfg(unix)]
            ByteStream::Unix(socket) => Self::start(socket, limits).await,
            #[cfg(feature = "tls")]
            ByteStream::Tls(stream) => Self::start(*stream, limits).await,
            ByteStream::Other(stream) => Self::start(stream, limits).await,
        }
    }

    /// Begins HTTP/2 on a connected byte stream.
    async fn start<IO>(io: IO, limits: &GrpcLimits) -> io::Result<Self>
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (io, outlet) = gather(BytesMut::new(), io, Opening::of_server());
        let heard = io.heard();
        let handshake = builder(limits).handshake(io).await;
        let (sender, mut h2) = handshake.map_err(io::Error::other)?;
        let keepalive = Keepalive::new(h2.ping_pong(), heard, limits);
        let mut running = Running(h2);
        running.settings(&sender, &outlet).await?;
        let link = Arc::<Link>::default();
        tokio::spawn(Driver::new(running, outlet, Arc::clone(&link), keepalive));
        Ok(Self { sender, link })
    }

    /// Sends the headers of a call. The inner error is that of the connection.
    ///
    /// # Errors
    /// Headers that cannot be sent.
    pub(super) fn send(
        &self,
        uri: Uri,
        call: &Outgoing,
    ) -> Result<Result<(ResponseFuture, SendStream<Payload>), h2::Error>> {
        let request = head::request(uri, call)?;
        Ok(self.sender.clone().send_request(request, false))
    }

    /// Whether calls can be made: not after it was lost, nor after a GOAWAY.
    pub(super) fn is_open(&self) -> bool {
        let mut sender = self.sender.clone();
        let ready = sender.poll_ready(&mut Context::from_waker(Waker::noop()));
        !matches!(ready, Poll::Ready(Err(_)))
    }
}

fn broken(error: h2::Error) -> io::Error {
    let kind = error.get_io().map_or(io::ErrorKind::Other, io::Error::kind);
    io::Error::new(kind, error)
}

impl Multiplexed for Connection {
    fn takes_calls(&self) -> bool {
        self.is_open()
    }
}

fn builder(limits: &GrpcLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_max_send_streams(UNTOLD)
        .initial_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(limits.max_header_list)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .data_frame_budget(limits.data_frame_budget());
    builder
}

struct Running<IO: AsyncRead + AsyncWrite + Unpin>(H2<Gather<IO>, Payload>);

impl<IO: AsyncRead + AsyncWrite + Unpin> Running<IO> {
    /// Runs the connection until the server's first SETTINGS are there.
    ///
    /// # Errors
    /// The connection ends before that.
    async fn settings(
        &mut self,
        sender: &SendRequest<Payload>,
        outlet: &Outlet<IO>,
    ) -> io::Result<()> {
        poll_fn(|cx| {
            let run = Pin::new(&mut self.0).poll(cx);
            if let Poll::Ready(Err(error)) = outlet.poll_flush(cx) {
                return Poll::Ready(Err(error));
            }
            match run {
                _ if sender.current_max_send_streams() != UNTOLD => Poll::Ready(Ok(())),
                Poll::Ready(Err(error)) => Poll::Ready(Err(broken(error))),
                Poll::Ready(Ok(())) => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Http2 for Running<IO> {
    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // What it failed with, every stream is told by h2.
        Pin::new(&mut self.0).poll(cx).map(drop)
    }
}
