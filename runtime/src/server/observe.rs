//! Spans, metrics and tracers of a server's calls. Each call has a span, in which its handler runs.
//! Without an observer and a tracer, and without the feature `metrics`, handlers are not wrapped;
//! without a tracer and that feature, streams are not.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::field::Empty;

use crate::call::{CallAbilities, Incoming};
use crate::context::Context as CallContext;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::measure::{self, Direction};
use crate::middleware::{self, CallInfo, ContextMap, Traced, TracerList};
use crate::service::Mode;
use crate::trace::{Call, Failure, Method, target};
use crate::wire::{CallResult, PingPongFailure, PingPongHandler, StreamHandler};

/// A call, as it is observed and counted, and as tracers are told of it.
pub(super) struct Observed {
    /// `None` if it is neither observed nor counted.
    pub(super) call: Option<Call>,
    /// `None` without tracer.
    pub(super) traced: Option<Arc<Traced>>,
}

/// Begins the span of a call whose method was found.
pub(super) fn begin(
    method: Method<'_>,
    incoming: &Incoming,
    tracers: Option<&TracerList>,
) -> Observed {
    let CallAbilities {
        wire, rpc_system, ..
    } = *incoming.abilities;
    let span = tracing::info_span!(
        target: target::SERVER,
        "call",
        otel.kind = "server",
        otel.name = %method,
        otel.status_code = Empty,
        rpc.system = rpc_system,
        rpc.service = %method.service(),
        rpc.method = method.name(),
        rpc.grpc.status_code = Empty,
        network.peer.address = incoming.peer.map(|peer| display(peer.ip())),
        network.peer.port = incoming.peer.map(|peer| peer.port()),
        error.type = Empty,
        wire,
    );
    #[cfg(feature = "opentelemetry")]
    crate::propagation::continue_trace(&span, incoming);
    Observed {
        call: Call::begin(Side::Server, span, method.called(rpc_system, wire)),
        traced: tracers.map(Traced::new),
    }
}

impl Observed {
    /// What tells the tracers of the call.
    pub(super) fn traced(&self) -> Option<&Arc<Traced>> {
        self.traced.as_ref().filter(|_| middleware::ENABLED)
    }

    /// Tells the tracers that a call without stream begins, which on some wires is a stream of its own.
    /// Returns its context with what they keep.
    pub(super) fn trace(&self, cx: CallContext, streams_only: bool) -> CallContext {
        let Some(traced) = self.traced() else {
            return cx;
        };
        let cx = cx.with_extension(ContextMap::new());
        traced.start(CallInfo::server(cx.clone()));
        if streams_only {
            traced.stream_started();
        }
        cx
    }
}

/// Wraps the handler of a stream, so that it runs inside the span of its call.
pub(super) fn stream(observed: Observed, handler: StreamHandler) -> StreamHandler {
    let outcome = Outcome {
        answer: |_| None,
        failure: |result: &Result<()>| match result {
            Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        },
        error: |result| result.clone().err(),
    };
    around(observed, handler, outcome)
}

/// Wraps the handler of a call without stream, so that it runs inside the span of its call. `args`
/// is the length of its arguments.
pub(super) fn ping_pong(
    observed: Observed,
    mode: Mode,
    args: usize,
    handler: PingPongHandler,
) -> PingPongHandler {
    if let Some(call) = &observed.call {
        call.measured().message(Direction::Received, args);
    }
    if let Some(traced) = observed.traced() {
        traced.note_received(args);
    }
    let outcome = Outcome {
        answer: match mode {
            Mode::OneWay => |_| None,
            _ => |result: &CallResult| result.as_ref().ok().map(|answer| answer.encoded_len()),
        },
        failure,
        error,
    };
    around(observed, handler, outcome)
}

fn failure(result: &CallResult) -> Result<(), Failure> {
    match result {
        Ok(_) => Ok(()),
        Err(PingPongFailure::Handler(error)) => Err(error.into()),
        Err(PingPongFailure::Arguments(error)) => Err(match error.is_over_limit() {
            true => ErrorKind::ResourceExhausted.into(),
            false => ErrorKind::Decode.into(),
        }),
        Err(PingPongFailure::Exception(exception)) => Err(exception.into()),
    }
}

fn error(result: &CallResult) -> Option<Error> {
    Some(match result.as_ref().err()? {
        PingPongFailure::Handler(error) => error.clone(),
        PingPongFailure::Arguments(error) => error.clone().into(),
        PingPongFailure::Exception(exception) => exception.clone().into(),
    })
}

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the result of a handler says to those who observe its call.
struct Outcome<T> {
    /// The length of the answer, where the handler returns it.
    answer: fn(&T) -> Option<usize>,
    failure: fn(&T) -> Result<(), Failure>,
    error: fn(&T) -> Option<Error>,
}

fn around<T: 'static>(observed: Observed, handler: Handler<T>, outcome: Outcome<T>) -> Handler<T> {
    if observed.call.is_none() && observed.traced().is_none() {
        return handler;
    }
    Box::pin(ObservedHandler {
        handler: Some(handler),
        observed,
        outcome,
        polled: false,
    })
}

/// A handler whose call has a span, is counted or has tracers.
struct ObservedHandler<T> {
    /// `None` once the handler is dropped.
    handler: Option<Handler<T>>,
    observed: Observed,
    outcome: Outcome<T>,
    /// True while the handler is being polled, and after a poll that panicked.
    polled: bool,
}

impl<T> ObservedHandler<T> {
    fn end(&self, output: &T) {
        let Observed { call, traced } = &self.observed;
        let noted = measure::ENABLED || traced.is_some();
        let answer = noted.then(|| (self.outcome.answer)(output)).flatten();
        if let Some(call) = call {
            if let Some(len) = answer {
                call.measured().message(Direction::Sent, len);
            }
            call.end((self.outcome.failure)(output));
        }
        if let Some(traced) = traced {
            if let Some(len) = answer {
                traced.note_sent(len);
            }
            traced.handled((self.outcome.error)(output).as_ref(), false);
        }
    }
}

impl<T> Future for ObservedHandler<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let Some(handler) = &mut this.handler else {
            return Poll::Pending;
        };
        this.polled = true;
        let polled = match &this.observed.call {
            None => handler.as_mut().poll(cx),
            Some(call) => call.poll(handler.as_mut(), cx),
        };
        this.polled = false;
        if let Poll::Ready(output) = &polled {
            this.end(output);
        }
        polled
    }
}

impl<T> Drop for ObservedHandler<T> {
    /// Drops the handler inside the span, so that destructors of its values run where the values
    /// were made.
    fn drop(&mut self) {
        let handler = self.handler.take();
        if let Some(call) = &self.observed.call {
            if self.polled {
                call.end(Err(ErrorKind::Application.into()));
            }
            call.within(|| drop(handler));
        }
        if let Some(traced) = &self.observed.traced {
            let (kind, text) = match self.polled {
                true => (ErrorKind::Application, "the handler panicked"),
                false => (ErrorKind::Canceled, "the server dropped the handler"),
            };
            traced.handled(Some(&Error::new(kind, 0, text)), self.polled);
        }
    }
}
