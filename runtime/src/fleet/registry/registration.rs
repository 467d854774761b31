//! What a server tells a registry of itself: Kitex's `registry.Info`.

use std::fmt;

use faststr::FastStr;

use crate::fleet::Instance;

/// An instance and the service that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    service: FastStr,
    instance: Instance,
}

impl Registration {
    /// This instance of the service. Servers make their registrations themselves; this is for tests of a
    /// registry.
    #[must_use]
    pub fn new(service: impl Into<FastStr>, instance: Instance) -> Self {
        Self {
            service: service.into(),
            instance,
        }
    }

    /// The name of the service, which clients give their builder as the destination. It is not empty.
    #[must_use]
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Where the instance is, and what else clients should know of it.
    #[must_use]
    pub fn instance(&self) -> &Instance {
        &self.instance
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.service, self.instance.endpoint())
    }
}
