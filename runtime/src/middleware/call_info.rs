//! The call that a hook runs for.

mod changes;

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Extensions;

use crate::call::{Deadline, Outgoing};
use crate::context::Context;
use crate::error::Side;
use crate::metadata::Metadata;
use crate::metainfo::Metainfo;
use crate::middleware::ContextMap;
use crate::service::Mode;
use crate::sync::lock;
use crate::wire::io::Endpoint;

/// The call that a middleware runs for, on either side. Clones are cheap and share everything.
#[derive(Clone)]
pub struct CallInfo(Kind);

#[derive(Clone)]
enum Kind {
    Client(Arc<ClientCall>),
    Server(Context),
}

/// A call as the hooks of its client see it.
#[derive(Debug, Clone)]
struct ClientCall {
    /// The call as the wire sends it. Its metainfo has the same values as `metainfo`.
    outgoing: Outgoing,
    metainfo: Metainfo,
    /// Kitex's name of the wire.
    protocol: &'static str,
    extensions: Extensions,
    /// The address that a middleware has set.
    address: Option<Endpoint>,
    endpoint: LastEndpoint,
}

/// The address of the last attempt to make the call.
#[derive(Debug, Default)]
struct LastEndpoint(Mutex<Option<Endpoint>>);

impl Clone for LastEndpoint {
    fn clone(&self) -> Self {
        Self(Mutex::new(lock(&self.0).clone()))
    }
}

impl CallInfo {
    /// A call that a client makes over the wire of that name.
    pub(crate) fn client(outgoing: Outgoing, protocol: &'static str) -> Self {
        let Metainfo {
            received,
            persistent,
            ..
        } = Metainfo::from_wire(&outgoing.metainfo);
        let metainfo = Metainfo {
            transient: received,
            persistent,
            ..Metainfo::default()
        };
        Self(Kind::Client(Arc::new(ClientCall {
            outgoing,
            metainfo,
            protocol,
            extensions: Extensions::new(),
            address: None,
            endpoint: LastEndpoint::default(),
        })))
    }

    /// The call that a handler with this context serves.
    pub(crate) fn server(cx: Context) -> Self {
        Self(Kind::Server(cx))
    }

    /// Notes the address of an attempt to make the call.
    pub(crate) fn goes_to(&self, endpoint: &Endpoint) {
        if let Kind::Client(call) = &self.0 {
            *lock(&call.endpoint.0) = Some(endpoint.clone());
        }
    }

    /// At the client, the call as the wire sends it, and the address that a middleware has set.
    pub(crate) fn outgoing(&self) -> Option<(&Outgoing, Option<&Endpoint>)> {
        match &self.0 {
            Kind::Client(call) => Some((&call.outgoing, call.address.as_ref())),
            Kind::Server(_) => None,
        }
    }

    /// Puts the map that the call's tracers share among the extensions.
    pub(crate) fn share_state(&mut self, state: ContextMap) {
        self.insert_extension(state);
    }

    /// The side that the middleware runs on.
    #[must_use]
    pub fn side(&self) -> Side {
        match &self.0 {
            Kind::Client(_) => Side::Client,
            Kind::Server(_) => Side::Server,
        }
    }

    /// The IDL name of the service.
    #[must_use]
    pub fn service(&self) -> &str {
        match &self.0 {
            Kind::Client(call) => call.outgoing.service_name(),
            Kind::Server(cx) => cx.service(),
        }
    }

    /// The IDL name of the method.
    #[must_use]
    pub fn method(&self) -> &str {
        match &self.0 {
            Kind::Client(call) => call.outgoing.method_name(),
            Kind::Server(cx) => cx.method(),
        }
    }

    /// Who sends how many messages.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match &self.0 {
            Kind::Client(call) => call.outgoing.method.mode,
            Kind::Server(cx) => cx.mode(),
        }
    }

    /// The wire by Kitex's name, e.g. `TTHeaderStreaming` or `Framed`.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        match &self.0 {
            Kind::Client(call) => call.protocol,
            Kind::Server(cx) => cx.protocol(),
        }
    }

    /// Name of the calling service; empty if the call does not carry it.
    #[must_use]
    pub fn caller(&self) -> &str {
        match &self.0 {
            Kind::Client(call) => &call.outgoing.caller,
            Kind::Server(cx) => cx.caller(),
        }
    }

    /// The name that the called service has in the registry. A server does not know that name: there,
    /// it is the IDL name.
    #[must_use]
    pub fn destination(&self) -> &str {
        match &self.0 {
            Kind::Client(call) => &call.outgoing.destination,
            Kind::Server(cx) => cx.service(),
        }
    }

    /// At the client, the address where the call was made, or was tried last. `None` before the first
    /// attempt, and at the server.
    #[must_use]
    pub fn endpoint(&self) -> Option<Endpoint> {
        match &self.0 {
            Kind::Client(call) => lock(&call.endpoint.0).clone(),
            Kind::Server(_) => None,
        }
    }

    /// At the server, the address of the peer of the connection. `None` at the client, which has
    /// [`endpoint`](Self::endpoint).
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.context()?.peer()
    }

    /// At the server, the certificates by which the client has shown who it is; see
    /// [`Context::peer_certificates`]. Empty at the client, and without mutual TLS.
    #[must_use]
    pub fn peer_certificates(&self) -> &[Bytes] {
        self.context().map_or(&[], Context::peer_certificates)
    }

    /// When the call must be over.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let deadline = self.time_limit()?;
        Some(deadline.at.into_std())
    }

    /// Time left until [`deadline`](Self::deadline); zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.time_limit().map(|deadline| deadline.remaining())
    }

    fn time_limit(&self) -> Option<Deadline> {
        match &self.0 {
            Kind::Client(call) => call.outgoing.deadline,
            Kind::Server(cx) => cx.time_limit(),
        }
    }

    /// The header of the request, where the wire has one (gRPC).
    #[must_use]
    pub fn header(&self) -> &Metadata {
        match &self.0 {
            Kind::Client(call) => &call.outgoing.header,
            Kind::Server(cx) => cx.header(),
        }
    }

    /// A transient metainfo value of the call; see [`Context::metainfo`].
    #[must_use]
    pub fn metainfo(&self, key: &str) -> Option<&str> {
        self.values().transient(key)
    }

    /// A metainfo value meant for every hop of the chain.
    #[must_use]
    pub fn persistent_metainfo(&self, key: &str) -> Option<&str> {
        self.values().persistent.get(key)
    }

    fn values(&self) -> &Metainfo {
        match &self.0 {
            Kind::Client(call) => &call.metainfo,
            Kind::Server(cx) => cx.values(),
        }
    }

    /// Values that the program has added to the call, by their types, as to Kitex's contextmap. They
    /// are fixed once the stream exists or the handler runs.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        match &self.0 {
            Kind::Client(call) => &call.extensions,
            Kind::Server(cx) => cx.extensions(),
        }
    }

    /// At the server, the context of the call, which the handler is given too.
    #[must_use]
    pub fn context(&self) -> Option<&Context> {
        match &self.0 {
            Kind::Client(_) => None,
            Kind::Server(cx) => Some(cx),
        }
    }
}

impl fmt::Debug for CallInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallInfo")
            .field("side", &self.side())
            .field("service", &self.service())
            .field("method", &self.method())
            .field("mode", &self.mode())
            .field("protocol", &self.protocol())
            .finish_non_exhaustive()
    }
}
