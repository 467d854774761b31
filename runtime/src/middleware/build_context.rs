//! The client or the server for which a builder makes its middleware.

use faststr::FastStr;

use crate::error::Side;
use crate::service::ServiceInfo;

/// The client or the server for which a builder makes its middleware.
#[derive(Debug, Clone)]
pub struct BuildContext {
    side: Side,
    service: Option<&'static ServiceInfo>,
    destination: FastStr,
    caller: FastStr,
}

impl BuildContext {
    pub(crate) fn client(
        service: Option<&'static ServiceInfo>,
        destination: &FastStr,
        caller: &FastStr,
    ) -> Self {
        Self {
            side: Side::Client,
            service,
            destination: destination.clone(),
            caller: caller.clone(),
        }
    }

    pub(crate) fn server(service: Option<&'static ServiceInfo>) -> Self {
        Self {
            side: Side::Server,
            service,
            destination: FastStr::empty(),
            caller: FastStr::empty(),
        }
    }

    /// The side that the middleware is for.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// The service, if the middleware is for one service: not at server level, and not for a
    /// [`Channel`](crate::Channel).
    #[must_use]
    pub fn service(&self) -> Option<&'static ServiceInfo> {
        self.service
    }

    /// At a client, the name that the called service has in the registry.
    #[must_use]
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// At a client, this process's own service name, if it has one.
    #[must_use]
    pub fn caller(&self) -> &str {
        &self.caller
    }
}
