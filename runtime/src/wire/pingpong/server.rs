//! The server's side of a ping-pong connection: one request after the other (C.5, C.9), unless the
//! client takes answers in any order.

mod concurrent;

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use faststr::FastStr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
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
    Dispatch, Pending, PingPongHandler, PingPongOutcome, SEND_TIMEOUT, STALL_TIMEOUT, Supervisor,
    drain, not_taken,
};

/// Bytes of later requests that are read while a handler runs, so that the peer's close is
/// noticed. A peer that pipelines more waits in its socket.
const READ_AHEAD: usize = 64 * 1024;

/// Bytes a connection keeps between answers; what a large one needed beyond is given back.
const KEPT_ANSWER: usize = 64 * 1024;

/// How long a stopping server waits on an idle connection for a request that was sent before the
/// client can know of the stop: nobody could tell it what became of the call. Longer than a round
/// trip across a continent, and much shorter than `exit_wait`.
const ON_ITS_WAY: Duration = Duration::from_millis(200);

/// Bounds of a server's ping-pong connections.
#[derive(Debug, Clone)]
pub struct PingPongServerConfig {
    /// Largest request in bytes. A larger one is answered with an exception that says so, and
    /// closes the connection, unread.
    pub max_message: usize,
    /// How long a connection may stay without a request.
    pub idle_timeout: Duration,
    /// How long nothing may follow the first part of a request. Default 10 s.
    pub stall_timeout: Duration,
    /// How long the client may take nothing of an answer. Default 60 s.
    pub send_timeout: Duration,
}

impl Default for PingPongServerConfig {
    fn default() -> Self {
        // The idle timeout is Kitex's.
        Self {
            max_message: DEFAULT_MAX_MESSAGE,
            idle_timeout: Duration::from_secs(600),
            stall_timeout: STALL_TIMEOUT,
            send_timeout: SEND_TIMEOUT,
        }
    }
}

/// Serves one connection until the peer closes it, sends what is no message, or `shutdown`
/// completes: then the running call, or one that is on its way already, is answered (with `crrst`
/// where the framing can say so) and the connection closed.
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
        stalled: WaitTimer::new(config.stall_timeout),
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
        // The request is finished even when the server stops meanwhile.
        let served = match next {
            Next::Request(request) if concurrent::is_wanted_by(&request) => {
                let framing = request.framing;
                return concurrent::serve(connection, framing, Some(request), stop).await;
            }
            // It is still there, and is refused there: the requests behind it are served.
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
    /// The answer that is written, or the room of the last one.
    answer: BytesMut,
    /// How long no request may come, and how long nothing may follow the first part of one.
    idle: WaitTimer,
    stalled: WaitTimer,
    stuck: WaitTimer,
    messages: MessageReader,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    supervisor: Arc<Supervisor>,
    config: PingPongServerConfig,
}

/// The server's stop, which a connection notices at most once.
struct Stop<'a, F> {
    shutdown: Pin<&'a mut F>,
    stopping: bool,
}

/// What ends a call ahead of its handler.
struct Limits {
    timeout: Option<Duration>,
    /// The caller waits for nothing: that he closes the connection is no sign that he gave up.
    one_way: bool,
}

/// What a connection brings next.
enum Next {
    Request(Message),
    /// A request that is not taken, as far as it says where to answer, and the answer.
    Refused(Message, ApplicationException),
    /// Nothing that could be answered.
    Over,
}

