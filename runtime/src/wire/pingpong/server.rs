//! The server of a ping-pong connection. It serves one request after the other (C.5, C.9), unless
//! the client accepts answers in any order.

mod concurrent;

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::timeout;

use super::answer::ReplyTo;
use super::envelope::MessageType;
use super::events;
use super::message::{self, Message, MessageReader};
use super::{DEFAULT_MAX_MESSAGE, keys};
use crate::call::{Cancellation, Deadline, Incoming, WaitTimer};
use crate::codec::ApplicationException;
use crate::error::{Error, ErrorKind, Result, limit};
use crate::service::Mode;
use crate::wire::supervisor::supervise;
use crate::wire::ttheader::frame::{int_key, str_key};
use crate::wire::{
    ArrivalTimer, Dispatch, MinRate, Pending, PingPongHandler, PingPongOutcome, SEND_TIMEOUT,
    STALL_TIMEOUT, Supervisor, close, drain, send,
};

/// How many bytes of later requests the server reads while a handler runs, in order to notice when
/// the peer closes. Further bytes wait in the peer's socket.
const READ_AHEAD: usize = 64 * 1024;

/// The answer buffer that a connection keeps between answers, in bytes. A larger buffer is freed.
const KEPT_ANSWER: usize = 64 * 1024;

/// How long a stopping server waits on an idle connection for a request that the client sent before
/// it could know of the stop. If the server closed at once, the client could not know whether the
/// request was served. The time is longer than a round trip across a continent, and much shorter
/// than `exit_wait`.
const ON_ITS_WAY: Duration = Duration::from_millis(200);

/// Bounds of a server's ping-pong connections.
#[derive(Debug, Clone)]
pub struct PingPongServerConfig {
    /// The largest request in bytes. The server does not read a larger request: it answers with an
    /// exception that says so, and closes the connection.
    pub max_message: usize,
    /// How long a connection may stay without a request.
    pub idle_timeout: Duration,
    /// How long the client may send nothing after the first part of a request. Default 10 s.
    pub stall_timeout: Duration,
    /// How fast the client must send a request that it has begun. Default 500 bytes a second after
    /// 20 s.
    pub min_rate: MinRate,
    /// How long the client may take nothing of an answer. Default 60 s.
    pub send_timeout: Duration,
}

impl Default for PingPongServerConfig {
    fn default() -> Self {
        // The idle timeout is the same as Kitex's.
        Self {
            max_message: DEFAULT_MAX_MESSAGE,
            idle_timeout: Duration::from_secs(600),
            stall_timeout: STALL_TIMEOUT,
            min_rate: MinRate::default(),
            send_timeout: SEND_TIMEOUT,
        }
    }
}

/// Serves one connection until the peer closes it, sends bytes that are no message, or `shutdown`
/// completes. After `shutdown`, the server answers the running call, or a call that is already on
/// its way (with `crrst` where the framing has a place for it), and closes the connection.
pub async fn serve_connection<IO>(
    io: IO,
    first: BytesMut,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    config: PingPongServerConfig,
    shutdown: impl Future<Output = ()>,
) where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let supervisor = dispatch.supervisor();
    let mut connection = ServerConnection {
        io,
        buf: first,
        answer: BytesMut::new(),
        idle: WaitTimer::new(config.idle_timeout),
        arrival: ArrivalTimer::new(config.stall_timeout, config.min_rate),
        stuck: WaitTimer::new(config.send_timeout),
        messages: MessageReader::new(config.max_message),
        peer,
        dispatch,
        supervisor,
        config,
    };
    let mut stop = Stop {
        shutdown: pin!(shutdown),
        stopping: false,
    };
    while !stop.stopping {
        let next = tokio::select! {
            biased;
            next = connection.next() => next,
            () = &mut stop.shutdown => {
                stop.stopping = true;
                let last = timeout(ON_ITS_WAY, connection.next()).await;
                last.unwrap_or_else(|_| {
                    events::server_stops(peer);
                    Next::Over
                })
            }
        };
        // A request that was begun is served even if the server stops meanwhile.
        let served = match next {
            Next::Request(request) if concurrent::is_wanted_by(&request) => {
                let framing = request.framing;
                return concurrent::serve(connection, framing, Some(request), stop).await;
            }
            // The request is still in the buffer and is refused by the code that serves calls
            // concurrently. That code serves the requests after it.
            Next::Refused(head, _)
                if concurrent::is_wanted_by(&head)
                    && !message::has_mesh_header(&connection.buf) =>
            {
                return concurrent::serve(connection, head.framing, None, stop).await;
            }
            Next::Request(request) => connection.answer(request, &mut stop).await,
            Next::Refused(head, exception) => return connection.refuse(&head, &exception).await,
            Next::Over => return,
        };
        if let Err(error) = served {
            return events::closed_behind_call(peer, &error);
        }
    }
    events::server_stops(peer);
}

