//! What a handler knows of the call it serves.

mod answer;
mod changed;
mod life;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use faststr::FastStr;
use http::Extensions;

use crate::call::{Answer, CallAbilities, Cancellation, Deadline, Incoming, Names, StopStages};
use crate::metadata::Metadata;
use crate::metainfo::{self, Metainfo};
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo};

/// The call a handler serves: who calls, with which metainfo, until when.
///
/// Hand it to the calls that the handler makes itself, with `.context(&cx)`: they inherit
/// deadline, cancellation and metainfo, so that a cancel reaches every service downstream, with
/// its reason. Clones are cheap and share everything; the `with_` methods make a context that
/// differs in one value and still ends with this one.
#[derive(Debug, Clone, Default)]
pub struct Context(Arc<Inner>);

#[derive(Debug, Clone, Default)]
struct Inner {
    call: Option<Call>,
    /// `None`: there is none, as on most calls. Thousands of idle streams each have a context.
    metainfo: Option<Box<Metainfo>>,
    /// Boxed for the same reason.
    deadline: Option<Box<Deadline>>,
    /// `None`: nothing ends this context.
    cancellation: Option<Cancellation>,
    /// What the handler of a call without stream sends besides its result.
    answer: Option<Arc<Mutex<Answer>>>,
    /// What few requests have. Boxed, because thousands of idle streams each have a context.
    sent: Option<Box<Sent>>,
    /// Shared by all contexts that were made from one context.
    extensions: Option<Arc<Extensions>>,
}

/// What the request of a call says besides its metainfo.
#[derive(Debug, Clone, Default)]
struct Sent {
    /// The header that the caller sent.
    header: Metadata,
    /// What the call is named, where the server has no table of its service.
    names: Option<Arc<Names>>,
}

/// The call that a context belongs to.
#[derive(Debug, Clone)]
struct Call {
    service: &'static ServiceInfo,
    method: &'static MethodInfo,
    caller: FastStr,
    peer: Option<SocketAddr>,
    certificates: Option<Arc<Vec<Bytes>>>,
    abilities: &'static CallAbilities,
    /// How far the server has come with its stop.
    stop: StopStages,
}

impl Context {
    /// A context that belongs to no call: never cancelled, without deadline and metainfo. For
    /// unit tests of handlers, and as the root of calls that share a deadline or metainfo.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The context of a call that a server serves. In `answer`, the handler of a call without
    /// stream collects what the server sends together with the result.
    pub(crate) fn serving(
        (service, method): (&'static ServiceInfo, &'static MethodInfo),
        incoming: Incoming,
        stop: StopStages,
        cancellation: Cancellation,
        answer: Option<Arc<Mutex<Answer>>>,
    ) -> Self {
        let metainfo = Metainfo::from_wire(&incoming.metadata);
        let has_header = incoming.abilities.header.is_some() && !incoming.metadata.is_empty();
        let deadline = incoming.timeout.map(Deadline::after);
        Self(Arc::new(Inner {
            call: Some(Call {
                service,
                method,
                caller: incoming.caller,
                peer: incoming.peer,
                certificates: incoming.certificates,
                abilities: incoming.abilities,
                stop,
            }),
            metainfo: boxed(metainfo),
            deadline: deadline.map(Box::new),
            cancellation: Some(cancellation),
            answer,
            sent: has_header.then(|| {
                Box::new(Sent {
                    header: incoming.metadata,
                    names: None,
                })
            }),
            ..Inner::default()
        }))
    }

    /// The context of a call that is named by its request.
    pub(crate) fn named(mut self, names: &Arc<Names>) -> Self {
        let sent = self.inner().sent.get_or_insert_default();
        sent.names = Some(Arc::clone(names));
        self
    }

    /// The IDL name of the service, as this server serves it. For a
    /// [`BinaryHandler`](crate::server::BinaryHandler), it is the name in the request: empty over Framed
    /// and Buffered, which carry none.
    #[must_use]
    pub fn service(&self) -> &str {
        match self.names() {
            Some(names) => &names.service,
            None => self.0.call.as_ref().map_or("", |call| call.service.name),
        }
    }

    /// The IDL name of the method.
    #[must_use]
    pub fn method(&self) -> &str {
        match self.names() {
            Some(names) => &names.method,
            None => self.0.call.as_ref().map_or("", |call| call.method.name),
        }
    }

