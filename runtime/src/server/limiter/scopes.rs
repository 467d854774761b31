//! Which limits a method has.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::time::Instant;

use super::adaptive::Gradient;
use super::configured::ConfiguredRate;
use super::limit::CallLimit;
use super::permit::MethodLimits;
use super::rate::Rate;
use super::running::Running;
use super::scope::Scope;
use super::service::{NamedLimits, ServiceLimits};
use crate::config::Watching;
use crate::error::{Error, Result};
use crate::service::ServiceInfo;

/// The limits of a server, as its builder was told them.
#[derive(Debug, Default)]
pub(in crate::server) struct Scopes {
    server: Option<CallLimit>,
    services: HashMap<String, CallLimit>,
    /// The limits of methods, by the name of the service, then by that of the method.
    methods: HashMap<String, HashMap<String, CallLimit>>,
    /// What may replace the rate of the server while it runs.
    config: Option<Arc<Watching>>,
}

impl Scopes {
    pub(in crate::server) fn set_config(&mut self, config: Arc<Watching>) {
        self.config = Some(config);
    }

    pub(in crate::server) fn config(&self) -> Option<&Arc<Watching>> {
        self.config.as_ref()
    }

    pub(in crate::server) fn set_server(&mut self, limit: CallLimit) {
        self.server = Some(limit);
    }

    pub(in crate::server) fn set_service(&mut self, service: String, limit: CallLimit) {
        self.services.insert(service, limit);
    }

    pub(in crate::server) fn set_method(
        &mut self,
        service: String,
        method: String,
        limit: CallLimit,
    ) {
        let methods = self.methods.entry(service).or_default();
        methods.insert(method, limit);
    }

    /// The limits to count with, for a server of these services. Those of `any` list no methods.
    ///
    /// # Errors
    /// A limit that takes no call at all, whose numbers contradict each other, or that is for a service or
    /// method which the server does not have.
    pub(in crate::server) fn counting(
        &self,
        services: &[&'static ServiceInfo],
        any: &HashSet<&str>,
    ) -> Result<Limiters> {
        self.check(services, any)?;
        let (server, began) = (self.of_server()?, Instant::now());
        let names = self.services.keys().chain(self.methods.keys());
        let mut of_services = HashMap::new();
        for name in names {
            let limits = self.of_service(name, server.clone(), began)?;
            of_services.insert(name.clone(), Arc::new(limits));
        }
        let others = MethodLimits::new(server.as_slice(), began).map(|others| {
            Arc::new(NamedLimits {
                others: Some(others),
                methods: HashMap::new(),
            })
        });
        Ok(Limiters {
            of_services,
            others,
        })
    }

    /// `None` if nothing limits the server.
    fn of_server(&self) -> Result<Option<Arc<Scope>>> {
        let limit = match (&self.server, &self.config) {
            (None, None) => return Ok(None),
            (limit, _) => limit.clone().unwrap_or_default(),
        };
        let mut scope = scope_of(&limit)?;
        scope.configured = self.config.clone().map(ConfiguredRate::new);
        Ok(Some(Arc::new(scope)))
    }

    fn of_service(
        &self,
        name: &str,
        server: Option<Arc<Scope>>,
        began: Instant,
    ) -> Result<NamedLimits> {
        let service = self.services.get(name).map(scope).transpose()?;
        let outer: Vec<_> = server.into_iter().chain(service).collect();
        let mut methods = HashMap::new();
        for (method, limit) in self.methods.get(name).into_iter().flatten() {
            let mut scopes = outer.clone();
            scopes.push(scope(limit)?);
            methods.insert(method.clone(), MethodLimits::new(&scopes, began));
        }
        let others = MethodLimits::new(&outer, began);
        Ok(NamedLimits { others, methods })
    }

    fn check(&self, services: &[&'static ServiceInfo], any: &HashSet<&str>) -> Result<()> {
        for service in self.services.keys() {
            let found = services.iter().any(|info| info.name == service);
            if !found && !any.contains(service.as_str()) {
                return Err(no_effect(&format!("service_call_limit(\"{service}\", …)")));
            }
        }
        for (service, methods) in &self.methods {
            for method in methods.keys() {
                let found = services
                    .iter()
                    .any(|info| info.name == service && info.method_index(method).is_some());
                if !found && !any.contains(service.as_str()) {
                    let setting = format!("method_call_limit(\"{service}\", \"{method}\", …)");
                    return Err(no_effect(&setting));
                }
            }
        }
        Ok(())
    }
}

/// The limits of a server that runs.
#[derive(Debug, Default)]
pub(in crate::server) struct Limiters {
    of_services: HashMap<String, Arc<NamedLimits>>,
    /// Those of services that have none of their own.
    others: Option<Arc<NamedLimits>>,
}

impl Limiters {
    /// The limits of the calls of a service; `None` if they are not limited.
    pub(in crate::server) fn of(&self, service: &str) -> Option<ServiceLimits> {
        let own = self.of_services.get(service);
        own.or(self.others.as_ref())
            .cloned()
            .map(ServiceLimits::new)
    }
}

fn no_effect(setting: &str) -> Error {
    Error::invalid_argument(format!(
        "`.{setting}` has no effect: the server has no such service or method; leave it out, or write the names as \
         the IDL has them"
    ))
}

/// # Errors
/// The limit takes no call at all, or its numbers contradict each other.
pub(super) fn scope(limit: &CallLimit) -> Result<Arc<Scope>> {
    scope_of(limit).map(Arc::new)
}

fn scope_of(limit: &CallLimit) -> Result<Scope> {
    limit.check()?;
    let CallLimit {
        per_second,
        burst,
        running,
        adaptive,
    } = limit.clone();
    Ok(Scope {
        rate: per_second.map(|calls| Rate::new(calls, burst.unwrap_or(calls))),
        configured: None,
        most: running,
        adaptive: adaptive.map(Gradient::new),
        running: Running::default(),
    })
}
