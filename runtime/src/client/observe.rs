//! Spans and metrics of a client's calls. Each call has a span inside the span of its caller. The
//! span lasts from the first attempt to the reply, or to the end of the stream. Without an observer,
//! and without the feature `metrics`, streams are not wrapped.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tracing::field::Empty;

use super::hooked::Hooked;
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result, Side};
use crate::measure::{self, Counted, Direction};
use crate::metadata::Metadata;
use crate::service::Mode;
use crate::trace::{Call, Method, recv_counted, send_counted, target};
use crate::wire::client::{Abilities, Attempt, Reply};
use crate::wire::{ClientRaw, RawStream};

/// The call, as it is observed and counted; `None` if it is neither.
pub(super) struct Observed(Option<Box<Call>>);

/// The request of a call without stream, whose length is noted if the call is counted.
pub(super) struct Request<'a> {
    message: &'a (dyn Encode + Sync),
    counted: Counted<'a, dyn Encode + Sync + 'a>,
}

impl<'a> Request<'a> {
    pub(super) fn new(message: &'a (dyn Encode + Sync)) -> Self {
        let counted = Counted::new(message);
        Self { message, counted }
    }

    /// The request as the wire encodes it.
    pub(super) fn message(&self) -> &(dyn Encode + Sync) {
        match measure::ENABLED {
            true => &self.counted,
            false => self.message,
        }
    }
}

/// Begins the span of a call over that wire. The call sends it, if OpenTelemetry has it.
pub(super) fn begin(call: &mut Outgoing, wire: Abilities) -> Observed {
    let method = Method {
        service: call.service,
        method: call.method,
    };
    let span = tracing::info_span!(
        target: target::CLIENT,
        "call",
        otel.kind = "client",
        otel.name = %method,
        otel.status_code = Empty,
        rpc.system = wire.rpc_system,
        rpc.service = %method.service(),
        rpc.method = method.method.name,
        rpc.grpc.status_code = Empty,
        server.address = call.destination.as_str(),
        network.peer.address = Empty,
        network.peer.port = Empty,
        error.type = Empty,
        wire = wire.protocol,
    );
    #[cfg(feature = "opentelemetry")]
    match span.is_disabled() {
        true => crate::propagation::send_span(&tracing::Span::current(), call, wire.http2),
        false => crate::propagation::send_span(&span, call, wire.http2),
    }
    let called = method.called(wire.rpc_system, wire.protocol);
    Observed(Call::begin(Side::Client, span, called).map(Box::new))
}

impl Observed {
    /// Notes in the span that the call makes the attempt `to`.
    pub(super) fn at<'a>(&self, to: Attempt<'a>) -> Attempt<'a> {
        if let Some(call) = &self.0 {
            call.note_peer(to.endpoint);
        }
        to
    }

    /// Polls the future `making`, which makes the call, inside the call's span.
    pub(super) async fn run<F: Future>(&self, mut making: Pin<&mut F>) -> F::Output {
        poll_fn(|cx| match &self.0 {
            None => making.as_mut().poll(cx),
            Some(call) => call.poll(making.as_mut(), cx),
        })
        .await
    }

    /// Counts the messages of a call without stream.
    pub(super) fn count(&self, mode: Mode, request: &Request<'_>, made: &Result<Reply>) {
        if let Some(call) = &self.0 {
            call.measured()
                .message(Direction::Sent, request.counted.len());
            if let (Ok(reply), false) = (made, mode == Mode::OneWay) {
                call.measured()
                    .message(Direction::Received, reply.message.len());
            }
        }
    }

    /// Ends the span of a call without stream.
    pub(super) fn end<T>(self, made: &Result<T>) {
        if let Some(call) = self.0 {
            call.end(made.as_ref().map(drop).map_err(Into::into));
        }
    }

    /// Wraps the stream that was opened for the call. The span lasts until the user has seen the
    /// stream's end.
    pub(super) fn stream(self, opened: Result<Hooked>) -> Result<Hooked> {
        match (self.0, opened) {
            (Some(call), Ok((raw, hooks))) => Ok((Arc::new(ObservedStream { raw, call }), hooks)),
            (call, opened) => {
                Self(call).end(&opened);
                opened
            }
        }
    }
}

/// A stream whose call has a span or is counted.
struct ObservedStream {
    raw: Arc<dyn ClientRaw>,
    call: Box<Call>,
}

impl ObservedStream {
    /// Ends the span if the result is an error: an error from the header or the trailer is the
    /// stream's end, too.
    fn note<T>(&self, polled: Poll<Result<T>>) -> Poll<Result<T>> {
        if let Poll::Ready(Err(error)) = &polled {
            self.call.end(Err(error.into()));
        }
        polled
    }
}

impl RawStream for ObservedStream {
    fn poll_send_ready(&self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        self.raw.poll_send_ready(cx)
    }

    fn send(&self, message: &dyn Encode) -> Result<()> {
        send_counted(self.call.measured(), message, |message| {
            self.raw.send(message)
        })
    }

    fn set_message_compression(&self, on: bool) {
        self.raw.set_message_compression(on);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let received = recv_counted(self.call.measured(), batch, |batch| {
            self.raw.poll_recv(cx, batch)
        });
        if let Poll::Ready(Ok(false)) = received {
            self.call.end(Ok(()));
        }
        self.note(received)
    }

    /// Ends the span if the user cancels. For other reasons, the user's next `recv` returns the
    /// error and ends it.
    fn cancel(&self, reason: CancelReason) {
        if reason == CancelReason::User {
            self.call.end(Err(ErrorKind::Canceled.into()));
        }
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

impl ClientRaw for ObservedStream {
    fn close_send(&self) -> Result<()> {
        self.raw.close_send()
    }

    fn poll_header(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        self.note(self.raw.poll_header(cx))
    }

    fn poll_trailer(&self, cx: &mut Context<'_>) -> Poll<Result<Metadata>> {
        self.note(self.raw.poll_trailer(cx))
    }

    /// Ends the span with success: the one response has been received.
    fn detach(&self) {
        self.call.end(Ok(()));
        self.raw.detach();
    }
}
