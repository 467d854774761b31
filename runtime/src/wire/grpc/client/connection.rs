//! One HTTP/2 connection to a server.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use bytes::BytesMut;
use h2::client::{Builder, Connection as H2, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};

use super::config::Config;
use super::head;
use crate::call::{Outgoing, WaitTimer};
use crate::error::{Result, Side};
use crate::measure::OpenConnection;
use crate::trace;
use crate::wire::Turns;
use crate::wire::grpc::body::Broken;
use crate::wire::grpc::budget::Budget;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::drive_queue::DriveQueue;
use crate::wire::grpc::driver::{Driver, Http2};
use crate::wire::grpc::events::{self, End};
use crate::wire::grpc::frames::Frames;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::io::{FlushHandle, Gather, Observers, gather};
use crate::wire::grpc::keepalive::Keepalive;
use crate::wire::grpc::ledger::{Account, AheadCharge, HeaderCharge, Ledger, Receiving};
use crate::wire::grpc::life::Life;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::progress::Progress;
use crate::wire::grpc::{MAX_FRAME, MAX_WINDOW, REMEMBERED_RESETS, SEND_BUFFER};
use crate::wire::io::{ByteStream, Endpoint};
use crate::wire::pool::Multiplexed;

/// The allowed number of streams before the server has announced one. A server cannot announce this
/// value.
const UNTOLD: usize = usize::MAX - 1;

/// A connection and the task that runs it. The connection is closed when this is dropped and its
/// last stream has ended.
pub(super) struct Connection {
    sender: SendRequest<Payload>,
    pub(super) drive_queue: Arc<DriveQueue>,
    ledger: Arc<Ledger>,
    pub(super) output: Arc<Output>,
    life: Life,
}

/// The future of a response, with the account that counts the bytes of the response as they arrive.
pub(super) struct Response {
    future: ResponseFuture,
    /// Handed over together with the response.
    account: Option<Account>,
    ledger: Arc<Ledger>,
}

impl Response {
    /// Starts to count the bytes that arrive for this response.
    pub(super) fn new(future: ResponseFuture, ledger: &Arc<Ledger>) -> Self {
        let account = Some(ledger.open(future.stream_id().as_u32()));
        let ledger = Arc::clone(ledger);
        Self {
            future,
            account,
            ledger,
        }
    }

    /// See [`HeaderCharge`].
    pub(super) fn header_charge(&self) -> HeaderCharge {
        HeaderCharge::new(&self.ledger)
    }

    /// A charge for what the user of the stream has at hand.
    pub(super) fn ahead_charge(&self) -> AheadCharge {
        AheadCharge::new(&self.ledger)
    }

    /// The turns of the streams that end with the connection.
    pub(super) fn turns(&self) -> &Arc<Turns> {
        &self.ledger.turns
    }

    /// See [`Account::bind`].
    pub(super) fn bind<S: Receiving + 'static>(&self, stream: &Arc<S>) {
        if let Some(account) = &self.account {
            account.bind(stream);
        }
    }
}

impl Future for Response {
    type Output = Result<(http::Response<RecvStream>, Account), Broken>;

    /// # Panics
    /// If it is polled again after it was ready.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(error) = self.account.as_ref().and_then(Account::ended) {
            return Poll::Ready(Err(Broken::Message(error)));
        }
        let response = ready!(Pin::new(&mut self.future).poll(cx));
        let account = self.account.take().expect("ready once");
        account.head_taken();
        Poll::Ready(match response {
            Ok(response) => Ok((response, account)),
            Err(error) => Err(Broken::Stream(error)),
        })
    }
}

impl Connection {
    /// Dials, and starts the task of the connection once the server has sent its SETTINGS. A server
    /// that accepts and sends nothing is useless, and the SETTINGS tell how many streams the server
    /// allows, which calls must respect from the start. grpc-go waits for the SETTINGS too.
    pub(super) async fn dial(to: &Endpoint, config: &Config) -> io::Result<Self> {
        let limits = &config.limits;
        let stream = config.dial.dial(to).await?;
        let peer = stream.peer_addr();
        #[cfg(feature = "tls")]
        let stream = match &config.tls {
            Some(tls) => ByteStream::Tls(Box::new(tls.connect(stream).await?.into())),
            None => stream,
        };
        match stream {
            ByteStream::Tcp(socket) => Self::start(socket, limits, peer).await,
            #[cfg(unix)]
            ByteStream::Unix(socket) => Self::start(socket, limits, peer).await,
            #[cfg(feature = "tls")]
            ByteStream::Tls(stream) => Self::start(*stream, limits, peer).await,
            ByteStream::Other(stream) => Self::start(stream, limits, peer).await,
        }
    }

