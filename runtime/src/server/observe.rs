//! Spans of a server's calls. Each call has a span, in which its handler runs. Without an observer,
//! handlers are not wrapped.

use std::pin::Pin;
use std::task::{Context, Poll};

use tracing::field::Empty;

use crate::call::{CallAbilities, Incoming};
use crate::error::{ErrorKind, Result, Side};
use crate::trace::{Call, Failure, Method, target};
use crate::wire::{CallResult, PingPongFailure, PingPongHandler, StreamHandler};

/// Begins the span of a call whose method was found.
pub(super) fn begin(method: Method, incoming: &Incoming) -> Option<Call> {
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
        rpc.method = method.method.name,
        rpc.grpc.status_code = Empty,
        network.peer.address = incoming.peer.map(|peer| display(peer.ip())),
        network.peer.port = incoming.peer.map(|peer| peer.port()),
        error.type = Empty,
        wire,
    );
    Call::begin(Side::Server, span)
}

/// Wraps the handler of a stream, so that it runs inside the span of its call.
pub(super) fn stream(call: Option<Call>, handler: StreamHandler) -> StreamHandler {
    let outcome = |result: &Result<()>| match result {
        Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    };
    observed(call, handler, outcome)
}

/// Wraps the handler of a call without stream, so that it runs inside the span of its call.
pub(super) fn ping_pong(call: Option<Call>, handler: PingPongHandler) -> PingPongHandler {
    let outcome = |result: &CallResult| match result {
        Ok(_) => Ok(()),
        Err(PingPongFailure::Handler(error)) => Err(error.into()),
        Err(PingPongFailure::Arguments(error)) => Err(match error.is_over_limit() {
            true => ErrorKind::ResourceExhausted.into(),
            false => ErrorKind::Decode.into(),
        }),
        Err(PingPongFailure::Exception(exception)) => Err(exception.into()),
    };
    observed(call, handler, outcome)
}

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn observed<T: 'static>(
    call: Option<Call>,
    handler: Handler<T>,
    outcome: fn(&T) -> Result<(), Failure>,
) -> Handler<T> {
    match call {
        None => handler,
        Some(call) => Box::pin(Observed {
            handler: Some(handler),
            call,
            outcome,
            polled: false,
        }),
    }
}

/// A handler whose call has a span.
struct Observed<T> {
    /// `None` once the handler is dropped.
    handler: Option<Handler<T>>,
    call: Call,
    outcome: fn(&T) -> Result<(), Failure>,
    /// True while the handler is being polled, and after a poll that panicked.
    polled: bool,
}

impl<T> Future for Observed<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let Some(handler) = &mut this.handler else {
            return Poll::Pending;
        };
        this.polled = true;
        let polled = this.call.poll(handler.as_mut(), cx);
        this.polled = false;
        if let Poll::Ready(output) = &polled {
            this.call.end((this.outcome)(output));
        }
        polled
    }
}

impl<T> Drop for Observed<T> {
    /// Drops the handler inside the span, so that destructors of its values run where the values
    /// were made.
    fn drop(&mut self) {
        if self.polled {
            self.call.end(Err(ErrorKind::Application.into()));
        }
        self.call.drop_within(self.handler.take());
    }
}
