//! The chains of middleware that calls run.

use std::fmt;
use std::sync::Arc;

use super::CallInfo;
use super::call::{CallChain, ErasedCall};
use super::read_stream::ErasedReadStream;
use super::recv::{ErasedRecv, RecvChain};
use super::send::{ErasedSend, SendChain};
use super::{Traced, Tracer, TracerList};

type Calls = Vec<Arc<dyn ErasedCall>>;

/// The middleware of a client or of a service that is being put together, outermost first. That of
/// calls is in two parts, outer and inner; a client's call has a place for its own between them.
#[derive(Clone, Default)]
pub(crate) struct Chains {
    pub(super) unary: (Calls, Calls),
    pub(super) streams: (Calls, Calls),
    pub(super) recv: Vec<Arc<dyn ErasedRecv>>,
    pub(super) send: Vec<Arc<dyn ErasedSend>>,
    pub(super) read_stream: Vec<Arc<dyn ErasedReadStream>>,
    pub(super) tracers: Vec<Arc<dyn Tracer>>,
}

impl Chains {
    /// Adds the chains of another level inside of these.
    pub(crate) fn extend(&mut self, inner: Self) {
        for (outer, (first, second)) in [
            (&mut self.unary, inner.unary),
            (&mut self.streams, inner.streams),
        ] {
            outer.1.extend(first);
            outer.1.extend(second);
        }
        self.recv.extend(inner.recv);
        self.send.extend(inner.send);
        self.read_stream.extend(inner.read_stream);
        self.tracers.extend(inner.tracers);
    }

    /// Makes the chains that calls run. `None` without any middleware or tracer.
    pub(crate) fn finish(self) -> Option<Arc<Installed>> {
        let installed = Installed {
            unary: CallList::of(self.unary),
            streams: CallList::of(self.streams),
            messages: Messages {
                recv: self.recv.into(),
                send: self.send.into(),
            },
            read_stream: self.read_stream,
            tracers: (!self.tracers.is_empty()).then(|| self.tracers.into()),
        };
        let middleware = installed.has_unary() || installed.has_streams();
        (middleware || installed.tracers.is_some()).then(|| Arc::new(installed))
    }
}

/// All middleware of a client's calls, or of a service's, and all tracers.
pub(crate) struct Installed {
    pub(crate) unary: CallList,
    pub(crate) streams: CallList,
    pub(crate) messages: Messages,
    /// Hooks that run before the middleware of a stream.
    pub(crate) read_stream: Vec<Arc<dyn ErasedReadStream>>,
    pub(crate) tracers: Option<TracerList>,
}

impl Installed {
    /// Whether any of it is for calls without stream.
    pub(crate) fn has_unary(&self) -> bool {
        !self.unary.all.is_empty()
    }

    /// Whether the handlers of streams run inside of any of it, or tracers are told of them.
    pub(crate) fn is_for_streams(&self) -> bool {
        self.has_streams() || self.tracers.is_some()
    }

    /// Whether any of it is for the messages of streams.
    pub(crate) fn has_messages(&self) -> bool {
        !self.messages.is_empty()
    }

    /// Whether any of it is for streams or for their messages.
    pub(crate) fn has_streams(&self) -> bool {
        !self.streams.all.is_empty() || !self.messages.is_empty() || !self.read_stream.is_empty()
    }
}

impl fmt::Debug for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installed").finish_non_exhaustive()
    }
}

/// The middleware of one kind of call.
pub(crate) struct CallList {
    pub(crate) all: CallChain,
    /// The index where a client's call puts its own middleware between the others.
    middle: usize,
}

impl CallList {
    fn of((outer, inner): (Calls, Calls)) -> Self {
        let middle = outer.len();
        let all = outer.into_iter().chain(inner).collect();
        Self { all, middle }
    }

    /// The chain of a call with middleware of its own.
    pub(crate) fn with(&self, own: &[Arc<dyn ErasedCall>]) -> CallChain {
        if own.is_empty() {
            return Arc::clone(&self.all);
        }
        let (outer, inner) = self.all.split_at(self.middle);
        outer.iter().chain(own).chain(inner).cloned().collect()
    }
}

/// The middleware of messages.
#[derive(Clone)]
pub(crate) struct Messages {
    pub(crate) recv: RecvChain,
    pub(crate) send: SendChain,
}

impl Default for Messages {
    fn default() -> Self {
        Self {
            recv: Arc::new([]),
            send: Arc::new([]),
        }
    }
}

impl Messages {
    fn is_empty(&self) -> bool {
        self.recv.is_empty() && self.send.is_empty()
    }

    /// Returns these chains inside of `recv` and `send`.
    pub(super) fn inside(
        &self,
        recv: &[Arc<dyn ErasedRecv>],
        send: &[Arc<dyn ErasedSend>],
    ) -> Self {
        Self {
            recv: chained(recv, &self.recv),
            send: chained(send, &self.send),
        }
    }
}

fn chained<M: ?Sized>(outer: &[Arc<M>], inner: &Arc<[Arc<M>]>) -> Arc<[Arc<M>]> {
    match outer.is_empty() {
        true => Arc::clone(inner),
        false => outer.iter().chain(&**inner).cloned().collect(),
    }
}

/// The middleware of a stream's messages, its call, and the tracers that are told of them.
#[derive(Clone)]
pub(crate) struct StreamHooks {
    pub(crate) messages: Messages,
    pub(crate) call: CallInfo,
    pub(crate) traced: Option<Arc<Traced>>,
}

impl StreamHooks {
    /// `None` if the stream's messages have no middleware.
    pub(crate) fn of(messages: &Messages, call: impl FnOnce() -> CallInfo) -> Option<Self> {
        (!messages.is_empty()).then(|| Self {
            messages: messages.clone(),
            call: call(),
            traced: None,
        })
    }

    /// These hooks, and the tracers of the call outside of them. `None` without either.
    pub(crate) fn traced(hooks: Option<Self>, traced: Option<&Arc<Traced>>) -> Option<Self> {
        let begun = traced.and_then(|traced| Some((traced, traced.call()?)));
        let Some((traced, call)) = begun else {
            return hooks;
        };
        let none = || Self {
            messages: Messages::default(),
            call: call.info().clone(),
            traced: None,
        };
        Some(Self {
            traced: Some(Arc::clone(traced)),
            ..hooks.unwrap_or_else(none)
        })
    }
}
