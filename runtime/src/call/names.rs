//! The names of a call that the program has no generated code for.

use faststr::FastStr;

use super::Incoming;

/// What a call of bytes is called, in the place of what a [`ServiceInfo`](crate::ServiceInfo) says: the
/// program learns it while it runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The package of the service; empty without one, and on wires that name none.
    pub package: FastStr,
    /// The service; empty on wires that name none.
    pub service: FastStr,
    /// The method.
    pub method: FastStr,
}

impl Names {
    /// The names that a request has on its wire.
    pub(crate) fn of(incoming: &Incoming) -> Self {
        Self {
            package: incoming.package.clone().unwrap_or_default(),
            service: incoming.service.clone(),
            method: incoming.method.clone(),
        }
    }
}
