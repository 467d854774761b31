//! Finding the limits of a method.

use std::collections::HashMap;
use std::sync::Arc;

use super::permit::{MethodLimits, Permit};
use crate::service::ServiceInfo;

/// The limits of the methods of one service, by their names.
#[derive(Debug, Default)]
pub(super) struct NamedLimits {
    /// Those of methods that have none of their own; `None` if nothing limits them.
    pub(super) others: Option<Arc<MethodLimits>>,
    pub(super) methods: HashMap<String, Option<Arc<MethodLimits>>>,
}

impl NamedLimits {
    fn of(&self, method: &str) -> Option<&Arc<MethodLimits>> {
        let own = self.methods.get(method);
        own.unwrap_or(&self.others).as_ref()
    }
}

/// The limits of a service as a part of a server.
#[derive(Debug, Clone)]
pub(in crate::server) struct ServiceLimits {
    named: Arc<NamedLimits>,
    /// The same by the index of the method, where the service has a list of its methods that lasts: the names of
    /// the calls need not be looked up.
    listed: Option<Arc<[Option<Arc<MethodLimits>>]>>,
}

impl ServiceLimits {
    pub(super) fn new(named: Arc<NamedLimits>) -> Self {
        let listed = None;
        Self { named, listed }
    }

    /// The same for a service that has these methods, and no others.
    pub(in crate::server) fn listed(self, service: &ServiceInfo) -> Self {
        let methods = service.methods.iter();
        let limits = methods.map(|method| self.named.of(method.name).cloned());
        let listed = Some(limits.collect());
        Self { listed, ..self }
    }

    /// The same for another service of that name.
    pub(in crate::server) fn unlisted(&self) -> Self {
        Self::new(Arc::clone(&self.named))
    }

    /// Counts a call of the method with this index and this name. `None` if nobody asks when it ends.
    ///
    /// # Errors
    /// Kitex's text for why the call is refused. No limit has counted it then.
    pub(in crate::server) fn admit<'n>(
        &self,
        method: usize,
        name: impl FnOnce() -> &'n str,
    ) -> Result<Option<Permit>, &'static str> {
        let limits = match &self.listed {
            Some(listed) => listed.get(method).and_then(Option::as_ref),
            None => self.named.of(name()),
        };
        limits.map_or(Ok(None), MethodLimits::admit)
    }
}
