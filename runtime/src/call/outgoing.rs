//! A call as the client above the wires describes it.

use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use crate::call::{Cancellation, Deadline, Encoding, Names, Watch};
use crate::metadata::Metadata;
use crate::service::{MethodInfo, Mode, ServiceInfo};

/// A call to be made, over whatever wire. Each wire sends what it has a place for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outgoing {
    /// The service, as generated code describes it.
    pub service: &'static ServiceInfo,
    /// One of its methods.
    pub method: &'static MethodInfo,
    /// What the call is named, where `service` and `method` say only how it talks.
    pub(crate) names: Option<Arc<Names>>,
    /// Forward metainfo by its wire keys (`RPC_TRANSIT_…`, `RPC_PERSIST_…`).
    pub metainfo: Metadata,
    /// The user's header.
    pub header: Metadata,
    /// This process's own service name; may be empty. It also goes into the path of a cancel.
    pub caller: FastStr,
    /// The handler's method that makes this call; may be empty.
    pub caller_method: FastStr,
    /// The name that the callee has in the registry.
    pub destination: FastStr,
    /// How messages are compressed.
    pub encoding: Option<Encoding>,
    /// When the call is over whether it has ended or not, and the timeout that was made from.
    pub deadline: Option<Deadline>,
    /// How long connecting may take, where the user has set it.
    pub connect_timeout: Option<Duration>,
    /// Cancels the call with its own reason when it fires: the handler that makes this call, so
    /// that cancels cascade (ttheader-streaming.md 3.7).
    pub parent: Option<Cancellation>,
    /// Is told of the stream that carries the call, on wires where a stream does.
    pub(crate) watch: Option<Watch>,
}

impl Outgoing {
    /// A call of `method` of which nothing else is said.
    #[must_use]
    pub fn new(service: &'static ServiceInfo, method: &'static MethodInfo) -> Self {
        Self {
            service,
            method,
            names: None,
            metainfo: Metadata::new(),
            header: Metadata::new(),
            caller: FastStr::empty(),
            caller_method: FastStr::empty(),
            destination: FastStr::empty(),
            encoding: None,
            deadline: None,
            connect_timeout: None,
            parent: None,
            watch: None,
        }
    }

    /// The IDL name of the service.
    pub(crate) fn service_name(&self) -> &str {
        let names = self.names.as_ref();
        names.map_or(self.service.name, |names| &names.service)
    }

    /// The IDL name of the method.
    pub(crate) fn method_name(&self) -> &str {
        let names = self.names.as_ref();
        names.map_or(self.method.name, |names| &names.method)
    }

    /// What stands before the service in a path of gRPC; empty without one.
    pub(crate) fn package(&self) -> &str {
        let names = self.names.as_ref();
        names.map_or(self.service.package, |names| &names.package)
    }

    /// The name of the service, without a copy.
    pub(crate) fn shared_service(&self) -> FastStr {
        let names = self.names.as_ref();
        names.map_or(FastStr::from_static_str(self.service.name), |names| {
            names.service.clone()
        })
    }

    /// The name of the method, without a copy.
    pub(crate) fn shared_method(&self) -> FastStr {
        let names = self.names.as_ref();
        names.map_or(FastStr::from_static_str(self.method.name), |names| {
            names.method.clone()
        })
    }

    /// Whether there is exactly one response, or none.
    pub(crate) fn is_single(&self) -> bool {
        !matches!(
            self.method.mode,
            Mode::ServerStreaming | Mode::BidiStreaming
        )
    }
}
