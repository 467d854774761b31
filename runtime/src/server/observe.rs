//! Spans and metrics of a server's calls. Each call has a span, in which its handler runs. Without
//! an observer, and without the feature `metrics`, handlers are not wrapped; without that feature,
//! streams are not.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tracing::field::Empty;

use crate::call::{CallAbilities, Incoming};
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result, Side};
use crate::measure::{self, Direction};
use crate::metadata::Metadata;
use crate::service::Mode;
use crate::trace::{Call, Failure, Method, recv_counted, send_counted, target};
use crate::wire::{
    CallResult, PingPongFailure, PingPongHandler, RawStream, ServerRaw, StreamHandler,
};

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
    #[cfg(feature = "opentelemetry")]
    crate::propagation::continue_trace(&span, incoming);
    Call::begin(Side::Server, span, method.called(rpc_system, wire))
}

/// Wraps the stream of a call that is counted.
pub(super) fn counted(call: Option<&Call>, raw: Arc<dyn ServerRaw>) -> Arc<dyn ServerRaw> {
    match call {
        Some(call) if measure::ENABLED => Arc::new(CountedStream {
            raw,
            call: call.measured().clone(),
        }),
        _ => raw,
    }
}

/// Wraps the handler of a stream, so that it runs inside the span of its call.
pub(super) fn stream(call: Option<Call>, handler: StreamHandler) -> StreamHandler {
    let outcome = |_: &Call, result: &Result<()>| match result {
        Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    };
    observed(call, handler, outcome)
}

/// Wraps the handler of a call without stream, so that it runs inside the span of its call. `args`
/// is the length of its arguments.
pub(super) fn ping_pong(
    call: Option<Call>,
    mode: Mode,
    args: usize,
    handler: PingPongHandler,
) -> PingPongHandler {
    if let Some(call) = &call {
        call.measured().message(Direction::Received, args);
    }
    let outcome = match mode {
        Mode::OneWay => |_: &Call, result: &CallResult| failure(result),
        _ => |call: &Call, result: &CallResult| {
            if let (Ok(answer), true) = (result, measure::ENABLED) {
                let len = answer.encoded_len();
                call.measured().message(Direction::Sent, len);
            }
            failure(result)
        },
    };
    observed(call, handler, outcome)
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

type Handler<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Outcome<T> = fn(&Call, &T) -> Result<(), Failure>;

fn observed<T: 'static>(
    call: Option<Call>,
    handler: Handler<T>,
    outcome: Outcome<T>,
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

/// A handler whose call has a span or is counted.
struct Observed<T> {
    /// `None` once the handler is dropped.
    handler: Option<Handler<T>>,
    call: Call,
    outcome: Outcome<T>,
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
            this.call.end((this.outcome)(&this.call, output));
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

/// A stream whose messages are counted. It does not keep the span of its call open.
struct CountedStream {
    raw: Arc<dyn ServerRaw>,
    call: measure::Call,
}

impl RawStream for CountedStream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.raw.poll_send_ready(cx)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        send_counted(&self.call, message, |message| self.raw.send(message))
    }

    fn set_message_compression(&self, on: bool) {
        self.raw.set_message_compression(on);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        recv_counted(&self.call, batch, |batch| self.raw.poll_recv(cx, batch))
    }

    fn cancel(&self, reason: CancelReason) {
        self.raw.cancel(reason);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        self.raw.recv_timed_out(timeout)
    }

    fn set_send_timeout(&self, timeout: Option<Duration>) -> bool {
        self.raw.set_send_timeout(timeout)
    }

    fn send_given_up(&self) {
        self.raw.send_given_up();
    }
}

impl ServerRaw for CountedStream {
    fn set_header(&self, header: Metadata) -> Result<()> {
        self.raw.set_header(header)
    }

    fn send_header(&self, header: Metadata) -> Result<()> {
        self.raw.send_header(header)
    }

    fn set_trailer(&self, trailer: Metadata) -> Result<()> {
        self.raw.set_trailer(trailer)
    }
}
