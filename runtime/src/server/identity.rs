//! Tells the handlers of a connection's calls who the client is, which no wire knows.

use std::sync::Arc;

use bytes::Bytes;

use crate::call::{Cancellation, Incoming};
use crate::codec::ApplicationException;
use crate::wire::{
    Dispatch, PingPongHandler, Route, ServerRaw, SharedAnswer, StreamHandler, Supervisor, Target,
};

/// Certificates as DER, the client's own first.
pub(super) type Certificates = Arc<Vec<Bytes>>;

/// The server for the calls of one connection. Only connections with certificates or with a limit to
/// their life need it; the others use the server's own [`Dispatch`]. No wire sees the difference.
pub(super) struct Own {
    pub(super) dispatch: Arc<dyn Dispatch>,
    /// The supervisor of the connection's handlers, which `retire.rs` watches, too.
    pub(super) supervisor: Arc<Supervisor>,
    /// The certificates that the client has shown. Each of its calls gets them.
    pub(super) certificates: Option<Certificates>,
}

impl Dispatch for Own {
    fn supervisor(&self, _: &'static str) -> Arc<Supervisor> {
        Arc::clone(&self.supervisor)
    }

    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let route = self.dispatch.route(incoming)?;
        Ok(match self.certificates.clone() {
            None => route,
            Some(certificates) => route.wrap(|target| {
                Arc::new(IdentifiedTarget {
                    target,
                    certificates,
                })
            }),
        })
    }
}

struct IdentifiedTarget {
    target: Arc<dyn Target>,
    certificates: Certificates,
}

impl IdentifiedTarget {
    fn identify(&self, incoming: Incoming) -> Incoming {
        Incoming {
            certificates: Some(Arc::clone(&self.certificates)),
            ..incoming
        }
    }
}

impl Target for IdentifiedTarget {
    fn stream(
        &self,
        method: usize,
        incoming: Incoming,
        stream: Arc<dyn ServerRaw>,
        cancellation: Cancellation,
    ) -> StreamHandler {
        let incoming = self.identify(incoming);
        self.target.stream(method, incoming, stream, cancellation)
    }

    fn call(
        &self,
        method: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        let incoming = self.identify(incoming);
        self.target.call(method, incoming, args, cancellation)
    }

    fn refused(&self, method: usize, why: &ApplicationException) {
        self.target.refused(method, why);
    }
}
