//! The options of a single call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Deadline, Encoding, Names};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::metainfo::{Metainfo, TransientPropagation};
use crate::middleware::ErasedCall;
use crate::streaming::RecvTimeout;
use crate::wire::io::Endpoint;

/// A call under way.
pub type CallFuture<T, E = Error> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// The options of one call. For an option that is not set, the channel's value holds.
#[derive(Debug, Default)]
pub(super) struct CallOptions {
    pub(super) timeout: Option<Duration>,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    pub(super) send_timeout: Option<Duration>,
    pub(super) metainfo: Metainfo,
    pub(super) context: Option<Context>,
    /// Sent besides metainfo, where the wire has a header for it (gRPC).
    pub(super) header: Metadata,
    pub(super) encoding: Option<Encoding>,
    /// The address that the call uses instead of the channel's addresses.
    pub(super) address: Option<Result<Endpoint>>,
    /// The call's own middleware, outermost first.
    pub(super) middleware: OwnMiddleware,
    /// What the call is named, for a client that has no table of the service.
    pub(super) names: Option<Arc<Names>>,
}

/// The middleware of one call.
#[derive(Default)]
pub(super) struct OwnMiddleware(pub(super) Vec<Arc<dyn ErasedCall>>);

impl fmt::Debug for OwnMiddleware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OwnMiddleware").field(&self.0.len()).finish()
    }
}

impl CallOptions {
    /// # Errors
    /// Why the context was cancelled, if it was: such a call must not begin.
    pub(super) fn check_context(&self) -> Result<()> {
        match self.context.as_ref().and_then(Context::cancel_reason) {
            Some(reason) => Err(reason.clone()),
            None => Ok(()),
        }
    }

    /// When the call must be over: by its own timeout or `default`, and by its context's deadline.
    pub(super) fn deadline(&self, default: Option<Duration>) -> Option<Deadline> {
        let own = self.timeout.or(default).map(Deadline::after);
        Deadline::sooner(own, self.context.as_ref().and_then(Context::time_limit))
    }

    /// The string pairs that carry the call's metainfo.
    pub(super) fn metainfo(&mut self, propagation: TransientPropagation) -> Metadata {
        if let Some(context) = &self.context {
            self.metainfo.inherit(context.values(), propagation);
        }
        self.metainfo.to_wire()
    }
}

/// The options that every call has.
macro_rules! call_options {
    ($timeout:literal) => {
        #[doc = $timeout]
        pub fn timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// Adds a transient metainfo value: the handler sees it, services behind it do not.
        /// Empty keys and values cannot travel and are ignored. Framed and Buffered carry no
        /// metainfo: there the call fails, and nothing is sent.
        pub fn metainfo(
            mut self,
            key: impl Into<faststr::FastStr>,
            value: impl Into<faststr::FastStr>,
        ) -> Self {
            self.options
                .metainfo
                .set_transient(key.into(), value.into());
            self
        }

        /// Adds a persistent metainfo value: every service down the chain sees it. Not over Framed
        /// and Buffered; see [`metainfo`](Self::metainfo).
        pub fn persistent_metainfo(
            mut self,
            key: impl Into<faststr::FastStr>,
            value: impl Into<faststr::FastStr>,
        ) -> Self {
            self.options
                .metainfo
                .set_persistent(key.into(), value.into());
            self
        }

        /// Merges pairs into the header of the request: the handler sees them in its context. gRPC
        /// only; a call on another wire fails. Values of `-bin` keys are set by
        /// [`Metadata::insert_bin`](crate::Metadata::insert_bin).
        pub fn header(mut self, header: impl Into<crate::metadata::Metadata>) -> Self {
            self.options.header.merge(header.into());
            self
        }

        /// Compresses the messages that this call sends, instead of the client's setting. gRPC
        /// only; a call on another wire fails.
        pub fn encoding(mut self, encoding: $crate::call::Encoding) -> Self {
            self.options.encoding = Some(encoding);
            self
        }

        /// Makes the call at this address instead of at the channel's addresses, as Kitex's
        /// `WithHostPort` does. The address has one of the forms of
        /// [`ClientBuilder::address`](crate::ClientBuilder::address); a call with an unusable
        /// address fails. The connections to this address are pooled like those to other addresses.
        pub fn address(mut self, address: impl AsRef<str>) -> Self {
            self.options.address = Some($crate::wire::io::Endpoint::parse(address.as_ref()));
            self
        }

        /// How long this call may take to reach a server, instead of the channel's
        /// [`connect_timeout`](crate::ClientBuilder::connect_timeout), as Kitex's
        /// `callopt.WithConnectTimeout` does. A call that finds a connection does not connect.
        pub fn connect_timeout(mut self, timeout: std::time::Duration) -> Self {
            self.options.connect_timeout = Some(timeout);
            self
        }

        /// Adds middleware around this call alone, as Kitex's `WithContextMiddlewares` does: outside
        /// of the client's [`middleware`](crate::ClientBuilder::middleware), and inside of what the
        /// client has for one kind of call. The first that is added is the outermost.
        pub fn middleware(mut self, middleware: impl $crate::middleware::Middleware) -> Self {
            let middleware = std::sync::Arc::new(middleware);
            self.options.middleware.0.push(middleware);
            self
        }

        /// Makes the call on behalf of the handler that was given `cx`: it inherits deadline and
        /// metainfo, and ends with the handler's own call, for the same reason.
        pub fn context(mut self, cx: &$crate::context::Context) -> Self {
            self.options.context = Some(cx.clone());
            self
        }
    };
}

pub(super) use call_options;

/// What a client of bytes calls, which learns the names while it runs.
macro_rules! named_call {
    () => {
        /// Names the method, whose number says only how it talks.
        pub(super) fn named(mut self, names: std::sync::Arc<$crate::call::Names>) -> Self {
            self.options.names = Some(names);
            self
        }
    };
}

pub(super) use named_call;
