//! The calls of a connection that run at the same time: how each begins, runs and is answered.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::BytesMut;

use super::Shared;
use super::admission::{Admission, Admitted, Full};
use crate::call::{Cancellation, Deadline};
use crate::codec::ApplicationException;
use crate::error::{Error, Result, limit};
use crate::wire::pingpong::answer::ReplyTo;
use crate::wire::pingpong::envelope::MessageType;
use crate::wire::pingpong::events;
use crate::wire::pingpong::frames::Framed;
use crate::wire::pingpong::message::Message;
use crate::wire::pingpong::queue;
use crate::wire::pingpong::server::call::{
    Begun, Limits, answerable, begin, deadline_exceeded, incoming,
};
use crate::wire::supervisor::{Watched, supervise};

/// A call whose handler runs.
struct Running {
    cancellation: Cancellation,
    limits: Limits,
    reply_to: ReplyTo,
    /// Dropped after the answer is queued, because a stopping server waits for this.
    _watched: Watched,
    _admitted: Admitted,
}

impl Shared {
    /// Begins the handler of a request. As in Kitex, a message that cannot be read, or is no request,
    /// concerns no other; it is answered if it tells to whom, and otherwise dropped.
    pub(super) async fn take(self: &Arc<Self>, framed: Framed, admission: &mut Admission) {
        let unread = match framed.message {
            Ok(request) if is_request(&request) => {
                return self.begin(request, framed.len, admission).await;
            }
            Ok(_) => return events::message_dropped(&self.dropped, self.peer, "a reply"),
            Err(unread) => unread,
        };
        events::message_unread(&self.dropped, self.peer, &unread.error);
        if let Some(head) = unread.head.filter(is_request) {
            self.refuse(&ReplyTo::new(&head), &limit::exception(&unread.error));
        }
    }

    async fn begin(self: &Arc<Self>, request: Message, len: usize, admission: &mut Admission) {
        let reply_to = ReplyTo::new(&request);
        let admitted = match admission.admit(len).await {
            Ok(admitted) => admitted,
            Err(full) => return self.refuse_call(&reply_to, &full),
        };
        let cancellation = Cancellation::new();
        let (incoming, args) = incoming(request, self.peer);
        match begin(&*self.dispatch, incoming, args, &cancellation) {
            Ok((call, limits)) => {
                let running = Running {
                    _watched: self.supervisor.watch(&cancellation),
                    cancellation,
                    limits,
                    reply_to,
                    _admitted: admitted,
                };
                tokio::spawn(Arc::clone(self).run(call, running));
            }
            // As in Kitex, this connection stays open; one whose requests are served in turn would
            // close.
            Err(exception) => self.refuse(&reply_to, &exception),
        }
    }

    /// Runs a handler, watches its deadline and the connection's end meanwhile, and answers.
    async fn run(self: Arc<Self>, (handler, pending): Begun, running: Running) {
        let Limits { timeout, one_way } = running.limits;
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
        let ended = supervise(handler, &running.cancellation, poll_ended).await;
        if let Some(outcome) = answerable(pending.outcome(ended), &running.cancellation)
            && !one_way
        {
            let body = outcome.result.as_ref().map_or(0, |body| body.encoded_len());
            let reply_to = &running.reply_to;
            self.answer(reply_to, body, |out| reply_to.reply(outcome, false, out));
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

    fn refuse_call(&self, reply_to: &ReplyTo, full: &Full) {
        let exception = full.exception();
        events::call_refused(&self.refusal, self.peer, full.limit(), &exception);
        self.refuse(reply_to, &exception);
    }

    /// Queues an exception. Fails if the connection is gone; then nobody waits for the exception.
    fn refuse(&self, reply_to: &ReplyTo, exception: &ApplicationException) {
        let _ = queue::put(&self.out, 0, |out| reply_to.refuse(exception, false, out));
    }
}

fn is_request(message: &Message) -> bool {
    let kind = message.envelope.kind;
    matches!(kind, MessageType::Call | MessageType::OneWay)
}
