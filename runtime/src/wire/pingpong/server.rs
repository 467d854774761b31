//! The server of a ping-pong connection. It serves one request after the other (C.5, C.9), unless
//! the client accepts answers in any order.

mod call;
mod concurrent;
mod config;
mod reading;

use std::any::Any;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep;

use self::call::{
    Begun, Limits, answerable, begin, closed_by_peer, closing, deadline_exceeded, incoming,
};
pub use self::config::PingPongServerConfig;
use self::reading::{Next, poll_closed};
use super::answer::ReplyTo;
use super::events;
use super::message::{Message, MessageReader};
use crate::call::{Cancellation, Deadline, WaitTimer};
use crate::codec::ApplicationException;
use crate::error::{Error, Result};
use crate::wire::io::ByteStream;
use crate::wire::protocol::ON_ITS_WAY;
use crate::wire::supervisor::supervise;
use crate::wire::{
    ArrivalTimer, DISCARD_FOR, Dispatch, PingPongOutcome, Supervisor, close, discard, send,
};

/// The answer buffer that a connection keeps between answers, in bytes. A larger buffer is freed.
const KEPT_ANSWER: usize = 64 * 1024;

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
    let supervisor = dispatch.supervisor(events::NAME);
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
    loop {
        let next = tokio::select! {
            biased;
            next = connection.next() => next,
            () = stop.and_nothing_comes() => match connection.buf.is_empty() {
                true => return events::server_stops(peer),
                // The rest of a request is on its way; that it arrives in time is watched elsewhere.
                false => continue,
            },
        };
        // A request that was begun is served even if the server stops meanwhile.
        let served = match next {
            Next::OutOfOrder => return concurrent::serve(connection, stop).await,
            Next::Request(request) => connection.answer(request, &mut stop).await,
            Next::Refused(head, exception) => return connection.refuse(&head, &exception).await,
            Next::Over => return,
        };
        match served {
            Ok(Served::Last) => return events::server_stops(peer),
            Ok(Served::NotLast) => {}
            Err(error) => return events::closed_behind_call(peer, &error),
        }
    }
}

/// Whether the connection ends behind what was served.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Served {
    /// It was the last answer of a server that stops. Behind a oneway request others may be on their way,
    /// because its client waits for nothing.
    Last,
    NotLast,
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

impl<F: Future<Output = ()>> Stop<'_, F> {
    /// Notices a stop that has come: a handler that does not wait leaves no other time for it.
    async fn notice(&mut self) {
        poll_fn(|cx| {
            self.stopping = self.stopping || self.shutdown.as_mut().poll(cx).is_ready();
            Poll::Ready(())
        })
        .await;
    }

    /// Completes when the server stops and the client has sent nothing that was on its way.
    async fn and_nothing_comes(&mut self) {
        if !self.stopping {
            self.shutdown.as_mut().await;
            self.stopping = true;
        }
        sleep(ON_ITS_WAY).await;
    }
}

impl<IO: AsyncRead + AsyncWrite + Unpin + 'static> ServerConnection<IO> {
    async fn answer(
        &mut self,
        request: Message,
        stop: &mut Stop<'_, impl Future<Output = ()>>,
    ) -> Result<Served> {
        let reply_to = ReplyTo::new(&request);
        let cancellation = Cancellation::new();
        let (incoming, args) = incoming(request, self.peer);
        let begun = begin(&*self.dispatch, incoming, args, &cancellation);
        let (call, limits) = match begun {
            Ok(begun) => begun,
            // As in Kitex, decode errors and unknown methods are answered, and then the connection
            // closes.
            Err(exception) => {
                reply_to.refuse(&exception, true, &mut self.answer)?;
                self.write().await?;
                self.end(ON_ITS_WAY).await;
                return Err(Error::from(exception));
            }
        };
        let one_way = limits.one_way;
        let outcome = self.run(call, &cancellation, limits, stop).await?;
        if one_way {
            return Ok(Served::NotLast);
        }
        stop.notice().await;
        let close = reply_to.closes(&outcome);
        let last = stop.stopping || close;
        reply_to.reply(outcome, last, &mut self.answer)?;
        if last {
            self.hold_back_for_end();
        }
        self.write().await?;
        if last {
            self.end(ON_ITS_WAY).await;
        }
        match (close, last) {
            (true, _) => Err(closing()),
            (false, true) => Ok(Served::Last),
            (false, false) => Ok(Served::NotLast),
        }
    }

    /// A framing without a header cannot say that the answer is the last one: its client has to see the end
    /// of the connection no later than the answer, or it would send its next request here.
    fn hold_back_for_end(&self) {
        let io: &dyn Any = &self.io;
        if let Some(io) = io.downcast_ref::<ByteStream>() {
            io.hold_back_for_end();
        }
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
        self.end(DISCARD_FOR).await;
    }

    /// Closes the connection behind the last answer. For at most `most`, it reads and forgets what a client
    /// has sent that did not wait for the answer: if that were left unread, Linux would reset the connection,
    /// and throw away what the client has not received.
    async fn end(&mut self, most: Duration) {
        if close(&mut self.io, &mut self.stuck).await.is_ok() {
            discard(&mut self.io, &mut self.buf, most).await;
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