struct ServerConnection<IO> {
    io: IO,
    buf: BytesMut,
    /// The answer that is being written, or the buffer of the last answer.
    answer: BytesMut,
    /// Measures how long no request has come.
    idle: WaitTimer,
    /// Measures how fast requests arrive.
    arrival: ArrivalTimer,
    stuck: WaitTimer,
    messages: MessageReader,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    supervisor: Arc<Supervisor>,
    config: PingPongServerConfig,
}

/// The server's stop. A connection notices it at most once.
struct Stop<'a, F> {
    shutdown: Pin<&'a mut F>,
    stopping: bool,
}

/// The limits of a call, which can end it before its handler returns.
struct Limits {
    timeout: Option<Duration>,
    /// The caller waits for no answer, so it may close the connection without giving up the call.
    one_way: bool,
}

/// The next event of a connection.
enum Next {
    Request(Message),
    /// A request that is refused, as far as it tells where to answer, and the exception to answer.
    Refused(Message, ApplicationException),
    /// The connection ended, or sent bytes that cannot be answered.
    Over,
}

impl<IO: AsyncRead + Unpin> ServerConnection<IO> {
    /// Cancel safe: bytes that were read stay in the buffer.
    async fn next(&mut self) -> Next {
        loop {
            match self.messages.next(&mut self.buf) {
                Ok(Some(message)) => {
                    self.arrival.begin();
                    return self.request(message);
                }
                Ok(None) => {}
                Err(error) => match self.refusal(&error) {
                    Some(refused) => return refused,
                    None if self.buf.len() > message::MAX_HEAD => {
                        events::no_request(self.peer, error.message());
                        return Next::Over;
                    }
                    None => {}
                },
            }
            if !self.read().await {
                return Next::Over;
            }
        }
    }

    /// How to refuse a request that cannot be accepted because of `error`. `None` if more of the
    /// request has to be read in order to know where to answer.
    fn refusal(&self, error: &Error) -> Option<Next> {
        let exception = match error.kind() {
            ErrorKind::ResourceExhausted => limit::exception(error),
            _ if message::has_mesh_header(&self.buf) => {
                let text = error.message().to_owned();
                ApplicationException::new(ApplicationException::INVALID_PROTOCOL, text)
            }
            // Bytes that are no request get no answer, and the bytes after them cannot be trusted.
            _ => return Some(Next::Over),
        };
        message::head(&self.buf).map(|head| Next::Refused(head, exception))
    }

    /// Reads more bytes. Returns whether any arrived in time.
    async fn read(&mut self) -> bool {
        message::reserve_for_read(&mut self.buf);
        let arrived = self.buf.len();
        let (io, buf) = (&mut self.io, &mut self.buf);
        let mut read = pin!(self.arrival.read(io, buf, arrived, "a request"));
        let idle = &mut self.idle;
        idle.restart();
        let read = poll_fn(|cx| match read.as_mut().poll(cx) {
            Poll::Ready(read) => Poll::Ready(Some(read)),
            Poll::Pending if arrived == 0 => idle.poll_expired(cx).map(|()| None),
            Poll::Pending => Poll::Pending,
        });
        let read = read.await;
        if matches!(read, Some(Ok(1..))) {
            return true;
        }
        events::client_gone(self.peer, read.as_ref(), arrived == 0);
        false
    }