    /// What stands before the service in a path of gRPC: the package of a Protobuf IDL, the last part of
    /// the Go namespace of a Thrift IDL; empty without one. For a
    /// [`BinaryHandler`](crate::server::BinaryHandler), it is that of the request, and empty on wires
    /// that carry none.
    #[must_use]
    pub fn package(&self) -> &str {
        match self.names() {
            Some(names) => &names.package,
            None => self.0.call.as_ref().map_or("", |call| call.service.package),
        }
    }

    /// How the messages of the call are encoded; Thrift for a context that belongs to no call.
    #[must_use]
    pub fn payload(&self) -> PayloadCodec {
        let call = self.0.call.as_ref();
        call.map_or(PayloadCodec::Thrift, |call| call.service.payload)
    }

    /// The name of the method, without a copy.
    pub(crate) fn shared_method(&self) -> FastStr {
        let known = || self.0.call.as_ref().map_or("", |call| call.method.name);
        match self.names() {
            Some(names) => names.method.clone(),
            None => FastStr::from_static_str(known()),
        }
    }

    /// What the request calls itself, where the server has no table of the service.
    fn names(&self) -> Option<&Names> {
        self.0.sent.as_ref()?.names.as_deref()
    }

    /// Who sends how many messages; ping-pong for a context that belongs to no call. For a
    /// [`BinaryHandler`](crate::server::BinaryHandler), it is what the wire tells: ping-pong, oneway or
    /// bidirectional.
    #[must_use]
    pub fn mode(&self) -> Mode {
        let call = self.0.call.as_ref();
        call.map_or(Mode::PingPong, |call| call.method.mode)
    }

    /// Name of the calling service; empty where the wire does not tell, as on streams of a Kitex
    /// client.
    #[must_use]
    pub fn caller(&self) -> &str {
        self.0.call.as_ref().map_or("", |call| &call.caller)
    }

    /// Address of the peer of the connection.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.call.as_ref()?.peer
    }

    /// The certificates by which the client of the connection has shown who it is, as DER, its own
    /// first. The server has verified them: see `ServerTls::with_client_ca`. Empty without mutual TLS.
    ///
    /// ```
    /// # use streamgen_runtime::{Context, Error, Result};
    /// # fn parse(_: &[u8]) -> Option<String> { None }
    /// fn who(cx: &Context) -> Result<String> {
    ///     let own = cx.peer_certificates().first();
    ///     let name = own.and_then(|der| parse(der)); // by a crate such as x509-parser
    ///     name.ok_or_else(|| Error::application("this client has not said who it is"))
    /// }
    /// ```
    #[must_use]
    pub fn peer_certificates(&self) -> &[Bytes] {
        let call = self.0.call.as_ref();
        let shown = call.and_then(|call| call.certificates.as_deref());
        shown.map_or(&[], Vec::as_slice)
    }

    /// The wire by Kitex's name, e.g. `TTHeaderStreaming` or `Framed`.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.0.call.as_ref().map_or("", |call| call.abilities.wire)
    }

    /// A transient metainfo value: set with [`Context::with_metainfo`], by the caller, or by the
    /// hop before the caller, in this order. Keys are case-sensitive.
    #[must_use]
    pub fn metainfo(&self, key: &str) -> Option<&str> {
        self.values().transient(key)
    }

    /// A metainfo value meant for every hop of the chain.
    #[must_use]
    pub fn persistent_metainfo(&self, key: &str) -> Option<&str> {
        self.values().persistent.get(key)
    }

    /// All transient values that the caller set for this hop.
    #[must_use]
    pub fn all_metainfo(&self) -> &Metadata {
        &self.values().received
    }

    /// All persistent values.
    #[must_use]
    pub fn all_persistent_metainfo(&self) -> &Metadata {
        &self.values().persistent
    }

    /// The header that the caller sent with `.header(…)`, on gRPC; empty on other wires.
    #[must_use]
    pub fn header(&self) -> &Metadata {
        static EMPTY: Metadata = Metadata::new();
        let sent = self.0.sent.as_ref();
        sent.map_or(&EMPTY, |sent| &sent.header)
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    pub(crate) fn cancellation(&self) -> Option<&Cancellation> {
        self.0.cancellation.as_ref()
    }

    pub(crate) fn values(&self) -> &Metainfo {
        self.0.metainfo.as_deref().unwrap_or(&metainfo::EMPTY)
    }
}

fn boxed(metainfo: Metainfo) -> Option<Box<Metainfo>> {
    (metainfo != crate::metainfo::EMPTY).then(|| Box::new(metainfo))
}

#[cfg(test)]
mod tests;