    /// Begins HTTP/2 on a connected byte stream.
    pub(super) async fn start<IO>(
        io: IO,
        limits: &GrpcLimits,
        peer: Option<SocketAddr>,
    ) -> io::Result<Self>
    where
        IO: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (ledger, life) = (Ledger::new(limits, Side::Client, peer), Life::of(peer));
        let output = Output::new(limits, Side::Client, peer);
        let observers = Observers {
            ledger: Arc::clone(&ledger),
            output: Arc::clone(&output),
            life: life.clone(),
        };
        let (io, flusher) = gather(BytesMut::new(), io, Frames::of_server(), observers);
        let handshake = builder(limits).handshake(io).await;
        let (sender, mut h2) = handshake.map_err(io::Error::other)?;
        let ping = h2.ping_pong();
        let open = OpenConnection::new(Side::Client, events::NAME);
        let mut running = Running {
            h2,
            peer,
            _open: open,
        };
        running.settings(&sender, &flusher).await?;
        let drive_queue = Arc::<DriveQueue>::default();
        let driver = Driver::new(
            running,
            flusher,
            Arc::clone(&drive_queue),
            Keepalive::client(ping, life.clone(), limits, Arc::clone(&ledger)),
            Progress::new(limits, WaitTimer::begun(limits.handshake_timeout)),
            Budget::new(Arc::clone(&ledger), Side::Client, peer),
        );
        trace::spawn(&events::connection(peer), driver);
        Ok(Self {
            sender,
            drive_queue,
            ledger,
            output,
            life,
        })
    }

    /// Sends the headers of a call. The inner error is the connection's.
    ///
    /// # Errors
    /// The headers cannot be sent.
    pub(super) fn send(
        &self,
        uri: Uri,
        call: &Outgoing,
    ) -> Result<Result<(Response, SendStream<Payload>), h2::Error>> {
        let request = head::request(uri, call)?;
        let sent = self.sender.clone().send_request(request, false);
        Ok(sent.map(|(future, send)| (Response::new(future, &self.ledger), send)))
    }

    /// Waits until a call may go on that has ended with this error: those that end with their
    /// connection do so a few at a time.
    pub(super) async fn turn(&self, error: &h2::Error) {
        if !error.is_reset() {
            self.ledger.turns.turn().await;
        }
    }

    /// Whether new calls may use this connection. They may not after the connection was lost or a
    /// GOAWAY arrived. They also should use another connection while a ping is unanswered, or while
    /// half of [`GrpcLimits::connection_window`] waits for readers here, or half of
    /// [`GrpcLimits::connection_output`] for the server.
    pub(super) fn is_open(&self) -> bool {
        let mut sender = self.sender.clone();
        let ready = sender.poll_ready(&mut Context::from_waker(Waker::noop()));
        let lost = matches!(ready, Poll::Ready(Err(_)));
        let full = self.ledger.is_full() || self.output.is_pressed();
        !lost && !self.life.is_suspected() && !full
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
        .initial_connection_window_size(MAX_WINDOW)
        .max_frame_size(MAX_FRAME)
        .max_header_list_size(limits.max_header_list)
        .max_send_buffer_size(SEND_BUFFER)
        .max_concurrent_reset_streams(REMEMBERED_RESETS)
        .max_local_error_reset_streams(None)
        .data_frame_budget(usize::MAX);
    builder
}

struct Running<IO: AsyncRead + AsyncWrite + Unpin> {
    h2: H2<Gather<IO>, Payload>,
    peer: Option<SocketAddr>,
    _open: OpenConnection,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Running<IO> {
    /// Runs the connection until the server's first SETTINGS have arrived.
    ///
    /// # Errors
    /// The connection ends before that.
    async fn settings(
        &mut self,
        sender: &SendRequest<Payload>,
        flusher: &FlushHandle<IO>,
    ) -> io::Result<()> {
        poll_fn(|cx| {
            let run = Pin::new(&mut self.h2).poll(cx);
            if let Poll::Ready(Err(error)) = flusher.poll_flush(cx) {
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
    /// h2 itself tells every stream the error that the connection failed with.
    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), h2::Error>> {
        Pin::new(&mut self.h2).poll(cx)
    }

    fn tell_end(&self, end: &End) {
        events::connection_ended(Side::Client, self.peer, end);
    }
}
