//! Calls with one request and one response: read, run, answer, all in one task.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use h2::Reason;
use h2::server::SendResponse;

use super::busy::Busy;
use super::handler::{Once, canceled_by_stop, dropped, expired};
use super::respond::Responder;
use crate::call::Cancellation;
use crate::call::Deadline;
use crate::codec::Encode;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::wire::grpc::body::{Body, Broken, Next};
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::outbox::send_whole;
use crate::wire::grpc::{GRACEFUL_SHUTDOWN, message, status};
use crate::wire::supervisor::supervise;
use crate::wire::{Dispatch, Incoming, PingPongFailure, PingPongOutcome};

/// A call whose headers have arrived.
pub(super) struct UnaryCall {
    pub(super) incoming: Incoming,
    pub(super) deadline: Option<Deadline>,
    pub(super) responder: Responder,
    /// Kept until the answer is written: dropping it earlier would reset the stream.
    pub(super) body: Body,
    pub(super) respond: SendResponse<Payload>,
    pub(super) dispatch: Arc<dyn Dispatch>,
    pub(super) busy: Busy,
}

impl UnaryCall {
    /// Serves the call. The handler runs to its end, or until it must not go on: by default also
    /// when nobody wants its result any more.
    pub(super) async fn run(self, killed: Cancellation) {
        let Self {
            incoming,
            deadline,
            responder,
            mut body,
            respond,
            dispatch,
            mut busy,
        } = self;
        let caller = incoming.caller.clone();
        let mut answer = Answer {
            responder,
            respond: Some(respond),
        };
        let cancellation = Cancellation::new();
        busy.watch(&cancellation);
        let serve = async {
            let request = match poll_fn(|cx| body.poll_next(cx)).await {
                Ok(Next::Message(request)) => request,
                Ok(Next::End(_)) => return Served::Error(no_request()),
                Err(Broken::Message(error)) => return Served::Error(error),
                Err(Broken::Stream(_)) => return Served::Gone,
            };
            body.release();
            match dispatch.ping_pong(incoming, request, cancellation.clone()) {
                Ok((handler, _)) => Served::Outcome(handler.await),
                Err(exception) => Served::Error(status::of_exception(exception, responder.payload)),
            }
        };
        let (expired, stopped) = (pin!(expired(deadline)), pin!(killed.cancelled()));
        let (mut expired, mut stopped) = (Once::new(expired), Once::new(stopped));
        let poll_ended = |cx: &mut Context<'_>| {
            if !answer.is_due() {
                return Poll::Pending;
            }
            if let Poll::Ready(reset) = answer.poll_reset(cx) {
                answer.respond = None;
                return Poll::Ready(status::canceled_by_peer(&reset, &caller, deadline));
            }
            if let Poll::Ready(error) = expired.poll(cx) {
                answer.error(error.clone());
                return Poll::Ready(error);
            }
            let error = canceled_by_stop(ready!(stopped.poll(cx)));
            answer.reset(Reason::from(GRACEFUL_SHUTDOWN));
            Poll::Ready(error)
        };
        match supervise(serve, &cancellation, poll_ended).await {
            Some(Served::Outcome(outcome)) => answer.outcome(outcome),
            Some(Served::Error(error)) => answer.error(error),
            Some(Served::Gone) => {}
            None => answer.error(dropped(&cancellation)),
        }
    }
}

/// What became of a call.
enum Served {
    Outcome(PingPongOutcome),
    Error(Error),
    /// Reset before its request was there.
    Gone,
}

/// The answer to be given, at most once.
struct Answer {
    responder: Responder,
    /// `None` once it is given, or nobody waits for it.
    respond: Option<SendResponse<Payload>>,
}

impl Answer {
    fn is_due(&self) -> bool {
        self.respond.is_some()
    }

    fn poll_reset(&mut self, cx: &mut Context<'_>) -> Poll<h2::Error> {
        match &mut self.respond {
            Some(respond) => respond
                .poll_reset(cx)
                .map(|reset| reset.map_or_else(|error| error, h2::Error::from)),
            None => Poll::Pending,
        }
    }

    fn reset(&mut self, reason: Reason) {
        if let Some(mut respond) = self.respond.take() {
            respond.send_reset(reason);
        }
    }

    fn error(&mut self, error: Error) {
        self.only_trailers(&Err(error), &Metadata::new());
    }

    fn outcome(&mut self, outcome: PingPongOutcome) {
        let PingPongOutcome {
            result,
            header,
            backward,
            uncompressed,
        } = outcome;
        let result = result.map_err(|failure| self.status(failure));
        let encoded = result.and_then(|response| self.encode(&*response, !uncompressed));
        match encoded {
            // Refused on a stream that is gone, and then nobody waits for it.
            Ok(bytes) => drop(self.respond(Ok(bytes), &header, &backward)),
            Err(error) if header.is_empty() => self.only_trailers(&Err(error), &backward),
            Err(error) => drop(self.respond(Err(error), &header, &backward)),
        }
    }

    fn encode(&self, response: &dyn Encode, compressed: bool) -> Result<Bytes> {
        let mut out = BytesMut::new();
        let encoding = self.responder.encoding.filter(|_| compressed);
        message::put(response, encoding, &mut out)?;
        Ok(out.freeze())
    }

    /// Header, message if there is one, trailer.
    fn respond(
        &mut self,
        outcome: Result<Bytes>,
        header: &Metadata,
        trailer: &Metadata,
    ) -> Result<(), h2::Error> {
        let Some(mut respond) = self.respond.take() else {
            return Ok(());
        };
        let mut send = respond.send_response(self.responder.headers(header), false)?;
        let outcome = match outcome {
            Ok(message) => send_whole(&mut send, message, false).map(Ok)?,
            Err(error) => Err(error),
        };
        send.send_trailers(self.responder.trailers(&outcome, trailer))
    }

    fn only_trailers(&mut self, outcome: &Result<()>, trailer: &Metadata) {
        if let Some(mut respond) = self.respond.take() {
            let _ = respond.send_response(self.responder.only_trailers(outcome, trailer), true);
        }
    }

    fn status(&self, failure: PingPongFailure) -> Error {
        match failure {
            PingPongFailure::Handler(error) => error,
            PingPongFailure::Arguments(error) => status::of_decode(&error, self.responder.payload),
            PingPongFailure::Exception(exception) => {
                status::of_exception(exception, self.responder.payload)
            }
        }
    }
}

fn no_request() -> Error {
    status::grpc(status::INTERNAL, "the call has no request message")
}