impl<IO: AsyncRead + Unpin> ServerConnection<IO> {
    /// Cancel safe: what was read stays.
    async fn next(&mut self) -> Next {
        loop {
            match self.messages.next(&mut self.buf) {
                Ok(Some(message)) => return self.request(message),
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

    /// What becomes of a request that cannot be taken because of `error`; `None` while more of it has
    /// to be read to know where to answer.
    fn refusal(&self, error: &Error) -> Option<Next> {
        let exception = match error.kind() {
            ErrorKind::ResourceExhausted => limit::exception(error),
            _ if message::has_mesh_header(&self.buf) => {
                let text = error.message().to_owned();
                ApplicationException::new(ApplicationException::INVALID_PROTOCOL, text)
            }
            // Bytes that are no request are not answered: what follows them cannot be trusted.
            _ => return Some(Next::Over),
        };
        message::head(&self.buf).map(|head| Next::Refused(head, exception))
    }

    /// Whether more has arrived in time.
    async fn read(&mut self) -> bool {
        message::reserve_for_read(&mut self.buf);
        let waiting = self.buf.is_empty();
        let wait = match waiting {
            true => &mut self.idle,
            false => &mut self.stalled,
        };
        wait.restart();
        let (io, buf) = (&mut self.io, &mut self.buf);
        let read = poll_fn(|cx| match pin!(io.read_buf(buf)).poll(cx) {
            Poll::Ready(read) => Poll::Ready(Some(read)),
            Poll::Pending => wait.poll_expired(cx).map(|()| None),
        });
        let read = read.await;
        if matches!(read, Some(Ok(1..))) {
            return true;
        }
        events::client_gone(self.peer, read.as_ref(), waiting);
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
        let (incoming, args) = incoming(request, self.peer);
        let begun = begin(&*self.dispatch, incoming, args, &cancellation);
        let (call, limits) = match begun {
            Ok(begun) => begun,
            // Decode errors and unknown methods: answered, then closed, as in Kitex.
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

    /// Runs a handler, watched for its deadline, the peer's close and the server's stop.
    ///
    /// # Errors
    /// The handler must not go on, and nobody waits for an answer.
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

    /// Answers a request that is not taken. The connection ends behind it.
    async fn refuse(&mut self, head: &Message, exception: &ApplicationException) {
        events::request_refused(self.peer, exception);
        let put = ReplyTo::new(head).refuse(exception, true, &mut self.answer);
        if put.is_ok() && self.write().await.is_ok() && self.io.shutdown().await.is_ok() {
            drain(&mut self.io, &mut self.buf).await;
        }
    }

    /// Writes the answer.
    async fn write(&mut self) -> Result<()> {
        let mut left = &self.answer[..];
        while !left.is_empty() {
            let (io, stuck) = (&mut self.io, &mut self.stuck);
            stuck.restart();
            let write = poll_fn(|cx| match Pin::new(&mut *io).poll_write(cx, left) {
                Poll::Pending => stuck.poll_expired(cx).map(|()| Err(not_taken())),
                Poll::Ready(Ok(0)) => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => written,
            });
            left = &left[write.await?..];
        }
        self.answer.clear();
        if self.answer.capacity() > KEPT_ANSWER {
            self.answer = BytesMut::new();
        }
        Ok(self.io.flush().await?)
    }
}

/// A handler that has begun, and what makes the outcome of its end.
type Begun = (PingPongHandler, Pending);

/// Finds the method of a request and begins its handler; `args` is the request without envelope.
///
/// # Errors
/// What to answer instead.
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

/// What is answered to a caller whose handler has ended, or was dropped; `None`: nobody waits.
fn answerable(
    outcome: Option<PingPongOutcome>,
    cancellation: &Cancellation,
) -> Option<PingPongOutcome> {
    match (outcome, cancellation.reason()) {
        // The handler returns what ended its call: its peer is gone, or is to see the server go.
        (Some(outcome), Some(ended)) if ended.is_canceled() && outcome.is_canceled() => None,
        (Some(outcome), _) => Some(outcome),
        // The caller may count its time from a little later on, and still wait.
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

/// Ready when the peer has closed the connection. Reads ahead until then, as far as that goes.
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

/// A request as it is dispatched, and its arguments.
fn incoming(request: Message, peer: Option<SocketAddr>) -> (Incoming, Bytes) {
    let Message {
        framing,
        header,
        envelope,
        body,
    } = request;
    let caller = header.int(int_key::FROM_SERVICE).cloned();
    let timeout = keys::timeout(&header);
    let metadata = header.strings;
    let incoming = Incoming {
        package: None,
        service: FastStr::new(metadata.get(str_key::SERVICE).unwrap_or_default()),
        method: envelope.method,
        metadata,
        caller: caller.unwrap_or_default(),
        payload: envelope.payload,
        abilities: framing.abilities(),
        peer,
        timeout,
    };
    (incoming, body)
}

fn closing() -> Error {
    Error::new(
        ErrorKind::Connection,
        0,
        "closing after a request that was not served",
    )
}
