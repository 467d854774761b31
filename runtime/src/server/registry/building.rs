//! Makes a registry of the services that were added to a server, and checks that every call will find
//! one service.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use faststr::FastStr;

use super::Registry;
use super::any::AnyMethod;
use super::hosted::{Hosted, Registered, RegisteredAny, Shared};
use super::index::{Index, added_twice};
use crate::error::{Error, Result};
use crate::middleware::{BuildContext, Hooks};
use crate::server::lifecycle::Lifecycle;
use crate::server::limiter::Scopes;
use crate::service::PayloadCodec;

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
        let names: HashSet<_> = any.iter().filter_map(|any| any.name.as_deref()).collect();
        let shared = Shared {
            outer: &hooks.build(&BuildContext::server(None)),
            lifecycle: &lifecycle,
            limiters: &limits.counting(&infos, &names)?,
        };
        let services = services.into_iter();
        let services: Vec<_> = services.map(|one| one.host(&shared)).collect();
        check_count(&services, &any)?;
        let index = Index::new(&services)?;
        let any: Vec<_> = any.into_iter().map(|one| one.host(&shared)).collect();
        let mut registry = Self {
            services,
            index,
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
            return Err(added_twice(&name));
        }
        Ok(())
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
}

fn check_count(services: &[Arc<Hosted>], any: &[RegisteredAny]) -> Result<()> {
    if services.is_empty() && any.is_empty() {
        return Err(Error::invalid_argument("the server has no service"));
    }
    if services.iter().filter(|hosted| hosted.fallback).count() > 1 {
        return Err(Error::invalid_argument(
            "the server has more than one fallback service",
        ));
    }
    Ok(())
}
