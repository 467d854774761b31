//! The calls of one service.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use faststr::FastStr;

use super::channel::Channel;
use super::checks;
use super::hooked::{self, Layers};
use super::life::Running;
use super::methods::Methods;
use super::observe;
use super::options::CallOptions;
use super::ping_pong::{OneWayCall, PingPongCall};
use super::reach::At;
use super::streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use super::targets::Targets;
use super::unary::UnaryCall;
use crate::call::Outgoing;
use crate::codec::Message;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metadata::Metadata;
use crate::metainfo::TransientPropagation;
use crate::middleware::{Response, StreamHooks};
use crate::propagation;
use crate::reply::Throws;
use crate::service::{MethodInfo, Mode, ServiceInfo};
use crate::streaming::{self, ClientEnd, RecvTimeout};
use crate::wire::ClientRaw;
use crate::wire::client::{StreamWire, UnaryWire, Wire};

/// Makes the calls of one service over a [`Channel`]. A generated client consists of this type.
/// Cloning is cheap.
///
/// For generated code: `method` is an index into the methods of the service. A call in another mode
/// than its method's fails when it is awaited, without sending anything (statement 92).
#[derive(Clone)]
pub struct ServiceClient(Arc<Bound>);

struct Bound {
    methods: Methods,
    channel: Channel,
    /// The wire of streams, looked up when the client is made. If it is an error, each call on a
    /// stream fails with it.
    stream: Result<Arc<dyn StreamWire>>,
    unary: Result<Arc<dyn UnaryWire>>,
    /// The wire of unary calls over a stream.
    over_stream: Result<Arc<dyn UnaryWire>>,
}

/// Reads a reply: the return value, or the exception that the IDL declares.
pub(super) type Decode<W, E> = fn(&Bytes) -> Result<W, E>;

/// What a call without stream returned.
pub(super) struct Exchanged<W> {
    pub(super) value: W,
    pub(super) header: Metadata,
    pub(super) trailer: Metadata,
}

/// A stream that was opened for a call.
pub(super) struct Opened {
    pub(super) raw: Arc<dyn ClientRaw>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    /// The middleware of the stream's messages.
    pub(super) hooks: Option<StreamHooks>,
}