    fn request(&self, message: Message) -> Next {
        match message.envelope.kind {
            MessageType::Call | MessageType::OneWay => Next::Request(message),
            MessageType::Reply | MessageType::Exception => {
                events::no_request(self.peer, "a reply where a request belongs");
                Next::Over
            }
        }
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin> ServerConnection<IO> {
    async fn answer(
        &mut self,
        request: Message,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<()> {
        let reply_to = ReplyTo::new(&request);
        let cancellation = Cancellation::new();
        let incoming = incoming(&request, self.peer);
        let begun = begin(&*self.dispatch, incoming, request.body, &cancellation);
        let (call, limits) = match begun {
            Ok(begun) => begun,
            // As in Kitex, decode errors and unknown methods are answered, and then the connection
            // closes.
            Err(exception) => {
                reply_to.refuse(&exception, true, &mut self.answer)?;
                self.write().await?;
                return Err(Error::from(exception));
            }
        };
        let one_way = limits.one_way;
        let outcome = self.run(call, &cancellation, limits, stop).await?;
        if one_way {
            return Ok(());
        }
        let close = reply_to.closes(&outcome);
        let last = stop.stopping || close;
        reply_to.reply(outcome, last, &mut self.answer)?;
        self.write().await?;
        if close { Err(closing()) } else { Ok(()) }
    }

    /// Runs a handler, and watches the call's deadline, the peer's close and the server's stop
    /// meanwhile.
    ///
    /// # Errors
    /// The handler was dropped, and nobody waits for an answer.
    async fn run(
        &mut self,
        (handler, pending): Begun,
        cancellation: &Cancellation,
        Limits { timeout, one_way }: Limits,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<PingPongOutcome> {
        let _running = self.supervisor.watch(cancellation);
        let limit = timeout.map(Deadline::after);
        let mut deadline = pin!(Deadline::passed(limit));
        let (mut waiting, mut open) = (true, true);
        let poll_ended = |cx: &mut Context<'_>| {
            if waiting && deadline.as_mut().poll(cx).is_ready() {
                waiting = false;
                return Poll::Ready(deadline_exceeded());
            }
            stop.stopping = stop.stopping || stop.shutdown.as_mut().poll(cx).is_ready();
            if open && poll_closed(&mut self.io, &mut self.buf, cx).is_ready() {
                open = false;
                if !one_way {
                    return Poll::Ready(match Deadline::is_due(limit) {
                        true => deadline_exceeded(),
                        false => closed_by_peer(),
                    });
                }
            }
            Poll::Pending
        };
        let ended = supervise(handler, cancellation, poll_ended).await;
        answerable(pending.outcome(ended), cancellation).ok_or_else(closing)
    }

    /// Answers a request that is refused. The connection ends after the answer.
    async fn refuse(&mut self, head: &Message, exception: &ApplicationException) {
        events::request_refused(self.peer, exception);
        let put = ReplyTo::new(head).refuse(exception, true, &mut self.answer);
        if put.is_err() || self.write().await.is_err() {
            return;
        }
        if close(&mut self.io, &mut self.stuck).await.is_ok() {
            drain(&mut self.io, &mut self.buf).await;
        }
    }

    /// Writes the answer.
    async fn write(&mut self) -> Result<()> {
        send(&mut self.io, &mut &self.answer[..], &mut self.stuck).await?;
        self.answer.clear();
        if self.answer.capacity() > KEPT_ANSWER {
            self.answer = BytesMut::new();
        }
        Ok(())
    }
}

/// A handler that has begun, and the value that turns its end into an outcome.
type Begun = (PingPongHandler, Pending);

/// Finds the method of a request and begins its handler. `args` is the request without its
/// envelope.
///
/// # Errors
/// The exception to answer instead.
fn begin(
    dispatch: &dyn Dispatch,
    incoming: Incoming,
    args: Bytes,
    cancellation: &Cancellation,
) -> Result<(Begun, Limits), ApplicationException> {
    let timeout = incoming.timeout;
    let route = dispatch.route(&incoming)?;
    let one_way = route.method().mode == Mode::OneWay;
    let begun = route.call(incoming, args, cancellation.clone())?;
    Ok((begun, Limits { timeout, one_way }))
}

/// The outcome to answer, after the handler has ended or was dropped; `None` if nobody waits for
/// it.
fn answerable(
    outcome: Option<PingPongOutcome>,
    cancellation: &Cancellation,
) -> Option<PingPongOutcome> {
    match (outcome, cancellation.reason()) {
        // The handler returned the reason that ended its call: the peer is gone, or must see the
        // server close the connection.
        (Some(outcome), Some(ended)) if ended.is_canceled() && outcome.is_canceled() => None,
        (Some(outcome), _) => Some(outcome),
        // The caller's timer may have started a little later, so the caller may still wait.
        (None, Some(reason)) if reason.is_timeout() => Some(PingPongOutcome::of(reason.clone())),
        (None, _) => None,
    }
}

fn closed_by_peer() -> Error {
    Error::new(ErrorKind::Canceled, 0, "connection closed by peer")
}

fn deadline_exceeded() -> Error {
    Error::new(ErrorKind::Timeout, 0, "context deadline exceeded")
}

/// Ready when the peer has closed the connection. Until then, reads ahead, up to [`READ_AHEAD`]
/// bytes.
fn poll_closed<IO: AsyncRead + Unpin>(
    io: &mut IO,
    buf: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<()> {
    while buf.len() < READ_AHEAD {
        message::reserve_for_read(buf);
        match pin!(io.read_buf(buf)).poll(cx) {
            Poll::Ready(Ok(1..)) => {}
            Poll::Ready(_) => return Poll::Ready(()),
            Poll::Pending => break,
        }
    }
    Poll::Pending
}

/// Describes a request for the dispatch.
fn incoming(request: &Message, peer: Option<SocketAddr>) -> Incoming {
    let header = &request.header;
    let service = header.strings.get(str_key::SERVICE).unwrap_or_default();
    Incoming {
        package: None,
        service: service.to_owned().into(),
        method: request.envelope.method.clone(),
        metadata: header.strings.clone(),
        caller: header
            .int(int_key::FROM_SERVICE)
            .cloned()
            .unwrap_or_default(),
        payload: request.envelope.payload,
        abilities: request.framing.abilities(),
        peer,
        timeout: keys::timeout(header),
    }
}

fn closing() -> Error {
    Error::new(
        ErrorKind::Connection,
        0,
        "closing after a request that was not served",
    )
}
