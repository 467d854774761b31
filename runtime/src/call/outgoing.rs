//! A call as the client above the wires describes it.

use std::time::Duration;

use faststr::FastStr;

use crate::call::{Cancellation, Deadline, Encoding, Watch};
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

    /// Whether there is exactly one response, or none.
    pub(crate) fn is_single(&self) -> bool {
        !matches!(
            self.method.mode,
            Mode::ServerStreaming | Mode::BidiStreaming
        )
    }
}
