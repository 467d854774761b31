//! The middleware that a user registers.

use std::fmt;
use std::sync::Arc;

use super::build_context::BuildContext;
use super::call::ErasedCall;
use super::chains::Chains;
use super::read_stream::ErasedReadStream;
use super::recv::ErasedRecv;
use super::send::ErasedSend;
use super::{Middleware, RecvMiddleware, SendMiddleware, Tracer};
use crate::error::Side;

/// A set of middleware, and of tracers. Builders of clients and servers have the same methods; a set of its own is
/// for one service of a server, see [`around`](Self::around), and for what several clients or servers
/// share, as Kitex's `Suite` does.
///
/// Of each kind, the first that was registered is the outermost.
#[derive(Clone, Default)]
#[must_use = "a set of middleware does nothing by itself"]
pub struct Hooks {
    /// The middleware of all calls.
    pub(crate) calls: List<dyn ErasedCall>,
    /// The middleware of calls without stream only.
    pub(crate) unary: List<dyn ErasedCall>,
    /// The middleware of calls with a stream only.
    pub(crate) streams: List<dyn ErasedCall>,
    pub(crate) recv: List<dyn ErasedRecv>,
    pub(crate) send: List<dyn ErasedSend>,
    /// Hooks of a server that run before all middleware.
    pub(crate) read_stream: Vec<Arc<dyn ErasedReadStream>>,
    pub(crate) tracers: Vec<Arc<dyn Tracer>>,
    pub(crate) direct: Direct,
}

/// The methods that have registered middleware of one kind of call with a client or a server, which is
/// an error if there are no such calls. What comes with a set is not among them: several clients and
/// servers may share it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Direct {
    pub(crate) streams: Option<&'static str>,
    pub(crate) unary: Option<&'static str>,
}

impl Hooks {
    /// No middleware.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the middleware of `other` inside of this, as a set.
    pub(crate) fn extend(&mut self, other: Self) {
        self.calls.0.extend(other.calls.0);
        self.unary.0.extend(other.unary.0);
        self.streams.0.extend(other.streams.0);
        self.recv.0.extend(other.recv.0);
        self.send.0.extend(other.send.0);
        self.read_stream.extend(other.read_stream);
        self.tracers.extend(other.tracers);
    }

    /// Calls each builder once, and puts the middleware in Kitex's order: at a client, middleware for one
    /// kind of call is outside of middleware for all calls; at a server, it is inside.
    pub(crate) fn build(&self, cx: &BuildContext) -> Chains {
        let calls = self.calls.build(cx);
        let order = |special: Vec<_>| match cx.side() {
            Side::Client => (special, calls.clone()),
            Side::Server => (calls.clone(), special),
        };
        Chains {
            unary: order(self.unary.build(cx)),
            streams: order(self.streams.build(cx)),
            recv: self.recv.build(cx),
            send: self.send.build(cx),
            read_stream: self.read_stream.clone(),
            tracers: self.tracers.clone(),
        }
    }
}

/// Builds a middleware for a client or a server.
type Build<M> = dyn Fn(&BuildContext) -> Arc<M> + Send + Sync;

/// A middleware, or a function that builds one. `M` is a trait object.
enum Registered<M: ?Sized> {
    Ready(Arc<M>),
    Builder(Arc<Build<M>>),
}

impl<M: ?Sized> Clone for Registered<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Ready(middleware) => Self::Ready(Arc::clone(middleware)),
            Self::Builder(build) => Self::Builder(Arc::clone(build)),
        }
    }
}

/// The middleware of one kind, outermost first.
pub(crate) struct List<M: ?Sized>(Vec<Registered<M>>);

impl<M: ?Sized> List<M> {
    fn build(&self, cx: &BuildContext) -> Vec<Arc<M>> {
        let build = |one: &Registered<M>| match one {
            Registered::Ready(middleware) => Arc::clone(middleware),
            Registered::Builder(build) => build(cx),
        };
        self.0.iter().map(build).collect()
    }
}

impl<M: ?Sized> Clone for List<M> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<M: ?Sized> Default for List<M> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// `add` and `add_builder` of a list of one kind of middleware.
macro_rules! list_methods {
    ($erased:ident, $middleware:ident) => {
        impl List<dyn $erased> {
            pub(crate) fn add(&mut self, middleware: impl $middleware) {
                self.0.push(Registered::Ready(Arc::new(middleware)));
            }

            pub(crate) fn add_builder<M: $middleware>(
                &mut self,
                build: impl Fn(&BuildContext) -> M + Send + Sync + 'static,
            ) {
                let build = move |cx: &BuildContext| Arc::new(build(cx)) as Arc<dyn $erased>;
                self.0.push(Registered::Builder(Arc::new(build)));
            }
        }
    };
}

list_methods!(ErasedCall, Middleware);
list_methods!(ErasedRecv, RecvMiddleware);
list_methods!(ErasedSend, SendMiddleware);

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("calls", &self.calls.0.len())
            .field("unary", &self.unary.0.len())
            .field("streams", &self.streams.0.len())
            .field("recv", &self.recv.0.len())
            .field("send", &self.send.0.len())
            .field("read_stream", &self.read_stream.len())
            .field("tracers", &self.tracers.len())
            .finish()
    }
}
