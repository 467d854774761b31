//! A call, as its middleware sees it.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;

use super::chains::{Messages, StreamHooks};
use super::exchange::{Exchange, Response, Slot};
use super::recv::ErasedRecv;
use super::send::ErasedSend;
use super::{CallInfo, ContextMap, RecvMiddleware, SendMiddleware};
use crate::codec::{AnyMessage, ApplicationException, Message};
use crate::error::{BizStatusError, Error, ErrorKind, Result};
use crate::metadata::Metadata;
use crate::reply::Throws;
use crate::service::Mode;

/// A call, as its [`Middleware`](super::Middleware) sees it and can change it.
pub struct Calling {
    call: CallInfo,
    /// The business status of the answer.
    biz: Option<Error>,
    kind: Kind,
}

enum Kind {
    Stream(Wrapped),
    Unary(Box<dyn Exchange>),
}

/// The middleware that was put around this stream alone, outermost first.
#[derive(Default)]
struct Wrapped {
    recv: Vec<Arc<dyn ErasedRecv>>,
    send: Vec<Arc<dyn ErasedSend>>,
}

/// The stream of a call, which middleware can wrap; see [`Calling::stream`].
pub struct StreamOf<'a>(&'a mut Wrapped);

impl Calling {
    /// A call that opens a stream.
    pub(crate) fn streaming(call: CallInfo) -> Self {
        Self::of(call, Kind::Stream(Wrapped::default()))
    }

    /// A call without stream.
    pub(crate) fn unary<A: Message, W: Response, E: Throws>(call: CallInfo, request: A) -> Self {
        let slot = Slot::<A, W, E>::new(request);
        Self::of(call, Kind::Unary(Box::new(slot)))
    }

    fn of(call: CallInfo, kind: Kind) -> Self {
        let biz = None;
        Self { call, biz, kind }
    }

    /// The call.
    #[must_use]
    pub fn call(&self) -> &CallInfo {
        &self.call
    }

    /// The request of a call without stream: of Thrift, the generated struct of the arguments
    /// (`EchoArgs`). `None` for a call with a stream, as in Kitex; and at a server behind
    /// [`Next::run`](super::Next::run), when the handler has taken it.
    pub fn request(&mut self) -> Option<&mut dyn AnyMessage> {
        match &mut self.kind {
            Kind::Stream(_) => None,
            Kind::Unary(exchange) => exchange.request(),
        }
    }

