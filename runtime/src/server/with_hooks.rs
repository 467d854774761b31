//! A service with middleware of its own.

use std::sync::Arc;

use super::service::{Arguments, PingPongFuture, ServerStream, Service, StreamFuture};
use crate::context::Context;
use crate::middleware::Hooks;
use crate::service::ServiceInfo;

/// A service with middleware around it; [`Hooks::around`] makes it.
#[derive(Debug)]
pub struct WithHooks<S> {
    service: S,
    hooks: Hooks,
}

impl Hooks {
    /// Puts this middleware around one service of a server, inside of the server's own.
    ///
    /// ```
    /// # use streamgen_runtime::middleware::{Hooks, RecvMiddleware};
    /// # use streamgen_runtime::{Result, Server, ServerBuilder, server::Service};
    /// # fn add(log: impl RecvMiddleware, check: impl RecvMiddleware, echo: impl Service, admin: impl Service) {
    /// let server = Server::builder()
    ///     .recv_middleware(log) // of both services
    ///     .add_service(echo)
    ///     .add_service(Hooks::new().recv_middleware(check).around(admin));
    /// # }
    /// ```
    pub fn around<S: Service>(self, service: S) -> WithHooks<S> {
        let hooks = self;
        WithHooks { service, hooks }
    }
}

impl<S: Service> Service for WithHooks<S> {
    fn info(&self) -> &'static ServiceInfo {
        self.service.info()
    }

    fn ping_pong(&self, method: usize, cx: Context, args: Arguments) -> PingPongFuture {
        self.service.ping_pong(method, cx, args)
    }

    fn stream(&self, method: usize, cx: Context, stream: ServerStream) -> StreamFuture {
        self.service.stream(method, cx, stream)
    }

    fn successor(&self) -> Option<Arc<dyn Service>> {
        self.service.successor()
    }

    fn hooks(&self) -> Hooks {
        self.hooks.clone().hooks(self.service.hooks())
    }
}
