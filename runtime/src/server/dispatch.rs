//! From a request on any wire to its handler.

use std::sync::Arc;

use bytes::Bytes;

use super::limiter::Permit;
use super::registry::{Hosted, Registry};
use super::service::{Arguments, ServerStream};
use super::{events, hooked, observe};
use crate::call::{Cancellation, Incoming, Names};
use crate::codec::ApplicationException;
use crate::context::Context;
use crate::error::limit;
use crate::middleware::TracerList;
use crate::trace::Method;
use crate::wire::{
    Dispatch, PingPongFailure, PingPongHandler, Route, ServerRaw, SharedAnswer, StreamHandler,
    Supervisor, Target,
};

impl Dispatch for Registry {
    fn supervisor(&self, wire: &'static str) -> Arc<Supervisor> {
        self.lifecycle.supervisor(wire)
    }

    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let found = self.route_of(incoming);
        found.inspect_err(|why| events::call_refused(&incoming.service, &incoming.method, why))
    }
}

impl Target for Hosted {
    fn stream(
        &self,
        method: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler {
        self.open(method, None, incoming, stream, cancellation)
    }

    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        self.call(method, None, incoming, args, cancellation)
    }

    fn refused(&self, method: usize, why: &ApplicationException) {
        events::call_refused(self.info.name, self.info.methods[method].name, why);
    }
}

impl Hosted {
    /// Begins the handler of a stream, which has `names` if the service is one of any methods.
    pub(super) fn open(
        &self,
        method: usize,
        names: Option<&Arc<Names>>,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler {
        cancellation.set_called(self.number(method));
        let call = observe::begin(self.method(method, names), &incoming, self.tracers());
        let cx = self.context(method, names, incoming, cancellation, None);
        let permit = match self.admit(method, &cx) {
            Ok(permit) => permit,
            Err(why) => {
                call.trace(cx, true);
                let refused = async move { Err(limit::call_refused(why)) };
                return observe::stream(call, Box::pin(refused));
            }
        };
        let stream = ServerStream {
            raw: self.stream_timeouts.limit(call.counted(stream)),
            cx,
            recv_timeout: self.stream_timeouts.recv,
            hooks: None,
            permit,
        };
        let middleware = self.installed();
        let middleware = middleware.filter(|middleware| middleware.is_for_streams());
        let handler = match middleware {
            None => self.service.stream(method, stream.cx.clone(), stream),
            Some(middleware) => {
                let (middleware, service) = (Arc::clone(middleware), Arc::clone(&self.service));
                hooked::stream(middleware, service, method, stream, call.traced().cloned())
            }
        };
        observe::stream(call, handler)
    }

    /// Begins the handler of a call without stream, as [`open`](Self::open) does.
    pub(super) fn call(
        &self,
        method: usize,
        names: Option<&Arc<Names>>,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        cancellation.set_called(self.number(method));
        let call = observe::begin(self.method(method, names), &incoming, self.tracers());
        let answer = SharedAnswer::default();
        let streams = incoming.abilities.streams_only;
        let cx = self.context(
            method,
            names,
            incoming,
            cancellation,
            Some(Arc::clone(&answer)),
        );
        let cx = call.trace(cx, streams);
        let (mode, len) = (self.info.methods[method].mode, args.len());
        let permit = match self.admit(method, &cx) {
            Ok(permit) => permit,
            Err(why) => {
                let refused = async move { Err(refused_call(why, streams)) };
                let handler = observe::ping_pong(call, mode, len, Box::pin(refused));
                return (handler, answer);
            }
        };
        let middleware = self.installed();
        let middleware = middleware.filter(|middleware| middleware.has_unary());
        let args = Arguments {
            bytes: args,
            middleware: middleware.cloned(),
            permit,
        };
        let handler = self.service.ping_pong(method, cx, args);
        (observe::ping_pong(call, mode, len, handler), answer)
    }

    /// Counts a call; `None` if nobody asks when it ends.
    ///
    /// # Errors
    /// Why it is one too many.
    fn admit(&self, method: usize, cx: &Context) -> Result<Option<Permit>, &'static str> {
        let Some(limits) = &self.limits else {
            return Ok(None);
        };
        let told = |why: &&'static str| events::call_over_limit(cx.service(), cx.method(), why);
        limits.admit(method, || cx.method()).inspect_err(told)
    }

    /// The number of a method among all methods of the server; 0 if it is not on the list.
    fn number(&self, method: usize) -> u32 {
        match u32::try_from(method) {
            Ok(method) if self.first_number > 0 => self.first_number + method,
            _ => 0,
        }
    }

    fn method<'n>(&self, method: usize, names: Option<&'n Arc<Names>>) -> Method<'n> {
        Method {
            service: self.info,
            method: &self.info.methods[method],
            names: names.map(|names| &**names),
        }
    }

    fn tracers(&self) -> Option<&TracerList> {
        self.installed()?.tracers.as_ref()
    }

    fn context(
        &self,
        method: usize,
        names: Option<&Arc<Names>>,
        incoming: Incoming,
        cancellation: Cancellation,
        answer: Option<SharedAnswer>,
    ) -> Context {
        let called = (self.info, &self.info.methods[method]);
        let stop = self.stop.clone();
        let cx = Context::serving(called, incoming, stop, cancellation, answer);
        match names {
            None => cx,
            Some(names) => cx.named(names),
        }
    }
}

/// The answer to a call without stream that is one too many: a status where calls are streams, and
/// Kitex's exception elsewhere.
fn refused_call(why: &'static str, streams: bool) -> PingPongFailure {
    match streams {
        true => PingPongFailure::Handler(limit::call_refused(why)),
        false => PingPongFailure::Exception(limit::call_refused_exception(why)),
    }
}
