//! Calls with one request and one response: read, run, answer, all in one task.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use faststr::FastStr;
use h2::Reason;
use h2::server::SendResponse;

use super::handler::{Fused, canceled_by_stop, dropped, expired};
use super::permits::HandlerPermit;
use super::respond::Responder;
use crate::call::{Cancellation, Deadline, Incoming};
use crate::codec::Encode;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::wire::grpc::body::{Body, Broken, Next};
use crate::wire::grpc::data_frames::send_whole;
use crate::wire::grpc::gather::Payload;
use crate::wire::grpc::output::Output;
use crate::wire::grpc::{GRACEFUL_SHUTDOWN, message, status};
use crate::wire::supervisor::{Ended, supervise};
use crate::wire::{PingPongFailure, PingPongOutcome, Route, Turn, Turns};

/// A call whose headers have arrived.
pub(super) struct UnaryCall {
    pub(super) route: Route,
    pub(super) incoming: Incoming,
    pub(super) deadline: Option<Deadline>,
    pub(super) responder: Responder,
    /// Kept until the answer is written: dropping it earlier would reset the stream.
    pub(super) body: Body,
    pub(super) respond: SendResponse<Payload>,
    pub(super) permit: HandlerPermit,
    pub(super) output: Arc<Output>,
}

impl UnaryCall {
    /// Serves the call. The handler runs to its end, or until it must not go on: by default also
    /// when nobody wants its result any more.
    pub(super) async fn run(self, killed: Cancellation) {
        let Self {
            route,
            incoming,
            deadline,
            responder,
            mut body,
            respond,
            mut permit,
            output,
        } = self;
        let cancellation = Cancellation::new();
        permit.watch(&cancellation);
        let (expired, stopped) = (pin!(expired(deadline)), pin!(killed.cancelled()));
        let mut ends = Ends {
            answer: Answer {
                responder,
                respond: Some(respond),
                output,
            },
            caller: incoming.caller.clone(),
            deadline,
            turns: Arc::clone(body.account().turns()),
            turn: Turn::default(),
            killed: killed.clone(),
            expired: Fused::new(expired),
            stopped: Fused::new(stopped),
        };
        match serve((route, incoming), &mut body, &cancellation, &mut ends).await {
            Ok(outcome) => ends.answer.outcome(outcome),
            Err(Some(error)) => ends.answer.error(error),
            Err(None) => {}
        }
    }
}

/// Reads the request and runs the handler. If the call ends before its request has arrived, no
/// handler runs.
///
/// # Errors
/// The error to answer instead of an outcome; `None` if nobody waits for an answer.
async fn serve<E, S>(
    (route, incoming): (Route, Incoming),
    body: &mut Body,
    cancellation: &Cancellation,
    ends: &mut Ends<E, S>,
) -> Result<PingPongOutcome, Option<Error>>
where
    E: Future<Output = Error> + Unpin,
    S: Future<Output = Error> + Unpin,
{
    let payload = incoming.payload;
    let refusal = |exception| Some(status::of_exception(exception, payload));
    let request = match supervise(read_request(body), cancellation, |cx| ends.poll(cx)).await {
        Ended::Returned(read) => read?,
        Ended::Panicked(panic) => return Err(refusal(route.panicked(&panic))),
        Ended::Dropped => return Err(Some(dropped(cancellation))),
    };
    if !ends.answer.is_due() {
        return Err(None);
    }
    let _counts = body.account().charge_request(request.len()).map_err(Some)?;
    let begun = route.call(incoming, request, cancellation.clone());
    let (handler, pending) = begun.map_err(refusal)?;
    let poll_ended = |cx: &mut Context<'_>| {
        body.discard(cx);
        ends.poll(cx)
    };
    let ended = supervise(handler, cancellation, poll_ended).await;
    let outcome = pending.outcome(ended);
    outcome.ok_or_else(|| Some(dropped(cancellation)))
}

/// Waits for the one message of a request.
///
/// # Errors
/// The error to answer; `None` if the stream was reset before its request had arrived.
async fn read_request(body: &mut Body) -> Result<Bytes, Option<Error>> {
    match poll_fn(|cx| body.poll_next(cx)).await {
        Ok(Next::Message(request)) => {
            body.release();
            Ok(request)
        }
        Ok(Next::End(_)) => Err(Some(no_request())),
        Err(Broken::Message(error)) => Err(Some(error)),
        Err(Broken::Stream(_)) => Err(None),
    }
}

/// The events that end a call before its handler returns, and the answer that the caller gets then.
struct Ends<E, S> {
    answer: Answer,
    caller: FastStr,
    deadline: Option<Deadline>,
    /// For calls that end with their connection or their server, all at the same time.
    turns: Arc<Turns>,
    turn: Turn,
    killed: Cancellation,
    expired: Fused<E>,
    stopped: Fused<S>,
}

impl<E, S> Ends<E, S>
where
    E: Future<Output = Error> + Unpin,
    S: Future<Output = Error> + Unpin,
{
    /// Ready when the call has ended. Returns the reason; if the caller is due an answer, the
    /// answer has been sent.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        if !self.answer.is_due() {
            return Poll::Pending;
        }
        if let Poll::Ready(reset) = self.answer.poll_reset(cx) {
            if !reset.is_reset() {
                ready!(self.turn.poll(&self.turns, cx));
            }
            self.answer.respond = None;
            let error = status::canceled_by_peer(&reset, &self.caller, self.deadline);
            return Poll::Ready(error);
        }
        if let Poll::Ready(error) = self.expired.poll(cx) {
            self.answer.error(error.clone());
            return Poll::Ready(error);
        }
        if self.killed.reason().is_some() {
            ready!(self.turn.poll(&self.turns, cx));
        }
        let error = canceled_by_stop(ready!(self.stopped.poll(cx)));
        self.answer.reset(Reason::from(GRACEFUL_SHUTDOWN));
        Poll::Ready(error)
    }
}

/// The answer to be given, at most once.
struct Answer {
    responder: Responder,
    /// `None` once it is given, or nobody waits for it.
    respond: Option<SendResponse<Payload>>,
    output: Arc<Output>,
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
        let PingPongOutcome { result, answer } = outcome;
        let (header, trailer) = (answer.header, answer.trailer);
        let result = result.map_err(|failure| self.status(failure));
        let encoded = result.and_then(|response| self.encode(&*response, !answer.uncompressed));
        match encoded {
            // h2 would keep the answer until the client takes it, and it takes too little.
            Ok(bytes) if self.output.is_exceeded_by(bytes.len()) => {
                let _ = self.output.end_stream();
                self.reset(Reason::ENHANCE_YOUR_CALM);
            }
            // The stream may be gone by now; then nobody waits for this answer.
            Ok(bytes) => drop(self.respond(Ok(bytes), &header, &trailer)),
            Err(error) if header.is_empty() => self.only_trailers(&Err(error), &trailer),
            Err(error) => drop(self.respond(Err(error), &header, &trailer)),
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
            Ok(message) => send_whole(&mut send, message, &self.output, false).map(Ok)?,
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
