//! Serves requests whose client accepts the answers in any order, as Kitex's multiplexed
//! connections do. Each request has its own handler, and a slow handler delays no other.

use std::future::pending;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    Begun, Limits, ON_ITS_WAY, PingPongServerConfig, ServerConnection, Stop, answerable, begin,
    closed_by_peer, deadline_exceeded, incoming,
};
use crate::call::{Cancellation, Deadline};
use crate::codec::ApplicationException;
use crate::error::{Error, Result, limit};
use crate::trace::{self, Told};
use crate::wire::outbox::Outbox;
use crate::wire::pingpong::answer::{ReplyTo, put_goaway};
use crate::wire::pingpong::envelope::MessageType;
use crate::wire::pingpong::events;
use crate::wire::pingpong::frames::{Frames, Unread};
use crate::wire::pingpong::message::{Framing, Message};
use crate::wire::pingpong::queue;
use crate::wire::supervisor::supervise;
use crate::wire::ttheader::frame::FLAG_OUT_OF_ORDER;
use crate::wire::{Dispatch, Supervisor};

/// How many bytes of answers may wait for the kernel; the same number as for streams. If more wait,
/// because the peer sends requests without reading the answers, the server stops reading the
/// connection.
const OUT_HIGH_WATER: usize = 512 * 1024;

/// How many handlers may run at a time for one connection; the same number as for streams. The
/// server refuses further requests with an exception.
const MAX_CALLS: usize = 1 << 17;

/// What the connection's tasks share.
struct Shared {
    out: Outbox,
    /// Fires when the peer is gone, or when this side gives the connection up.
    closed: Cancellation,
    /// Whether the refusal of a call has been reported.
    refusal: Told,
    peer: Option<SocketAddr>,
    dispatch: Arc<dyn Dispatch>,
    supervisor: Arc<Supervisor>,
}

/// Whether the client accepts the answer to this request in any order.
pub(super) fn is_wanted_by(request: &Message) -> bool {
    request.header.flags & FLAG_OUT_OF_ORDER != 0
}

/// Serves the rest of a connection, beginning with the first request that may be answered in any
/// order. `framing` is the framing of that request.
pub(super) async fn serve<IO, F>(
    connection: ServerConnection<IO>,
    framing: Framing,
    first: Option<Message>,
    mut stop: Stop<'_, F>,
) where
    IO: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    F: Future<Output = ()>,
{
    let config = connection.config;
    let (reader, writer) = tokio::io::split(connection.io);
    let shared = Arc::new(Shared {
        out: Outbox::new(Box::pin(writer), OUT_HIGH_WATER, config.send_timeout),
        closed: Cancellation::new(),
        refusal: Told::default(),
        peer: connection.peer,
        dispatch: connection.dispatch,
        supervisor: connection.supervisor,
    });
    let closing = Closing(Arc::clone(&shared));
    let writing = trace::spawn_here({
        let shared = Arc::clone(&shared);
        async move { shared.write_all().await }
    });
    let arrival = connection.arrival;
    let requests = Frames::new(reader, connection.buf, config.max_message, arrival);
    if let Some(first) = first {
        shared.take(first).await;
    }
    let ended = tokio::select! {
        biased;
        _ = shared.closed.cancelled() => Ended::ByPeer,
        ended = shared.read_all(requests, framing, &config, &mut stop) => ended,
    };
    if ended == Ended::Here {
        shared.out.finish(super::closing());
        // The writer writes the waiting answers and then closes.
        let _ = writing.await;
    }
    drop(closing);
}

/// The side that has ended a connection.
#[derive(PartialEq, Eq)]
enum Ended {
    ByPeer,
    Here,
}

impl Shared {
    /// Begins a handler for each request that arrives. Returns when the peer closes the connection
    /// or sends bytes that are no request, or when the server stops and the last handler has
    /// returned.
    async fn read_all<R, F>(
        self: &Arc<Self>,
        mut requests: Frames<R>,
        framing: Framing,
        config: &PingPongServerConfig,
        stop: &mut Stop<'_, F>,
    ) -> Ended
    where
        R: AsyncRead + Unpin,
        F: Future<Output = ()>,
    {
        let mut left_at = None;
        loop {
            if stop.stopping && left_at.is_none() {
                self.announce_stop(framing);
                left_at = Some(Instant::now() + ON_ITS_WAY);
            }
            loop {
                match requests
                    .next()
                    .map(|next| next.map(|framed| framed.message))
                {
                    Ok(Some(Ok(request))) if is_request(&request) => self.take(request).await,
                    Ok(Some(Err(unread))) if self.refuse_unread(&unread) => {}
                    Ok(None) => break,
                    // The bytes after these cannot be trusted.
                    _ => {
                        events::no_request(self.peer, "no request where one belongs");
                        return Ended::ByPeer;
                    }
                }
            }
            self.out.answers_taken().await;
            tokio::select! {
                biased;
                read = requests.read() => match read {
                    Ok(1..) => self.out.note_read(),
                    read => {
                        events::client_gone(self.peer, Some(&read), true);
                        return Ended::ByPeer;
                    }
                },
                () = &mut stop.shutdown, if !stop.stopping => stop.stopping = true,
                () = self.unused(config.idle_timeout, left_at) => {
                    events::unused(self.peer, left_at.is_some());
                    return Ended::Here;
                }
            }
        }
    }

    /// Waits until the connection is no longer needed: because the server stops and no handler
    /// runs, or because no handler has run for `idle`.
    async fn unused(&self, idle: Duration, left_at: Option<Instant>) {
        if let Some(left_at) = left_at {
            sleep_until(left_at).await;
            return self.supervisor.idle().await;
        }
        loop {
            sleep(idle).await;
            if self.supervisor.count() == 0 {
                return;
            }
        }
    }

