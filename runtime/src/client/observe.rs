//! Calls as an observer of the client sees them: a span each, within that of the caller, from the first
//! attempt to the reply or to the end of the stream. Where nobody observes, streams stay as they are.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tracing::field::Empty;

use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::{CancelReason, Error, ErrorKind, Result, Side};
use crate::metadata::Metadata;
use crate::trace::{Call, Method, target};
use crate::wire::client::{Abilities, Attempt};
use crate::wire::{ClientRaw, RawStream};

/// A call, if somebody observes it.
pub(super) struct Observed(Option<Box<Call>>);

/// Begins the span of a call over that wire.
pub(super) fn begin(call: &Outgoing, wire: Abilities) -> Observed {
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
    Observed(Call::begin(Side::Client, span).map(Box::new))
}

impl Observed {
    /// An attempt is made there.
    pub(super) fn at<'a>(&self, to: Attempt<'a>) -> Attempt<'a> {
        if let Some(call) = &self.0 {
            call.note_peer(to.endpoint);
        }
        to
    }

    /// Makes the call inside its span.
    pub(super) async fn run<F: Future>(&self, mut making: Pin<&mut F>) -> F::Output {
        poll_fn(|cx| match &self.0 {
            None => making.as_mut().poll(cx),
            Some(call) => call.poll(making.as_mut(), cx),
        })
        .await
    }

    /// The call without stream has ended.
    pub(super) fn end<T>(self, made: &Result<T>) {
        if let Some(call) = self.0 {
            call.end(made.as_ref().map(drop).map_err(Into::into));
        }
    }

    /// The stream that was opened for the call, which goes on until its user has seen the end.
    pub(super) fn stream(self, opened: Result<Arc<dyn ClientRaw>>) -> Result<Arc<dyn ClientRaw>> {
        match (self.0, opened) {
            (Some(call), Ok(raw)) => Ok(Arc::new(ObservedStream { raw, call })),
            (call, opened) => {
                Self(call).end(&opened);
                opened
            }
        }
    }
}

/// A stream that somebody observes.
struct ObservedStream {
    raw: Arc<dyn ClientRaw>,
    call: Box<Call>,
}

impl ObservedStream {
    /// An error of header or trailer is the end of the stream.
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
        self.raw.send(message)
    }

    fn set_message_compression(&self, on: bool) {
        self.raw.set_message_compression(on);
    }

    fn poll_recv(&self, cx: &mut Context<'_>, batch: &mut VecDeque<Bytes>) -> Poll<Result<bool>> {
        let received = self.raw.poll_recv(cx, batch);
        if let Poll::Ready(Ok(false)) = received {
            self.call.end(Ok(()));
        }
        self.note(received)
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

    /// Of other cancels than the user's own, its next `recv` tells.
    fn cancel(&self, reason: CancelReason) {
        if reason == CancelReason::User {
            self.call.end(Err(ErrorKind::Canceled.into()));
        }
        self.raw.cancel(reason);
    }

    fn recv_timed_out(&self, timeout: Duration) -> Error {
        self.raw.recv_timed_out(timeout)
    }

    /// The one response was received.
    fn detach(&self) {
        self.call.end(Ok(()));
        self.raw.detach();
    }
}