    /// The request, if it is a `T`: to look at it, change it or replace it.
    pub fn request_as<T: 'static>(&mut self) -> Option<&mut T> {
        self.request()?.downcast_mut()
    }

    /// The response of a call without stream, behind [`Next::run`](super::Next::run): the return
    /// value, or the exception that the IDL declares. `None` for calls that return nothing: with a
    /// stream, oneway, with an error.
    pub fn response(&mut self) -> Option<&mut dyn AnyMessage> {
        match &mut self.kind {
            Kind::Unary(exchange) if self.call.mode() != Mode::OneWay => exchange.response(),
            _ => None,
        }
    }

    /// The response, if it is a `T`: to look at it, change it or replace it.
    pub fn response_as<T: 'static>(&mut self) -> Option<&mut T> {
        self.response()?.downcast_mut()
    }

    /// Whether the response is an exception that the IDL declares.
    #[must_use]
    pub fn is_exception(&self) -> bool {
        match &self.kind {
            Kind::Stream(_) => false,
            Kind::Unary(exchange) => exchange.is_exception(),
        }
    }

    /// Makes `value` the return value of the call, in place of any that it had.
    ///
    /// # Errors
    /// The method returns another type.
    pub fn set_response<T: 'static>(&mut self, value: T) -> Result<()> {
        let mut value = Some(value);
        let taken = match &mut self.kind {
            Kind::Stream(_) => false,
            Kind::Unary(exchange) => exchange.set_response(&mut value as &mut dyn Any),
        };
        match taken {
            true => Ok(()),
            false => Err(Error::invalid_argument(format!(
                "method {} does not return a {}",
                self.call.method(),
                type_name::<T>()
            ))),
        }
    }

    /// The business status that the call was answered with, behind [`Next::run`](super::Next::run).
    /// It is no error to middleware, as in Kitex. The caller's call fails with it, unless a middleware
    /// sets a response.
    #[must_use]
    pub fn biz_status(&self) -> Option<&BizStatusError> {
        self.biz.as_ref().and_then(Error::biz_status)
    }

    /// The stream of the call, to wrap it. `None` for a call without stream.
    pub fn stream(&mut self) -> Option<StreamOf<'_>> {
        match &mut self.kind {
            Kind::Stream(wrapped) => Some(StreamOf(wrapped)),
            Kind::Unary(_) => None,
        }
    }

    /// Adds a value that belongs to the call: middleware inside, middleware of its messages and the
    /// handler find it by its type, in [`CallInfo::extensions`] and
    /// [`Context::extensions`](crate::Context::extensions). It replaces an earlier value of the type.
    pub fn insert_extension<T: Clone + Send + Sync + 'static>(&mut self, value: T) {
        self.call.insert_extension(value);
    }

    /// Sets a transient metainfo value: of this call at a client, and at a server of the calls that
    /// the handler makes with its context. Empty keys and values cannot travel and are ignored.
    pub fn set_metainfo(&mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) {
        self.call.set_metainfo(key.into(), value.into());
    }

    /// Sets a metainfo value for every hop below; see [`set_metainfo`](Self::set_metainfo).
    pub fn set_persistent_metainfo(&mut self, key: impl Into<FastStr>, value: impl Into<FastStr>) {
        self.call.set_persistent_metainfo(key.into(), value.into());
    }

    /// The call may take no longer than this from now on. At a server, this is the deadline of the
    /// calls that the handler makes with its context.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.call.set_timeout(timeout);
    }

    /// Merges pairs into the header of the request, where the wire has one (gRPC).
    ///
    /// # Errors
    /// This is a server: it has the request already.
    pub fn set_header(&mut self, header: impl Into<Metadata>) -> Result<()> {
        self.call.set_header(header.into())
    }

    /// Makes the call at this address, instead of at the client's; see
    /// [`ClientBuilder::address`](crate::ClientBuilder::address).
    ///
    /// # Errors
    /// The address cannot be understood, or this is a server.
    pub fn set_address(&mut self, address: impl AsRef<str>) -> Result<()> {
        self.call.set_address(address.as_ref())
    }

    /// Puts the map that the call's tracers share among the extensions, unless there is one.
    pub(crate) fn share_state(&mut self) {
        if self.call.extensions().get::<ContextMap>().is_none() {
            self.call.share_state(ContextMap::new());
        }
    }

    pub(super) fn clear(&mut self) {
        self.biz = None;
        if let Kind::Unary(exchange) = &mut self.kind {
            exchange.clear();
        }
    }

    pub(super) fn set_biz(&mut self, error: Error) {
        self.biz = Some(error);
    }

    /// The middleware of the stream's messages, `None` without any.
    pub(crate) fn stream_hooks(&self, messages: &Messages) -> Option<StreamHooks> {
        let messages = match &self.kind {
            Kind::Stream(Wrapped { recv, send }) => messages.inside(recv, send),
            Kind::Unary(_) => return None,
        };
        StreamHooks::of(&messages, || self.call.clone())
    }

    /// The call, and the place of its request and response.
    ///
    /// # Errors
    /// They have other types.
    pub(crate) fn parts<A: Message, W: Response, E: Throws>(
        &mut self,
    ) -> Result<(&CallInfo, &mut Slot<A, W, E>)> {
        let slot = match &mut self.kind {
            Kind::Stream(_) => None,
            Kind::Unary(exchange) => (&mut **exchange as &mut dyn Any).downcast_mut(),
        };
        let slot = slot.ok_or_else(|| Error::invalid_argument("the call has other types"))?;
        Ok((&self.call, slot))
    }

    /// The result of a call without stream, whose middleware has returned `result`.
    pub(crate) fn outcome<A: Message, W: Response, E: Throws>(
        &mut self,
        result: Result<()>,
    ) -> Result<Result<W, E>> {
        result?;
        let (_, slot) = self.parts::<A, W, E>()?;
        match (slot.outcome.take(), self.biz.take()) {
            (Some(outcome), _) => Ok(outcome),
            (None, Some(biz)) => Err(biz),
            (None, None) => Err(no_response()),
        }
    }

    /// The error of a call with a stream whose middleware has returned `result`.
    pub(crate) fn ended(&mut self, result: Result<()>) -> Result<()> {
        match (result, self.biz.take()) {
            (Ok(()), Some(biz)) => Err(biz),
            (result, _) => result,
        }
    }
}

#[cold]
fn no_response() -> Error {
    let text = "a middleware has answered the call without a response";
    Error::new(
        ErrorKind::Application,
        ApplicationException::MISSING_RESULT,
        text,
    )
}

impl StreamOf<'_> {
    /// Puts middleware around each `recv` of this stream alone, outside of all that is there.
    pub fn wrap_recv(&mut self, middleware: impl RecvMiddleware) {
        self.0.recv.insert(0, Arc::new(middleware));
    }

    /// Puts middleware around each `send` of this stream alone, outside of all that is there.
    pub fn wrap_send(&mut self, middleware: impl SendMiddleware) {
        self.0.send.insert(0, Arc::new(middleware));
    }
}

impl fmt::Debug for StreamOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamOf").finish_non_exhaustive()
    }
}

impl fmt::Debug for Calling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Calling")
            .field("call", &self.call)
            .field("biz_status", &self.biz_status())
            .finish_non_exhaustive()
    }
}
