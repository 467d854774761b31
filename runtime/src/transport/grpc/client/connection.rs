//! One HTTP/2 connection to a server.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::BytesMut;
use h2::client::{Builder, Connection as H2, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::Request;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::connector::Config;
use crate::transport::grpc::config::GrpcLimits;
use crate::transport::grpc::driver::{Driver, Http2};
use crate::transport::grpc::frames::Frames;
use crate::transport::grpc::gather::Payload;
use crate::transport::grpc::io::{Gather, gather};
use crate::transport::grpc::keepalive::Keepalive;
use crate::transport::grpc::ledger::{Account, Ledger};
use crate::transport::grpc::life::Life;
use crate::transport::grpc::link::Link;
use crate::transport::grpc::unfinished::Unfinished;
use crate::transport::grpc::{MAX_FRAME, MAX_WINDOW, REMEMBERED_RESETS};

/// Streams that are opened before the server's SETTINGS tell how many it takes: the call that the
/// connection was dialled for, which every server takes. More wait for the SETTINGS, because those that a
/// server refuses would have to be made again.
const STREAMS_BEFORE_SETTINGS: usize = 1;

/// A connection and the task that runs it. The connection is closed when this is dropped and its
/// last stream has ended.
pub(super) struct Connection {
    sender: SendRequest<Payload>,
    pub(super) link: Arc<Link>,
    ledger: Arc<Ledger>,
    life: Life,
}

/// The response to come, and what has arrived of it.
pub(super) struct Response {
    future: ResponseFuture,
    /// Taken by the response.
    account: Option<Account>,
}

impl Response {
    /// Counts what arrives of it from here on.
    pub(super) fn new(future: ResponseFuture, ledger: &Arc<Ledger>) -> Self {
        let account = Some(ledger.open(future.stream_id().as_u32(), 0));
        Self { future, account }
    }
}

impl Future for Response {
    type Output = Result<(http::Response<RecvStream>, Account), h2::Error>;

    /// # Panics
    /// After it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(Pin::new(&mut self.future).poll(cx));
        let account = self.account.take().expect("ready once");
        Poll::Ready(response.map(|response| (response, account)))
    }
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
        let (ledger, life) = (Ledger::new(limits.connection_window), Life::default());
        let (io, outlet) = gather(
            BytesMut::new(),
            io,
            Frames::of_server(),
            Arc::clone(&ledger),
            life.clone(),
        );
        let handshake = builder(limits).handshake(io).await;
        let (sender, mut h2) = handshake.map_err(std::io::Error::other)?;
        let ping = h2.ping_pong();
        let link = Arc::<Link>::default();
        tokio::spawn(Driver::new(
            Running(h2),
            outlet,
            Arc::clone(&link),
            Keepalive::client(ping, life.clone(), limits, Arc::clone(&ledger)),
            Unfinished::new(limits),
        ));
        Ok(Self {
            sender,
            link,
            ledger,
            life,
        })
    }

    /// Sends the headers of a call.
    pub(super) fn send(
        &self,
        request: Request<()>,
    ) -> Result<(Response, SendStream<Payload>), h2::Error> {
        let (future, send) = self.sender.clone().send_request(request, false)?;
        Ok((Response::new(future, &self.ledger), send))
    }

    /// Whether calls can be made: not after it was lost, nor after a GOAWAY; and not while it is
    /// better to make them on another: a ping is not answered, or more than
    /// [`GrpcLimits::connection_window`] waits here for its readers.
    pub(super) fn is_open(&self) -> bool {
        let mut sender = self.sender.clone();
        let ready = sender.poll_ready(&mut Context::from_waker(Waker::noop()));
        let lost = matches!(ready, Poll::Ready(Err(_)));
        !lost && !self.life.is_suspected() && !self.ledger.is_full()
    }
}

fn builder(limits: &GrpcLimits) -> Builder {
    let mut builder = Builder::new();
    builder
        .enable_push(false)
        .initial_window_size(limits.stream_window)
        .initial_connection_window_size(MAX_WINDOW)
        .initial_max_send_streams(STREAMS_BEFORE_SETTINGS)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(limits.max_header_list)
        .max_concurrent_reset_streams(REMEMBERED_RESETS)
        .max_local_error_reset_streams(None)
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