impl ServiceClient {
    /// Makes a client of all methods of a service. If the channel cannot carry the service, the
    /// client's calls fail.
    #[must_use]
    pub fn new(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::all(service), channel)
    }

    /// Makes the client of the classic surface: of the methods that are not
    /// [over a stream](Mode::is_over_stream). Its other calls fail, as with [`Self::new`].
    #[must_use]
    pub fn of_calls(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::calls(service), channel)
    }

    /// Makes the stream client of the classic surface: of the methods that are
    /// [over a stream](Mode::is_over_stream). Its other calls fail, as with [`Self::new`].
    #[must_use]
    pub fn of_streams(service: &'static ServiceInfo, channel: Channel) -> Self {
        Self::of(Methods::over_stream(service), channel)
    }

    pub(super) fn channel(&self) -> &Channel {
        &self.0.channel
    }

    pub(super) fn of(methods: Methods, channel: Channel) -> Self {
        Self(Arc::new(Bound {
            stream: channel.stream_wire(methods),
            unary: channel.unary_wire(methods),
            over_stream: channel.over_stream_wire(methods),
            methods,
            channel,
        }))
    }

    /// # Errors
    /// The channel cannot make the client's calls.
    pub(super) fn check(&self) -> Result<()> {
        let Bound {
            methods,
            stream,
            unary,
            over_stream,
            ..
        } = &*self.0;
        let is_call = |mode: Mode| !mode.is_over_stream();
        let error = [
            stream
                .as_ref()
                .err()
                .filter(|_| methods.have(Mode::is_streaming)),
            unary.as_ref().err().filter(|_| methods.have(is_call)),
            over_stream
                .as_ref()
                .err()
                .filter(|_| methods.have(|mode| mode == Mode::Unary)),
        ];
        let error = error.into_iter().flatten().next();
        error.map_or(Ok(()), |error| Err(error.clone()))
    }

    /// A call of a ping-pong method.
    pub fn ping_pong<A, R, E>(&self, method: usize, args: A) -> PingPongCall<A, R, E> {
        PingPongCall::new(self.clone(), method, Mode::PingPong, args)
    }

    /// A call of a method of [`Mode::Unary`]: a ping-pong call over the wire of streams.
    pub fn over_stream<A, R, E>(&self, method: usize, args: A) -> PingPongCall<A, R, E> {
        PingPongCall::new(self.clone(), method, Mode::Unary, args)
    }

    /// A call of a unary method of a Protobuf IDL.
    pub fn unary<Req, Res>(&self, method: usize, request: Req) -> UnaryCall<Req, Res> {
        UnaryCall::new(self.clone(), method, request)
    }

    /// A call of a oneway method.
    pub fn one_way<A>(&self, method: usize, args: A) -> OneWayCall<A> {
        OneWayCall::new(self.clone(), method, args)
    }

    /// A call of a bidirectional method.
    pub fn bidi_streaming<Req, Res>(&self, method: usize) -> BidiStreamingCall<Req, Res> {
        BidiStreamingCall::new(self.clone(), method)
    }

    /// A call of a client-streaming method.
    pub fn client_streaming<Req, Res>(&self, method: usize) -> ClientStreamingCall<Req, Res> {
        ClientStreamingCall::new(self.clone(), method)
    }

    /// A call of a server-streaming method.
    pub fn server_streaming<Req, Res>(
        &self,
        method: usize,
        request: Req,
    ) -> ServerStreamingCall<Req, Res> {
        ServerStreamingCall::new(self.clone(), method, request)
    }

    /// Opens a stream for the method, which must be of `mode`.
    pub(super) async fn open(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
    ) -> Result<Opened> {
        let Bound {
            channel, stream, ..
        } = &*self.0;
        let defaults = channel.defaults();
        let recv_timeout = options.recv_timeout.or(defaults.recv_timeout);
        let send_timeout = options.send_timeout.or(defaults.send_timeout);
        let wire = stream.as_deref().map_err(Error::clone)?;
        let _running = self.begin(wire)?;
        let own = self.own_target(&mut options, wire)?;
        let middleware = Layers::of(defaults.middleware.as_deref(), &mut options);
        let mut call = self.outgoing(method, mode, options, wire, defaults.stream_timeout)?;
        let observed = observe::begin(&mut call, wire.abilities());
        let at = At {
            client: self,
            wire,
            own: own.as_deref(),
            observed: &observed,
        };
        let opened = match middleware {
            None => {
                let opening = at.open(&call, None);
                let raw = observed.run(pin!(opening)).await;
                raw.map(|raw| (raw, None))
            }
            Some(middleware) => {
                let opening = hooked::open(at, middleware, call);
                observed.run(pin!(opening)).await
            }
        };
        let (raw, hooks) = match opened {
            Ok((raw, hooks)) => (Ok(raw), hooks),
            Err(error) => (Err(error), None),
        };
        let mut raw = observed.stream(raw)?;
        channel.life().opened(Arc::downgrade(&raw));
        if let Some(timeout) = send_timeout {
            streaming::set_send_timeout::<ClientEnd>(&mut raw, timeout);
        }
        Ok(Opened {
            raw,
            recv_timeout,
            hooks,
        })
    }

    /// Makes a call without stream of the method, which must be of `mode`. `decode` reads what came
    /// back.
    pub(super) async fn exchange<A, W, E>(
        &self,
        method: usize,
        mode: Mode,
        args: A,
        mut options: CallOptions,
        decode: Decode<W, E>,
    ) -> Result<Exchanged<W>, E>
    where
        A: Message + Sync,
        W: Response + Send,
        E: Throws,
    {
        let Bound {
            channel,
            unary,
            over_stream,
            ..
        } = &*self.0;
        // Stream clients have no `rpc_timeout`, as in Kitex.
        let (wire, limit) = match mode {
            Mode::Unary => (over_stream, None),
            _ => (unary, channel.defaults().rpc_timeout),
        };
        let wire = wire.as_deref().map_err(Error::clone)?;
        let _running = self.begin(wire)?;
        let own = self.own_target(&mut options, wire)?;
        let client = channel.defaults().middleware.as_deref();
        let client = client.filter(|client| !client.unary.all.is_empty());
        let middleware = Layers::of(client, &mut options);
        let mut call = self.outgoing(method, mode, options, wire, limit)?;
        let observed = observe::begin(&mut call, wire.abilities());
        let at = At {
            client: self,
            wire,
            own: own.as_deref(),
            observed: &observed,
        };
        let Some(middleware) = middleware else {
            let calling = at.call(&call, &args, None);
            let made = observed.run(pin!(calling)).await;
            observed.end(&made);
            let reply = made?;
            return Ok(Exchanged {
                value: decode(&reply.message)?,
                header: reply.header,
                trailer: reply.trailer,
            });
        };
        let calling = hooked::exchange::<A, W, E>(at, middleware, call, args, decode);
        // Boxed, so that calls without middleware are no larger for it.
        let made = observed.run(pin!(Box::pin(calling))).await;
        observed.end(&made);
        made?
    }

    /// Counts a call as running.
    ///
    /// # Errors
    /// The channel is closed.
    fn begin(&self, wire: &(impl Wire + ?Sized)) -> Result<Running<'_>> {
        let begun = self.0.channel.life().begin();
        begun.map_err(|reason| wire.parent_ended(&reason))
    }

    /// Returns the address that the call's own options set.
    ///
    /// # Errors
    /// The address cannot be understood, or the wire cannot use it.
    fn own_target(
        &self,
        options: &mut CallOptions,
        wire: &(impl Wire + ?Sized),
    ) -> Result<Option<Box<Targets>>> {
        let Some(endpoint) = options.address.take().transpose()? else {
            return Ok(None);
        };
        let channel = &self.0.channel;
        channel.check_endpoint(&endpoint, wire.abilities())?;
        Ok(Some(Box::new(Targets::of(endpoint))))
    }

    /// Describes a call.
    ///
    /// # Errors
    /// The method has another mode, the wire cannot carry an option, or the context was cancelled
    /// before.
    fn outgoing(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        wire: &(impl Wire + ?Sized),
        limit: Option<Duration>,
    ) -> Result<Outgoing> {
        let method = self.method(method, mode)?;
        checks::call(&options, wire.abilities())?;
        let ended = |reason: Error| wire.parent_ended(&reason);
        options.check_context().map_err(ended)?;
        let Bound {
            methods, channel, ..
        } = &*self.0;
        let defaults = channel.defaults();
        let propagation = match wire.abilities().propagation {
            true => defaults.propagation,
            false => TransientPropagation::SingleHop,
        };
        let context = options.context.as_ref();
        let caller_method = context.map(Context::method).unwrap_or_default();
        let parent = context.and_then(Context::cancellation).cloned();
        let mut call = Outgoing {
            metainfo: options.metainfo(propagation),
            header: std::mem::take(&mut options.header),
            caller: defaults.caller.clone(),
            caller_method: FastStr::from_static_str(caller_method),
            destination: channel.destination().clone(),
            encoding: options.encoding.or(defaults.encoding),
            deadline: options.deadline(limit),
            connect_timeout: options.connect_timeout.or(defaults.connect_timeout),
            parent,
            ..Outgoing::new(methods.service, method)
        };
        if let Some(context) = &options.context {
            propagation::pass_on(context, &mut call, wire.abilities().http2);
        }
        Ok(call)
    }

    fn method(&self, index: usize, mode: Mode) -> Result<&'static MethodInfo> {
        let service = self.0.methods.service;
        let Some(method) = service.methods.get(index) else {
            let text = format!("service {} has no method number {index}", service.name);
            return Err(Error::invalid_argument(text));
        };
        if method.mode == mode {
            return Ok(method);
        }
        Err(Error::invalid_argument(format!(
            "method {} of service {} is {:?}, called as {mode:?}",
            method.name, service.name, method.mode
        )))
    }
}

impl fmt::Debug for ServiceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceClient")
            .field("service", &self.0.methods.service.name)
            .field("channel", &self.0.channel)
            .finish_non_exhaustive()
    }
}
