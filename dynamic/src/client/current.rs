//! The service that a client calls, which can be replaced while calls run.

use std::sync::{Arc, PoisonError, RwLock};

use streamgen_runtime::client::{Channel, ServiceClient};

use super::error::CallError;
use super::info;
use crate::service::Service;

/// A service, and the runtime's client of it. Who has got one keeps it for the whole of a call.
pub(super) struct Current {
    pub(super) calls: ServiceClient,
    pub(super) service: Service,
}

impl Current {
    fn new(service: &Service, channel: &Channel) -> Result<Arc<Self>, CallError> {
        let info = info::of(service).map_err(CallError::Call)?;
        Ok(Arc::new(Self {
            calls: ServiceClient::new(info, channel.clone()),
            service: service.clone(),
        }))
    }
}

/// What all clones of a client look at when they make a call.
#[derive(Clone)]
pub(super) struct Shared {
    channel: Channel,
    current: Arc<RwLock<Arc<Current>>>,
}

impl Shared {
    pub(super) fn new(service: &Service, channel: Channel) -> Result<Self, CallError> {
        let current = Current::new(service, &channel)?;
        Ok(Self {
            channel,
            current: Arc::new(RwLock::new(current)),
        })
    }

    pub(super) fn get(&self) -> Arc<Current> {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the service. After an error, the one of before stays.
    pub(super) fn replace(&self, service: &Service) -> Result<(), CallError> {
        let next = Current::new(service, &self.channel)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}