    /// Begins the handler of a request. Waits for the handler only if the client did not say that
    /// answers may come in any order.
    async fn take(self: &Arc<Self>, request: Message) {
        let in_order = !is_wanted_by(&request);
        if let Some(running) = self.begin(request)
            && in_order
        {
            // An error means that the handler panicked, and the caller has been answered already.
            let _ = running.await;
        }
    }

    fn begin(self: &Arc<Self>, request: Message) -> Option<JoinHandle<()>> {
        let reply_to = ReplyTo::new(&request);
        if self.supervisor.count() >= MAX_CALLS {
            events::call_refused(&self.refusal, self.peer, MAX_CALLS);
            self.refuse(&reply_to, &too_many_calls());
            return None;
        }
        let cancellation = Cancellation::new();
        let incoming = incoming(&request, self.peer);
        match begin(&*self.dispatch, incoming, request.body, &cancellation) {
            Ok((call, limits)) => {
                let running = Arc::clone(self).run(call, cancellation, limits, reply_to);
                Some(tokio::spawn(running))
            }
            // As in Kitex, this connection stays open; one whose requests are served in turn would
            // close.
            Err(exception) => {
                self.refuse(&reply_to, &exception);
                None
            }
        }
    }

    /// Runs a handler, watches its deadline and the connection's end meanwhile, and answers. The
    /// handler counts as running from the call of this function.
    fn run(
        self: Arc<Self>,
        (handler, pending): Begun,
        cancellation: Cancellation,
        Limits { timeout, one_way }: Limits,
        reply_to: ReplyTo,
    ) -> impl Future<Output = ()> + Send {
        let running = self.supervisor.watch(&cancellation);
        async move {
            let limit = timeout.map(Deadline::after);
            let mut deadline = pin!(Deadline::passed(limit));
            let mut closed = pin!(self.closed_for(one_way));
            let (mut waiting, mut open) = (true, true);
            let poll_ended = |cx: &mut Context<'_>| {
                if waiting && deadline.as_mut().poll(cx).is_ready() {
                    waiting = false;
                    return Poll::Ready(deadline_exceeded());
                }
                if open && let Poll::Ready(reason) = closed.as_mut().poll(cx) {
                    open = false;
                    return Poll::Ready(match Deadline::is_due(limit) {
                        true => deadline_exceeded(),
                        false => reason,
                    });
                }
                Poll::Pending
            };
            let ended = supervise(handler, &cancellation, poll_ended).await;
            if let Some(outcome) = answerable(pending.outcome(ended), &cancellation)
                && !one_way
            {
                let body = outcome.result.as_ref().map_or(0, |body| body.encoded_len());
                self.answer(&reply_to, body, |out| reply_to.reply(outcome, false, out));
            }
            // Dropped after the answer is queued, because a stopping server waits for this.
            drop(running);
        }
    }

    /// Waits for the end of the connection, and returns the reason. Never completes for a oneway
    /// call: its caller waits for nothing and may close the connection without giving up the call.
    async fn closed_for(&self, one_way: bool) -> Error {
        match one_way {
            true => pending().await,
            false => self.closed.cancelled().await,
        }
    }

    /// Queues an answer whose body has `body_len` bytes. If the answer cannot be encoded, queues an
    /// exception instead.
    fn answer(
        &self,
        reply_to: &ReplyTo,
        body_len: usize,
        put: impl FnOnce(&mut BytesMut) -> Result<()>,
    ) {
        let queued = queue::put(&self.out, body_len, put);
        if let Err(error) = queued
            && self.closed.reason().is_none()
        {
            let internal = ApplicationException::INTERNAL_ERROR;
            self.refuse(
                reply_to,
                &ApplicationException::new(internal, error.to_string()),
            );
        }
    }

    /// Queues an exception. Fails if the connection is gone; then nobody waits for the exception.
    fn refuse(&self, reply_to: &ReplyTo, exception: &ApplicationException) {
        let _ = queue::put(&self.out, 0, |out| reply_to.refuse(exception, false, out));
    }

    /// Answers a request that is too large. Returns `false` if the request cannot be read at all.
    fn refuse_unread(&self, Unread { error, head }: &Unread) -> bool {
        let request = head.as_ref().filter(|head| is_request(head));
        if let Some(request) = request {
            self.refuse(&ReplyTo::new(request), &limit::exception(error));
        }
        request.is_some()
    }

    /// Tells the client to use another connection for its next calls.
    fn announce_stop(&self, framing: Framing) {
        let _ = queue::put(&self.out, 0, |out| put_goaway(framing, out));
    }

    async fn write_all(&self) {
        let written = tokio::select! {
            biased;
            _ = self.closed.cancelled() => return,
            written = self.out.write_all() => written,
        };
        if let Err(error) = written {
            events::unwritable(self.peer, &error);
            self.fail();
        }
    }

    fn fail(&self) {
        self.closed.cancel(closed_by_peer());
        self.out.close(super::closing());
    }
}

fn is_request(message: &Message) -> bool {
    let kind = message.envelope.kind;
    matches!(kind, MessageType::Call | MessageType::OneWay)
}

/// Closes the connection when it is dropped, at the end of `serve` or with its future.
struct Closing(Arc<Shared>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.fail();
    }
}

#[cold]
fn too_many_calls() -> ApplicationException {
    let text = format!("connection has {MAX_CALLS} running calls already");
    ApplicationException::new(ApplicationException::INTERNAL_ERROR, text)
}
