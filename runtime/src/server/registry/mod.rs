//! Which service a call is for (ttheader-streaming.md 4.2, grpc-and-pingpong.md C.10).

mod any;
mod building;
mod hosted;
mod index;

use std::collections::HashMap;
use std::sync::Arc;

use faststr::FastStr;

use self::any::AnyMethod;
pub(in crate::server) use self::hosted::{Hosted, Registered, RegisteredAny};
use self::index::Index;
use crate::call::Incoming;
use crate::codec::ApplicationException;
use crate::server::lifecycle::Lifecycle;
use crate::wire::Route;

/// The services of a server, in the order they were added.
pub(in crate::server) struct Registry {
    services: Vec<Arc<Hosted>>,
    index: Index,
    /// What takes every call of the service of that name.
    any: HashMap<FastStr, AnyMethod>,
    /// What takes every call that nobody else takes.
    unknown: Option<AnyMethod>,
    /// Only calls that name a service are served.
    strict: bool,
    /// The connections of the server, and what all of them share.
    pub(in crate::server) lifecycle: Arc<Lifecycle>,
}

impl Registry {
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
            .index
            .in_package(package, service)
            .or_else(|| self.index.named(service))
            .map(|at| &self.services[at])
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
        if let Some(at) = self.index.named(service) {
            return self.services[at].route(method).ok_or_else(|| {
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
