//! `grpc.health.v1`: tells load balancers and probes which services are ready. Feature `health`.

mod stream_gen;

use std::collections::HashMap;
use std::fmt;

use faststr::FastStr;
use tokio::sync::watch;

use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::server::Service;
use crate::streaming::ServerStreamingServer;

pub use stream_gen::FILE_DESCRIPTOR_SET;
pub use stream_gen::grpc::health::v1::health::HealthClient;
pub use stream_gen::grpc::health::v1::health_check_response::ServingStatus;
pub use stream_gen::grpc::health::v1::{HealthCheckRequest, HealthCheckResponse};

use stream_gen::grpc::health::v1::health::{Health as Handler, HealthServer};

/// The state of every service that health is told about. Clones share it.
///
/// The server as a whole, whose name is empty, is `SERVING` from the start.
///
/// A server that has been told to stop says `NOT_SERVING` of itself and of all services, whatever is set:
/// from the beginning of its [`drain_delay`](crate::ServerBuilder::drain_delay), in which it still serves calls,
/// so that probes and load balancers send it no more of them. Watches are told, and end with status 14 when
/// it drains, so that they hold up no stop. Other servers with the same `Health` are not concerned.
///
/// ```no_run
/// # use streamgen_runtime::{Result, Server, server::Service};
/// use streamgen_runtime::health::{Health, ServingStatus};
///
/// # async fn run(pow: impl Service) -> Result<()> {
/// let health = Health::new();
/// health.set("pow.Pow", ServingStatus::Serving);
/// Server::builder()
///     .add_service(pow)
///     .add_service(health.service())
///     .serve("0.0.0.0:8888")
///     .await
/// # }
/// ```
#[derive(Clone)]
pub struct Health(watch::Sender<Statuses>);

type Statuses = HashMap<FastStr, ServingStatus>;

impl Health {
    /// A server that serves, and no services.
    #[must_use]
    pub fn new() -> Self {
        let whole = (FastStr::empty(), ServingStatus::Serving);
        Self(watch::Sender::new(HashMap::from([whole])))
    }

    /// Sets the status of the service with this full name, or of the server if that is empty, and
    /// tells those who watch it.
    pub fn set(&self, service: impl Into<FastStr>, status: ServingStatus) {
        let service = service.into();
        self.0
            .send_if_modified(|statuses| statuses.insert(service, status) != Some(status));
    }

    /// Forgets a service: it is unknown from now on.
    pub fn remove(&self, service: &str) {
        self.0
            .send_if_modified(|statuses| statuses.remove(service).is_some());
    }

    /// The status that a server tells of the service; `None` if it is unknown.
    fn status(&self, cx: &Context, service: &str) -> Option<ServingStatus> {
        let status = self.0.borrow().get(service).copied()?;
        Some(match cx.is_leaving() {
            true => ServingStatus::NotServing,
            false => status,
        })
    }

    /// The service to add to a server.
    #[must_use]
    pub fn service(&self) -> impl Service {
        HealthServer::new(self.clone())
    }
}

impl Default for Health {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Health").field(&*self.0.borrow()).finish()
    }
}

impl Handler for Health {
    async fn check(&self, cx: Context, req: HealthCheckRequest) -> Result<HealthCheckResponse> {
        match self.status(&cx, &req.service) {
            Some(status) => Ok(response(status)),
            None => Err(Error::grpc_status(Code::NOT_FOUND, "unknown service")),
        }
    }

    async fn watch(
        &self,
        cx: Context,
        req: HealthCheckRequest,
        mut stream: ServerStreamingServer<HealthCheckResponse>,
    ) -> Result<()> {
        let (mut changes, mut sent) = (self.0.subscribe(), None);
        loop {
            // Asked before the status: the select below notices a stop that begins behind this line.
            let leaving = cx.is_leaving();
            changes.mark_unchanged();
            let status = self.status(&cx, &req.service);
            let status = status.unwrap_or(ServingStatus::ServiceUnknown);
            if sent.replace(status) != Some(status) {
                tokio::select! {
                    biased;
                    sent = stream.send(response(status)) => sent?,
                    // A client that takes nothing holds up no stop.
                    () = cx.draining() => return Err(draining()),
                }
            }
            tokio::select! {
                // The client learns that the server leaves before its stream ends.
                biased;
                () = cx.leaving(), if !leaving => {}
                () = cx.draining() => return Err(draining()),
                reason = cx.cancelled() => return Err(reason),
                // This handler keeps the sender.
                changed = changes.changed() => if changed.is_err() { return Ok(()) },
            }
        }
    }
}

/// The end of a watch: its client watches again, over another connection.
fn draining() -> Error {
    Error::grpc_status(Code::UNAVAILABLE, "the server is stopping")
}

fn response(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse {
        status: status.into(),
    }
}
