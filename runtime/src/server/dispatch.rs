//! From a request on any wire to its handler.

use std::sync::Arc;

use bytes::Bytes;

use super::registry::{Hosted, Registry};
use super::service::ServerStream;
use crate::call::{Cancellation, Incoming};
use crate::codec::ApplicationException;
use crate::context::Context;
use crate::wire::{
    Dispatch, PingPongHandler, Route, ServerRaw, SharedAnswer, StreamHandler, Supervisor, Target,
};

impl Dispatch for Registry {
    fn supervisor(&self) -> Arc<Supervisor> {
        self.lifecycle.supervisor()
    }

    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let (service, method) = (&incoming.service, &incoming.method);
        match &incoming.package {
            Some(package) => self.find_in(package, service, method),
            None => self.find(service, method),
        }
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
        let cx = self.context(method, incoming, cancellation, None);
        self.service.stream(method, cx, ServerStream(stream))
    }

    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        let answer = SharedAnswer::default();
        let cx = self.context(method, incoming, cancellation, Some(Arc::clone(&answer)));
        (self.service.ping_pong(method, cx, args), answer)
    }
}

impl Hosted {
    fn context(
        &self,
        method: usize,
        incoming: Incoming,
        cancellation: Cancellation,
        answer: Option<SharedAnswer>,
    ) -> Context {
        let called = (self.info, &self.info.methods[method]);
        let draining = self.draining.clone();
        Context::serving(called, incoming, draining, cancellation, answer)
    }
}
