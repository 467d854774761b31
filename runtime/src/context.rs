//! What a handler knows of the call it serves.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use faststr::FastStr;

use crate::cancellation::Cancellation;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::metadata::Metadata;
use crate::metainfo::{self, Metainfo};
use crate::service::{MethodInfo, ServiceInfo};

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
    backward: Option<Arc<Mutex<Metadata>>>,
}

/// The call that a context belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) service: &'static ServiceInfo,
    pub(crate) method: &'static MethodInfo,
    pub(crate) caller: FastStr,
    pub(crate) peer: Option<SocketAddr>,
    pub(crate) protocol: &'static str,
}

impl Context {
    /// A context that belongs to no call: never cancelled, without deadline and metainfo. For
    /// unit tests of handlers, and as the root of calls that share a deadline or metainfo.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn of_stream(
        call: Call,
        metainfo: Metainfo,
        cancellation: Cancellation,
        timeout: Option<Duration>,
    ) -> Self {
        Self(Arc::new(Inner {
            call: Some(call),
            metainfo: boxed(metainfo),
            cancellation: Some(cancellation),
            deadline: timeout.map(|timeout| Box::new(Deadline::after(timeout))),
            ..Inner::default()
        }))
    }

    pub(crate) fn of_ping_pong(
        call: Call,
        metainfo: Metainfo,
        cancellation: Cancellation,
        timeout: Option<Duration>,
    ) -> Self {
        Self(Arc::new(Inner {
            call: Some(call),
            metainfo: boxed(metainfo),
            cancellation: Some(cancellation),
            deadline: timeout.map(|timeout| Box::new(Deadline::after(timeout))),
            backward: Some(Arc::default()),
        }))
    }

    /// The IDL name of the service, as this server serves it.
    #[must_use]
    pub fn service(&self) -> &'static str {
        self.0.call.as_ref().map_or("", |call| call.service.name)
    }

    /// The IDL name of the method.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.0.call.as_ref().map_or("", |call| call.method.name)
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

    /// The wire by Kitex's name, e.g. `TTHeaderStreaming` or `Framed`.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.0.call.as_ref().map_or("", |call| call.protocol)
    }

    /// A transient metainfo value: set with [`Context::with_metainfo`], by the caller, or by the
    /// hop before the caller, in this order. Keys are case-sensitive.
    #[must_use]
    pub fn metainfo(&self, key: &str) -> Option<&str> {
        let metainfo = self.values();
        [&metainfo.transient, &metainfo.received, &metainfo.upstream]
            .into_iter()
            .find_map(|map| map.get(key))
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

    /// Sends a value back with the reply of a ping-pong call, on wires that can carry it (TTHeader).
    /// Streams have header and trailer instead: there, and on a context of no call, this does
    /// nothing and returns false.
    pub fn send_backward(&self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> bool {
        let Some(backward) = &self.0.backward else {
            return false;
        };
        let mut backward = backward.lock().unwrap_or_else(PoisonError::into_inner);
        backward.insert(key, value);
        true
    }

    /// When the caller gives up, if it said so. TTHeader Streaming tells no deadline (statement 74).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let deadline = self.time_limit()?;
        Some(deadline.at.into_std())
    }

    /// Time left until [`Context::deadline`]; zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.time_limit().map(|deadline| deadline.remaining())
    }

    /// Waits until the call is cancelled: by its caller, by a lost connection, by its deadline,
    /// or, in a task that outlives it, by the handler's return (12012). Gives the reason.
    ///
    /// Cancel safe.
    pub async fn cancelled(&self) -> Error {
        match &self.0.cancellation {
            Some(cancellation) => cancellation.cancelled().await,
            None => std::future::pending().await,
        }
    }

    /// Why the call was cancelled; `None` while it was not.
    #[must_use]
    pub fn cancel_reason(&self) -> Option<&Error> {
        self.0.cancellation.as_ref()?.reason()
    }

    /// The same context with a transient metainfo value for the calls made with it. Empty keys
    /// and values cannot travel and are ignored.
    #[must_use]
    pub fn with_metainfo(mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) -> Self {
        self.metainfo_mut().set_transient(key.into(), value.into());
        self
    }

    /// The same context with a metainfo value for every hop below.
    #[must_use]
    pub fn with_persistent_metainfo(
        mut self,
        key: impl Into<FastStr>,
        value: impl Into<FastStr>,
    ) -> Self {
        self.metainfo_mut().set_persistent(key.into(), value.into());
        self
    }

    /// The same context with a deadline `timeout` from now, unless it has a sooner one.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        let sooner = Deadline::sooner(self.time_limit(), Some(Deadline::after(timeout)));
        self.inner().deadline = sooner.map(Box::new);
        self
    }

    fn metainfo_mut(&mut self) -> &mut Metainfo {
        self.inner().metainfo.get_or_insert_default()
    }

    fn inner(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    pub(crate) fn time_limit(&self) -> Option<Deadline> {
        self.0.deadline.as_deref().copied()
    }

    pub(crate) fn cancellation(&self) -> Option<&Cancellation> {
        self.0.cancellation.as_ref()
    }

    pub(crate) fn values(&self) -> &Metainfo {
        self.0.metainfo.as_deref().unwrap_or(&metainfo::EMPTY)
    }

    /// Takes what [`Context::send_backward`] gathered.
    pub(crate) fn take_backward(&self) -> Metadata {
        match &self.0.backward {
            Some(backward) => {
                std::mem::take(&mut *backward.lock().unwrap_or_else(PoisonError::into_inner))
            }
            None => Metadata::new(),
        }
    }
}

fn boxed(metainfo: Metainfo) -> Option<Box<Metainfo>> {
    (metainfo != crate::metainfo::EMPTY).then(|| Box::new(metainfo))
}
