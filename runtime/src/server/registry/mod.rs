//! Which service a call is for (ttheader-streaming.md 4.2, grpc-and-pingpong.md C.10).

mod any;

use std::collections::HashMap;
use std::sync::Arc;

use faststr::FastStr;

use any::AnyMethod;

use crate::call::{Incoming, StopStages};
use crate::codec::ApplicationException;
use crate::error::{Error, Result};
use crate::middleware::{BuildContext, Chains, Hooks, Installed};
use crate::server::binary::AnyService;
use crate::server::lifecycle::Lifecycle;
use crate::server::limiter::{Limiters, Scopes, ServiceLimits};
use crate::server::service::Service;
use crate::server::stream_timeouts::StreamTimeouts;
use crate::service::{PayloadCodec, ServiceInfo};
use crate::wire::Route;

/// The services of a server, in the order they were added.
pub(in crate::server) struct Registry {
    services: Vec<Arc<Hosted>>,
    by_name: HashMap<&'static str, usize>,
    /// Protobuf services by package and name, which is how gRPC tells them apart.
    by_full_name: HashMap<(&'static str, &'static str), usize>,
    /// What takes every call of the service of that name.
    any: HashMap<FastStr, AnyMethod>,
    /// What takes every call that nobody else takes.
    unknown: Option<AnyMethod>,
    /// Only calls that name a service are served.
    strict: bool,
    /// Of the server.
    pub(in crate::server) lifecycle: Arc<Lifecycle>,
}

/// A service, and whether it takes the calls that name none.
pub(in crate::server) struct Registered {
    pub(in crate::server) service: Arc<dyn Service>,
    pub(in crate::server) fallback: bool,
}

/// What takes every call of the service of this name; without a name, every call that nobody else takes.
pub(in crate::server) struct RegisteredAny {
    pub(in crate::server) name: Option<FastStr>,
    pub(in crate::server) service: AnyService,
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
    pub(in crate::server) limits: Option<Arc<ServiceLimits>>,
    /// The number of its first method among all methods of the server; 0 if nobody has listed them.
    pub(in crate::server) first_number: u32,
    fallback: bool,
}

/// What a server's services have in common.
struct Shared<'a> {
    /// The middleware of the server.
    outer: &'a Chains,
    lifecycle: &'a Lifecycle,
    limiters: &'a Limiters,
}

impl Hosted {
    /// `name` is that of the service in limits, where it is not the one in its info.
    fn new(
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
        Arc::new(Self {
            info,
            service,
            middleware: chains.finish(),
            stop: lifecycle.stop.clone(),
            stream_timeouts: lifecycle.stream_timeouts,
            limits: limiters.of(name.unwrap_or(info.name)),
            first_number: lifecycle.methods.add(name, info),
            fallback,
        })
    }

    fn route(self: &Arc<Self>, method: &str) -> Option<Route> {
        match self.service.successor() {
            None => Arc::clone(self).own_route(method),
            Some(service) => Arc::new(self.succeeded_by(service)).own_route(method),
        }
    }

    fn own_route(self: Arc<Self>, method: &str) -> Option<Route> {
        let (info, index) = (self.info, self.info.method_index(method)?);
        Some(Route::new(self, info, index))
    }

    /// Another service with the middleware and the limits of this one.
    fn succeeded_by(&self, service: Arc<dyn Service>) -> Self {
        Self {
            info: service.info(),
            service,
            middleware: self.middleware.clone(),
            stop: self.stop.clone(),
            stream_timeouts: self.stream_timeouts,
            limits: self.limits.clone(),
            // Its methods are not on the list, because it may be replaced any number of times.
            first_number: 0,
            fallback: self.fallback,
        }
    }
}

impl Registry {
    /// Checks that every call will find one service, as Kitex does at its start.
    ///
    /// # Errors
    /// No service; two of one name; two fallbacks, or two handlers of unknown calls; two that share a
    /// method, unless the fallback has it too or `strict` says that calls without a service name are
    /// refused anyway; a limit that [`Scopes::counting`] refuses.
    pub(in crate::server) fn new(
        (services, any): (Vec<Registered>, Vec<RegisteredAny>),
        strict: bool,
        hooks: &Hooks,
        limits: &Scopes,
        lifecycle: Arc<Lifecycle>,
    ) -> Result<Self> {
        let infos: Vec<_> = services.iter().map(|one| one.service.info()).collect();
        let names = any.iter().filter_map(|any| any.name.as_deref()).collect();
        let common = Shared {
            outer: &hooks.build(&BuildContext::server(None)),
            lifecycle: &lifecycle,
            limiters: &limits.counting(&infos, &names)?,
        };
        let services = services.into_iter();
        let hosted =
            |Registered { service, fallback }| Hosted::new(service, fallback, None, &common);
        let services: Vec<_> = services.map(hosted).collect();
        if services.is_empty() && any.is_empty() {
            return Err(Error::invalid_argument("the server has no service"));
        }
        if services.iter().filter(|hosted| hosted.fallback).count() > 1 {
            return Err(Error::invalid_argument(
                "the server has more than one fallback service",
            ));
        }
        let (mut by_name, mut by_full_name) = (HashMap::new(), HashMap::new());
        let mut shared = Vec::new();
        for (at, hosted) in services.iter().enumerate() {
            let info = hosted.info;
            let name = info.name;
            let twice = match info.payload {
                PayloadCodec::Protobuf => {
                    if by_name.insert(name, at).is_some() {
                        shared.push(name);
                    }
                    by_full_name.insert((info.package, name), at)
                }
                PayloadCodec::Thrift => by_name.insert(name, at),
            };
            if twice.is_some() {
                return Err(Error::invalid_argument(format!(
                    "service {name} is added twice"
                )));
            }
        }
        // Who calls one of these has to say its package.
        by_name.retain(|name, _| !shared.contains(name));
        let of_any = |RegisteredAny { name, service }: RegisteredAny| {
            let service = AnyMethod::new(service, name.as_deref().unwrap_or_default(), &common);
            (name, service)
        };
        let any: Vec<_> = any.into_iter().map(of_any).collect();
        let mut registry = Self {
            services,
            by_name,
            by_full_name,
            any: HashMap::new(),
            unknown: None,
            strict,
            lifecycle,
        };
        for (name, service) in any {
            registry.add_any(name, service)?;
        }
        if !strict {
            registry.check_shared_methods()?;
        }
        Ok(registry)
    }

