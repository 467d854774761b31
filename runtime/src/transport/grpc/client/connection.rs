//! One HTTP/2 connection to a server.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;
use h2::SendStream;
use h2::client::{Builder, Connection as H2, ResponseFuture, SendRequest};
use http::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::connector::Config;
use crate::transport::grpc::config::GrpcLimits;
use crate::transport::grpc::driver::{Driver, Http2};
use crate::transport::grpc::gather::Payload;
use crate::transport::grpc::io::{Gather, gather};
use crate::transport::grpc::keepalive::Keepalive;
use crate::transport::grpc::link::Link;
use crate::transport::grpc::opening::Opening;
use crate::transport::grpc::{MAX_FRAME, MAX_RESETS};

/// A connection and the task that runs it. The connection is closed when this is dropped and its
/// last stream has ended.
pub(super) struct Connection {
    sender: SendRequest<Payload>,
    pub(super) link: Arc<Link>,
}

impl Connection {
    /// Dials, and starts the task of the connection. The server is not waited for: calls may be
    /// written at once (A.1).
    pub(super) async fn dial(address: SocketAddr, config: &Config) -> std::io::Result<Self> {
        let socket = TcpStream::connect(address).await?;
        // Frames are put together here, and must not wait in the kernel.
        socket.set_nodelay(true)?;
        #[cfg(feature = "tls")]
        if let Some(tls) = &config.tls {
            return Self::start(tls.connect(socket).await?, &config.limits).await;
        }
        Self::start(socket, &config.limits).await
    }

    /// Begins HTTP/2 on a connected byte stream.
    pub(super) async fn start<IO>(io: IO, limits: &GrpcLimits) -> std::io::Result<Self>
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (io, outlet) = gather(BytesMut::new(), io, Opening::of_server());
        let heard = io.heard();
        let handshake = builder(limits).handshake(io).await;
        let (sender, mut h2) = handshake.map_err(std::io::Error::other)?;
        let keepalive = Keepalive::new(h2.ping_pong(), heard, limits);
        let link = Arc::<Link>::default();
        tokio::spawn(Driver::new(
            Running(h2),
            outlet,
            Arc::clone(&link),
            keepalive,
        ));
        Ok(Self { sender, link })
    }

    /// Sends the headers of a call.
    pub(super) fn send(
        &self,
        request: Request<()>,
    ) -> Result<(ResponseFuture, SendStream<Payload>), h2::Error> {
        self.sender.clone().send_request(request, false)
    }

    /// Whether calls can be made: not after it was lost, nor after a GOAWAY.
    pub(super) fn is_open(&self) -> bool {
        let mut sender = self.sender.clone();
        let ready = sender.poll_ready(&mut Context::from_waker(Waker::noop()));
        !matches!(ready, Poll::Ready(Err(_)))
    }
}

fn builder(limits: &GrpcLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_window_size(limits.stream_window)
        .initial_connection_window_size(limits.connection_window)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(limits.max_header_list)
        .max_pending_accept_reset_streams(MAX_RESETS)
        .data_frame_budget(limits.data_frame_budget());
    builder
}

struct Running<IO: AsyncRead + AsyncWrite + Unpin>(H2<Gather<IO>, Payload>);

impl<IO: AsyncRead + AsyncWrite + Unpin> Http2 for Running<IO> {
    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // What it failed with, every stream is told by h2.
        Pin::new(&mut self.0).poll(cx).map(drop)
    }
}
