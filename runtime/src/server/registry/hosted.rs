//! Services, as they are added to a server and as parts of it.

use std::sync::Arc;

use faststr::FastStr;

use super::any::AnyMethod;
use crate::call::StopStages;
use crate::middleware::{self, BuildContext, Chains, Installed};
use crate::server::binary::AnyService;
use crate::server::lifecycle::Lifecycle;
use crate::server::limiter::{Limiters, ServiceLimits};
use crate::server::service::Service;
use crate::server::stream_timeouts::StreamTimeouts;
use crate::service::ServiceInfo;
use crate::wire::Route;

/// A service, and whether it takes the calls that name none.
pub(in crate::server) struct Registered {
    pub(in crate::server) service: Arc<dyn Service>,
    pub(in crate::server) fallback: bool,
}

impl Registered {
    pub(super) fn host(self, shared: &Shared<'_>) -> Arc<Hosted> {
        Hosted::new(self.service, self.fallback, None, shared)
    }
}

/// What takes every call of the service of this name; without a name, every call that nobody else takes.
pub(in crate::server) struct RegisteredAny {
    pub(in crate::server) name: Option<FastStr>,
    pub(in crate::server) service: AnyService,
}

impl RegisteredAny {
    pub(super) fn host(self, shared: &Shared<'_>) -> (Option<FastStr>, AnyMethod) {
        let name = self.name.as_deref().unwrap_or_default();
        let service = AnyMethod::new(self.service, name, shared);
        (self.name, service)
    }
}

/// A service as part of a server.
pub(in crate::server) struct Hosted {
    pub(in crate::server) service: Arc<dyn Service>,
    pub(in crate::server) info: &'static ServiceInfo,
    /// The middleware of the server and of the service.
    pub(in crate::server) middleware: Option<Arc<Installed>>,
    /// How far the server has come with its stop.
    pub(in crate::server) stop: StopStages,
    pub(in crate::server) stream_timeouts: StreamTimeouts,
    /// `None` if nothing limits its calls.
    pub(in crate::server) limits: Option<ServiceLimits>,
    /// The number of its first method among all methods of the server; 0 if nobody has listed them.
    pub(in crate::server) first_number: u32,
    pub(super) fallback: bool,
}

/// What a server's services have in common.
pub(super) struct Shared<'a> {
    /// The middleware of the server.
    pub(super) outer: &'a Chains,
    pub(super) lifecycle: &'a Lifecycle,
    pub(super) limiters: &'a Limiters,
}

impl Hosted {
    /// `name` is that of the service in limits, where it is not the one in its info.
    pub(super) fn new(
        service: Arc<dyn Service>,
        fallback: bool,
        name: Option<&str>,
        shared: &Shared<'_>,
    ) -> Arc<Self> {
        let Shared {
            outer,
            lifecycle,
            limiters,
        } = shared;
        let info = service.info();
        let mut chains = Chains::clone(outer);
        chains.extend(service.hooks().build(&BuildContext::server(Some(info))));
        let limits = limiters.of(name.unwrap_or(info.name));
        Arc::new(Self {
            info,
            service,
            middleware: chains.finish(),
            stop: lifecycle.stop.clone(),
            stream_timeouts: lifecycle.stream_timeouts,
            limits: match name {
                // What has any name has any methods.
                Some(_) => limits,
                None => limits.map(|limits| limits.listed(info)),
            },
            first_number: lifecycle.methods.add(name, info),
            fallback,
        })
    }

    pub(super) fn route(self: &Arc<Self>, method: &str) -> Option<Route> {
        match self.service.successor() {
            None => Arc::clone(self).own_route(method),
            Some(service) => Arc::new(self.succeeded_by(service)).own_route(method),
        }
    }

    fn own_route(self: Arc<Self>, method: &str) -> Option<Route> {
        let (info, index) = (self.info, self.info.method_index(method)?);
        Some(Route::new(self, info, index))
    }

    /// The middleware and the tracers of its calls. `None` without any.
    pub(in crate::server) fn installed(&self) -> Option<&Arc<Installed>> {
        self.middleware.as_ref().filter(|_| middleware::ENABLED)
    }

    /// Another service with the middleware and the limits of this one.
    fn succeeded_by(&self, service: Arc<dyn Service>) -> Self {
        Self {
            info: service.info(),
            service,
            middleware: self.middleware.clone(),
            stop: self.stop.clone(),
            stream_timeouts: self.stream_timeouts,
            limits: self.limits.as_ref().map(ServiceLimits::unlisted),
            // Its methods are not on the list, because it may be replaced any number of times.
            first_number: 0,
            fallback: self.fallback,
        }
    }
}
