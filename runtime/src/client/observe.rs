//! Spans, metrics and tracers of a client's calls. Each call has a span inside the span of its caller.
//! The span lasts from the first attempt to the reply, or to the end of the stream. Without an observer
//! and a tracer, and without the feature `metrics`, streams are not wrapped.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;

use tracing::field::Empty;

use super::hooked::Hooked;
use super::observed_stream::ObservedStream;
use super::reach::Answered;
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::measure::{self, Counted, Direction};
use crate::middleware::{self, CallInfo, ContextMap, StreamHooks, Traced, TracerList};
use crate::reply::Throws;
use crate::service::Mode;
use crate::trace::{Call, Method, target};
use crate::wire::client::{Abilities, Attempt};

/// The call, as it is observed and counted, and as tracers are told of it.
pub(super) struct Observed {
    /// `None` if it is neither observed nor counted.
    pub(super) call: Option<Box<Call>>,
    /// `None` without tracer.
    traced: Option<Unfinished>,
}

/// A call with tracers, which its caller may give up.
struct Unfinished(Arc<Traced>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let error = Error::new(
            ErrorKind::Canceled,
            0,
            "the call was given up by its caller",
        );
        self.0.finish(Some(&error), false);
    }
}

/// The request of a call without stream, whose length is noted if the call is counted or traced.
pub(super) struct Request<'a> {
    traced: Option<&'a Traced>,
    message: &'a (dyn Encode + Sync),
    counted: Counted<'a, dyn Encode + Sync + 'a>,
}

impl<'a> Request<'a> {
    fn new(message: &'a (dyn Encode + Sync), traced: Option<&'a Traced>) -> Self {
        let counted = Counted::new(message);
        Self {
            traced,
            message,
            counted,
        }
    }

    /// The request as the wire encodes it.
    pub(super) fn message(&self) -> &(dyn Encode + Sync) {
        match measure::ENABLED || self.traced.is_some() {
            true => &self.counted,
            false => self.message,
        }
    }
}

impl Drop for Request<'_> {
    /// Notes what was sent, also of a call that is given up.
    fn drop(&mut self) {
        if let Some(traced) = self.traced {
            traced.note_sent(self.counted.len());
        }
    }
}

/// Begins a call over that wire: tells its tracers, and begins its span. The call sends the span, if
/// OpenTelemetry has it.
pub(super) fn begin(
    call: &mut Outgoing,
    wire: Abilities,
    tracers: Option<&TracerList>,
) -> Observed {
    let traced = tracers.map(|tracers| trace_call(call, wire, tracers));
    let method = Method {
        service: call.service,
        method: call.method,
        names: call.names.as_deref(),
    };
    let called = method.called(wire.rpc_system, wire.protocol);
    let span = tracing::info_span!(
        target: target::CLIENT,
        "call",
        otel.kind = "client",
        otel.name = %method,
        otel.status_code = Empty,
        rpc.system = wire.rpc_system,
        rpc.service = %method.service(),
        rpc.method = method.name(),
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
    Observed {
        call: Call::begin(Side::Client, span, called).map(Box::new),
        traced,
    }
}

/// Tells the tracers that the call begins. From now on its wire tells them of its streams.
fn trace_call(call: &mut Outgoing, wire: Abilities, tracers: &TracerList) -> Unfinished {
    let traced = Traced::new(tracers);
    // The call that they see does not hold them.
    let mut info = CallInfo::client(call.clone(), wire.protocol);
    info.share_state(ContextMap::new());
    traced.start(info);
    call.watch = Some(traced.watch());
    Unfinished(traced)
}

impl Observed {
    /// Notes in the span that the call makes the attempt `to`.
    pub(super) fn at<'a>(&self, to: Attempt<'a>) -> Attempt<'a> {
        if let Some(call) = &self.call {
            call.note_peer(to.endpoint);
        }
        if let Some(call) = self.traced().and_then(|traced| traced.call()) {
            call.info().goes_to(to.endpoint);
        }
        to
    }

    /// The call as its tracers see it.
    pub(super) fn traced(&self) -> Option<&Arc<Traced>> {
        let traced = self.traced.as_ref().filter(|_| middleware::ENABLED);
        traced.map(|traced| &traced.0)
    }

    /// A request of the call.
    pub(super) fn request<'a>(&'a self, message: &'a (dyn Encode + Sync)) -> Request<'a> {
        Request::new(message, self.traced().map(|traced| &**traced))
    }

    /// Polls the future `making`, which makes the call, inside the call's span.
    pub(super) async fn run<F: Future>(&self, mut making: Pin<&mut F>) -> F::Output {
        poll_fn(|cx| match &self.call {
            None => making.as_mut().poll(cx),
            Some(call) => call.poll(making.as_mut(), cx),
        })
        .await
    }

    /// Does something inside the call's span.
    pub(super) fn within<T>(&self, what: impl FnOnce() -> T) -> T {
        match &self.call {
            None => what(),
            Some(call) => call.within(what),
        }
    }

    /// Counts the messages of a call without stream.
    pub(super) fn count(&self, mode: Mode, request: &Request<'_>, made: &Result<Answered>) {
        let sent = request.counted.len();
        let received = match made {
            Ok(answered) if mode != Mode::OneWay => Some(answered.reply.message.len()),
            _ => None,
        };
        if let Some(call) = &self.call {
            call.measured().message(Direction::Sent, sent);
            if let Some(len) = received {
                call.measured().message(Direction::Received, len);
            }
        }
        if let (Some(traced), Some(len)) = (self.traced(), received) {
            traced.note_received(len);
        }
    }

    /// Ends the span of a call without stream.
    pub(super) fn end<T>(&self, made: &Result<T>) {
        if let Some(call) = &self.call {
            call.end(made.as_ref().map(drop).map_err(Into::into));
        }
    }

    /// Tells the tracers the result of a call without stream.
    pub(super) fn finish<T, E: Throws>(&self, result: &mut Result<T, E>) {
        if let Some(traced) = self.traced() {
            let error = result.as_mut().err();
            let error = error.and_then(|error| error.as_declared().err());
            traced.finish(error.as_deref(), false);
        }
    }

    /// Wraps the stream that was opened for the call. The span lasts until the user has seen the
    /// stream's end.
    pub(super) fn stream(self, mut opened: Result<Hooked>) -> Result<Hooked> {
        if opened.is_err() || (self.call.is_none() && self.traced().is_none()) {
            self.end(&opened);
            self.finish(&mut opened);
            return opened;
        }
        opened.map(|(raw, hooks)| {
            let hooks = StreamHooks::traced(hooks, self.traced());
            if let Some(traced) = self.traced() {
                traced.used();
            }
            let observed = self;
            (Arc::new(ObservedStream::new(raw, observed)) as _, hooks)
        })
    }
}