    fn add_any(&mut self, name: Option<FastStr>, service: AnyMethod) -> Result<()> {
        let Some(name) = name else {
            return match self.unknown.replace(service) {
                None => Ok(()),
                Some(_) => Err(Error::invalid_argument(
                    "the server has more than one handler of unknown services and methods",
                )),
            };
        };
        let taken = self.services.iter().any(|one| name == one.info.name);
        if self.any.insert(name.clone(), service).is_some() || taken {
            let text = format!("service {name} is added twice");
            return Err(Error::invalid_argument(text));
        }
        Ok(())
    }

    /// Finds the method that a call means.
    ///
    /// # Errors
    /// What to answer if there is none.
    pub(in crate::server) fn route_of(
        &self,
        incoming: &Incoming,
    ) -> Result<Route, ApplicationException> {
        let (service, method) = (&*incoming.service, &*incoming.method);
        if let Some(any) = self.any.get(service) {
            return Ok(any.route(incoming));
        }
        let found = match &incoming.package {
            Some(package) => self.find_in(package, service, method),
            None => self.find(service, method),
        };
        found.or_else(|why| match &self.unknown {
            Some(unknown) => Ok(unknown.route(incoming)),
            None => Err(why),
        })
    }

    fn check_shared_methods(&self) -> Result<()> {
        let mut owners: HashMap<&str, &str> = HashMap::new();
        for hosted in &self.services {
            let info = hosted.info;
            if info.payload == PayloadCodec::Protobuf {
                // Several versions of one API on one server are usual here, and gRPC and TTHeader
                // name the service of each call. Only KitexProtobuf Framed names no service: a call
                // of a method that several services have goes to the first of them. A Kitex server
                // would not start (C.10).
                continue;
            }
            for method in info.methods {
                let Some(other) = owners.insert(method.name, info.name) else {
                    continue;
                };
                if self.fallback(method.name).is_none() {
                    return Err(Error::invalid_argument(format!(
                        "services {other} and {} both have a method {}: add one of them as the \
                         fallback service, or refuse calls that name no service",
                        info.name, method.name
                    )));
                }
            }
        }
        Ok(())
    }

    /// Finds the method that a call on a wire with packages means: by the whole name if a service
    /// has that, else as a Kitex server does, which looks at the short name only (A.2, B).
    ///
    /// # Errors
    /// What to answer if there is none.
    pub(in crate::server) fn find_in(
        &self,
        package: &str,
        service: &str,
        method: &str,
    ) -> Result<Route, ApplicationException> {
        let found = self
            .by_full_name
            .get(&(package, service))
            .or_else(|| self.by_name.get(service))
            .map(|at| &self.services[*at])
            .or_else(|| self.unnamed(service));
        let Some(hosted) = found else {
            let text = format!("unknown service {service}");
            let id = ApplicationException::UNKNOWN_SERVICE;
            return Err(ApplicationException::new(id, text));
        };
        hosted.route(method).ok_or_else(|| {
            let text = format!("unknown method {method}");
            ApplicationException::new(ApplicationException::UNKNOWN_METHOD, text)
        })
    }

    /// The service for calls that name none.
    fn unnamed(&self, service: &str) -> Option<&Arc<Hosted>> {
        let mut services = self.services.iter();
        let fallback = services.find(|hosted| hosted.fallback);
        fallback.filter(|_| service.is_empty() && !self.strict)
    }

    /// Finds the method that a call means.
    ///
    /// # Errors
    /// What to answer if there is none.
    pub(in crate::server) fn find(
        &self,
        service: &str,
        method: &str,
    ) -> Result<Route, ApplicationException> {
        if let Some(at) = self.by_name.get(service) {
            return self.services[*at].route(method).ok_or_else(|| {
                let text = format!("unknown method {method} (service {service})");
                ApplicationException::new(ApplicationException::UNKNOWN_METHOD, text)
            });
        }
        let found = match (self.strict, service.is_empty()) {
            (true, _) => None,
            (false, true) => self.fallback(method).or_else(|| self.owners(method).next()),
            // Kitex prefers the fallback service only for calls that name none.
            (false, false) => self.only_owner(method),
        };
        found.ok_or_else(|| {
            let text = format!("unknown service {service}, method {method}");
            ApplicationException::new(ApplicationException::UNKNOWN_SERVICE, text)
        })
    }

    fn fallback(&self, method: &str) -> Option<Route> {
        self.services
            .iter()
            .find(|hosted| hosted.fallback)?
            .route(method)
    }

    fn owners(&self, method: &str) -> impl Iterator<Item = Route> {
        self.services
            .iter()
            .filter_map(move |hosted| hosted.route(method))
    }

    fn only_owner(&self, method: &str) -> Option<Route> {
        let mut owners = self.owners(method);
        let first = owners.next();
        if owners.next().is_some() { None } else { first }
    }
}

#[cfg(test)]
mod tests;
