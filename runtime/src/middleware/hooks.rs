//! The middleware that a user registers, and the chains that are built of it.

use std::fmt;
use std::sync::Arc;

use faststr::FastStr;

use super::recv::{ErasedRecv, RecvChain};
use super::send::{ErasedSend, SendChain};
use super::{CallInfo, RecvMiddleware, SendMiddleware};
use crate::error::Side;
use crate::service::ServiceInfo;

/// What a middleware builder learns of the client or server that it builds for.
#[derive(Debug, Clone)]
pub struct BuildContext {
    side: Side,
    service: Option<&'static ServiceInfo>,
    destination: FastStr,
    caller: FastStr,
}

impl BuildContext {
    pub(crate) fn client(
        service: Option<&'static ServiceInfo>,
        destination: &FastStr,
        caller: &FastStr,
    ) -> Self {
        Self {
            side: Side::Client,
            service,
            destination: destination.clone(),
            caller: caller.clone(),
        }
    }

    pub(crate) fn server(service: Option<&'static ServiceInfo>) -> Self {
        Self {
            side: Side::Server,
            service,
            destination: FastStr::empty(),
            caller: FastStr::empty(),
        }
    }

    /// The side that the middleware is for.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// The service, if the middleware is for one service: not at server level, and not for a
    /// [`Channel`](crate::Channel).
    #[must_use]
    pub fn service(&self) -> Option<&'static ServiceInfo> {
        self.service
    }

    /// At a client, the name that the called service has in the registry.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// At a client, this process's own service name, if it was set before.
    #[must_use]
    pub fn caller(&self) -> &str {
        &self.caller
    }
}

/// Builds a middleware for a client or a server.
type Build<M> = dyn Fn(&BuildContext) -> Arc<M> + Send + Sync;

/// A middleware, or what builds one. `M` is a trait object.
enum Registered<M: ?Sized> {
    Ready(Arc<M>),
    Builder(Arc<Build<M>>),
}

impl<M: ?Sized> Registered<M> {
    fn build(&self, cx: &BuildContext) -> Arc<M> {
        match self {
            Self::Ready(middleware) => Arc::clone(middleware),
            Self::Builder(build) => build(cx),
        }
    }
}

impl<M: ?Sized> Clone for Registered<M> {
    fn clone(&self) -> Self {
        match self {
            Self::Ready(middleware) => Self::Ready(Arc::clone(middleware)),
            Self::Builder(build) => Self::Builder(Arc::clone(build)),
        }
    }
}

/// A set of middleware. Builders of clients and servers have the same methods; a set of its own is
/// for one service of a server, see [`around`](Self::around), and for what several clients or servers
/// share, as Kitex's `Suite` does.
///
/// Of each kind, the first that was registered is the outermost.
#[derive(Clone, Default)]
#[must_use = "a set of middleware does nothing by itself"]
pub struct Hooks {
    recv: Vec<Registered<dyn ErasedRecv>>,
    send: Vec<Registered<dyn ErasedSend>>,
}

impl Hooks {
    /// No middleware.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn add_recv(&mut self, middleware: impl RecvMiddleware) {
        self.recv.push(Registered::Ready(Arc::new(middleware)));
    }

    pub(crate) fn add_recv_builder<M: RecvMiddleware>(
        &mut self,
        build: impl Fn(&BuildContext) -> M + Send + Sync + 'static,
    ) {
        let build = move |cx: &BuildContext| Arc::new(build(cx)) as Arc<dyn ErasedRecv>;
        self.recv.push(Registered::Builder(Arc::new(build)));
    }

    pub(crate) fn add_send(&mut self, middleware: impl SendMiddleware) {
        self.send.push(Registered::Ready(Arc::new(middleware)));
    }

    pub(crate) fn add_send_builder<M: SendMiddleware>(
        &mut self,
        build: impl Fn(&BuildContext) -> M + Send + Sync + 'static,
    ) {
        let build = move |cx: &BuildContext| Arc::new(build(cx)) as Arc<dyn ErasedSend>;
        self.send.push(Registered::Builder(Arc::new(build)));
    }

    /// Adds `other` inside of what is there.
    pub(crate) fn extend(&mut self, other: Self) {
        let Self { recv, send } = other;
        self.recv.extend(recv);
        self.send.extend(send);
    }

    /// Calls the builders, each once.
    pub(crate) fn build(&self, cx: &BuildContext) -> Chains {
        Chains {
            recv: build(&self.recv, cx),
            send: build(&self.send, cx),
        }
    }
}

fn build<M: ?Sized>(registered: &[Registered<M>], cx: &BuildContext) -> Vec<Arc<M>> {
    registered.iter().map(|one| one.build(cx)).collect()
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks")
            .field("recv", &self.recv.len())
            .field("send", &self.send.len())
            .finish_non_exhaustive()
    }
}

/// The middleware of a client or of a service, outermost first.
#[derive(Clone, Default)]
pub(crate) struct Chains {
    recv: Vec<Arc<dyn ErasedRecv>>,
    send: Vec<Arc<dyn ErasedSend>>,
}

impl Chains {
    /// Adds `inner` inside of what is there.
    pub(crate) fn extend(&mut self, inner: Self) {
        let Self { recv, send } = inner;
        self.recv.extend(recv);
        self.send.extend(send);
    }

    /// What calls look at. `None` without any middleware.
    pub(crate) fn finish(self) -> Option<Arc<Middleware>> {
        let Self { recv, send } = self;
        let none = recv.is_empty() && send.is_empty();
        (!none).then(|| {
            Arc::new(Middleware {
                messages: Messages {
                    recv: recv.into(),
                    send: send.into(),
                },
            })
        })
    }
}

/// All middleware of a client's calls, or of a service's.
pub(crate) struct Middleware {
    pub(crate) messages: Messages,
}

impl fmt::Debug for Middleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Middleware").finish_non_exhaustive()
    }
}

/// The middleware of messages.
#[derive(Clone)]
pub(crate) struct Messages {
    pub(crate) recv: RecvChain,
    pub(crate) send: SendChain,
}

/// The middleware of a stream's messages, and its call.
#[derive(Clone)]
pub(crate) struct StreamHooks {
    pub(crate) messages: Messages,
    pub(crate) call: CallInfo,
}

impl StreamHooks {
    /// `None` if the stream's messages have no middleware.
    pub(crate) fn of(middleware: &Middleware, call: impl FnOnce() -> CallInfo) -> Option<Self> {
        let messages = &middleware.messages;
        let none = messages.recv.is_empty() && messages.send.is_empty();
        (!none).then(|| Self {
            messages: messages.clone(),
            call: call(),
        })
    }
}
