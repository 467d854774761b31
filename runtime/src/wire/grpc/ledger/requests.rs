//! The requests of calls without stream whose handlers run: a handler keeps its request, or what was
//! decoded of it, and is not to be ended for that.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Account, Ledger};
use crate::error::{Code, Error, Side};
use crate::measure::Limit;
use crate::trace::Told;
use crate::wire::grpc::config::GrpcLimits;
use crate::wire::grpc::events;
use crate::wire::grpc::status::grpc;

/// The limit that refuses or ends a call because of others' requests, and what the log says then.
pub(in super::super) const TOO_LARGE: (Limit, &str) = (
    Limit::RunningRequests,
    "requests of running calls are too large",
);

/// Bytes of requests on one connection.
pub(super) struct Requests {
    held: AtomicUsize,
    most: usize,
    peer: Option<SocketAddr>,
    told: Told,
}

/// The request of one call, which counts until this is dropped.
pub(in super::super) struct RequestCharge {
    ledger: Arc<Ledger>,
    bytes: usize,
}

impl Requests {
    pub(super) fn new(limits: &GrpcLimits, peer: Option<SocketAddr>) -> Self {
        Self {
            held: AtomicUsize::new(0),
            most: limits.connection_window as usize / 2,
            peer,
            told: Told::default(),
        }
    }
}

impl Ledger {
    /// Whether running calls keep so much of their requests that the connection may get no further
    /// stream.
    pub(in super::super) fn keeps_requests(&self) -> bool {
        self.requests.held.load(Ordering::Relaxed) >= self.requests.most
    }
}

impl Account {
    /// Counts the request of the stream, which is about to be served.
    ///
    /// # Errors
    /// All running calls of the connection keep too much together. A request is always served when
    /// no other is.
    pub(in super::super) fn charge_request(&self, bytes: usize) -> Result<RequestCharge, Error> {
        let requests = &self.ledger.requests;
        let charge = RequestCharge {
            ledger: Arc::clone(&self.ledger),
            bytes,
        };
        let others = requests.held.fetch_add(bytes, Ordering::Relaxed);
        if others == 0 || others.saturating_add(bytes) <= requests.most {
            return Ok(charge);
        }
        events::stream_ended(&requests.told, Side::Server, requests.peer, TOO_LARGE);
        let most = requests.most;
        let text = format!("requests of the connection's running calls exceed {most} bytes");
        Err(grpc(Code::RESOURCE_EXHAUSTED, text))
    }
}

impl Drop for RequestCharge {
    fn drop(&mut self) {
        self.ledger
            .requests
            .held
            .fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
