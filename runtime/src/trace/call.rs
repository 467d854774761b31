//! The span of a call, on either side of it.

use std::collections::VecDeque;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use tokio::time::Instant;
use tracing::{Span, debug};

use super::{cut, target};
use crate::call::Names;
use crate::codec::{ApplicationException, Encode};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::measure::{self, Called, Counted, Direction};
use crate::service::{MethodInfo, ServiceInfo};

/// A call that is observed or counted. It reports how it ended, once, inside its span.
pub(crate) struct Call {
    /// Disabled if the call is counted but not observed.
    span: Span,
    measured: measure::Call,
    side: Side,
    began: Instant,
    over: AtomicBool,
}

/// Why a call failed. Its text may be the handler's own, and so part of an answer: it is left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    kind: ErrorKind,
    code: i32,
    status: Option<i32>,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            code: error.number(),
            status: error.own_status().map(i32::from),
        }
    }
}

impl From<&ApplicationException> for Failure {
    fn from(exception: &ApplicationException) -> Self {
        Self {
            kind: ErrorKind::Application,
            code: exception.type_id,
            status: None,
        }
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self {
            kind,
            code: 0,
            status: None,
        }
    }
}

impl Call {
    /// `None` if the call is neither observed nor counted.
    pub(crate) fn begin(side: Side, span: Span, called: Called) -> Option<Self> {
        (measure::ENABLED || !span.is_disabled()).then(|| {
            let began = Instant::now();
            Self {
                span,
                measured: measure::Call::begin(side, called, began),
                side,
                began,
                over: AtomicBool::new(false),
            }
        })
    }

    /// Notes where the call is made, once that is known.
    pub(crate) fn note_peer(&self, peer: &impl fmt::Display) {
        if self.span.is_disabled() {
            return;
        }
        let peer = peer.to_string();
        let Ok(address) = peer.parse::<SocketAddr>() else {
            self.span.record("network.peer.address", peer);
            return;
        };
        let ip = address.ip().to_string();
        self.span.record("network.peer.address", ip);
        self.span.record("network.peer.port", address.port());
    }

    /// Polls inside the span.
    pub(crate) fn poll<F>(&self, future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output>
    where
        F: Future + ?Sized,
    {
        let _entered = self.span.enter();
        future.poll(cx)
    }

    /// The counters of the call. A server's stream keeps a clone, which may outlive the call.
    pub(crate) fn measured(&self) -> &measure::Call {
        &self.measured
    }

    /// The call has ended. Only the first end counts.
    pub(crate) fn end(&self, outcome: Result<(), Failure>) {
        if self.over.swap(true, Ordering::Relaxed) {
            return;
        }
        self.measured.end(outcome.err().map(|failure| failure.kind));
        if self.span.is_disabled() {
            return;
        }
        let _entered = self.span.enter();
        let elapsed = self.began.elapsed();
        let Err(Failure { kind, code, status }) = outcome else {
            match self.side {
                Side::Server => debug!(target: target::SERVER, ?elapsed, "call ended"),
                Side::Client => debug!(target: target::CLIENT, ?elapsed, "call ended"),
            }
            return;
        };
        self.span.record("otel.status_code", "ERROR");
        self.span.record("error.type", tracing::field::debug(kind));
        if let Some(status) = status {
            self.span.record("rpc.grpc.status_code", status);
        }
        match self.side {
            Side::Server => debug!(target: target::SERVER, ?elapsed, ?kind, code, "call failed"),
            Side::Client => debug!(target: target::CLIENT, ?elapsed, ?kind, code, "call failed"),
        }
    }

    /// Does something inside the span.
    pub(crate) fn within<T>(&self, what: impl FnOnce() -> T) -> T {
        let _entered = self.span.enter();
        what()
    }
}

impl Drop for Call {
    /// A call whose caller stopped waiting before its end.
    fn drop(&mut self) {
        self.end(Err(ErrorKind::Canceled.into()));
    }
}

/// Sends `message` by `send`, and counts it if it was sent.
pub(crate) fn send_counted(
    call: &measure::Call,
    message: &dyn Encode,
    send: impl FnOnce(&dyn Encode) -> Result<()>,
) -> Result<()> {
    if !measure::ENABLED {
        return send(message);
    }
    let counted = Counted::new(message);
    send(&counted)?;
    call.message(Direction::Sent, counted.len());
    Ok(())
}

/// Receives messages by `receive`, which adds them to `batch`, and counts those that it adds.
pub(crate) fn recv_counted<T>(
    call: &measure::Call,
    batch: &mut VecDeque<Bytes>,
    receive: impl FnOnce(&mut VecDeque<Bytes>) -> T,
) -> T {
    let before = batch.len();
    let received = receive(batch);
    if measure::ENABLED {
        for message in batch.iter().skip(before) {
            call.message(Direction::Received, message.len());
        }
    }
    received
}

/// The method of a call, printed as gRPC\'s path without its first slash: OpenTelemetry\'s name of the span.
#[derive(Clone, Copy)]
pub(crate) struct Method<'a> {
    pub(crate) service: &'static ServiceInfo,
    pub(crate) method: &'static MethodInfo,
    /// What the call is named, where the program has no table of its service. Spans have these names,
    /// and metrics do not: a peer may choose them.
    pub(crate) names: Option<&'a Names>,
}

impl Method<'_> {
    /// What the metrics name of a call of this method over that wire.
    pub(crate) fn called(self, rpc_system: &'static str, wire: &'static str) -> Called {
        let Self {
            service, method, ..
        } = self;
        Called {
            service,
            method,
            rpc_system,
            wire,
        }
    }

    /// The service with its package.
    pub(crate) fn service(&self) -> impl fmt::Display {
        let (package, name) = match self.names {
            Some(names) => (cut(&names.package), cut(&names.service)),
            None => (self.service.package, self.service.name),
        };
        match package.is_empty() {
            true => name.to_owned(),
            false => format!("{package}.{name}"),
        }
    }

    /// The method without its service.
    pub(crate) fn name(&self) -> &str {
        let names = self.names.as_ref();
        names.map_or(self.method.name, |names| cut(&names.method))
    }
}

impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.service(), self.name())
    }
}
