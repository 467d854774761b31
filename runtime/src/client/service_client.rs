//! The calls of one service.

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use faststr::FastStr;
use http::Extensions;
use tokio::time::timeout_at;

use super::channel::Channel;
use super::checks;
use super::life::Running;
use super::methods::Methods;
use super::observe;
use super::options::CallOptions;
use super::ping_pong::{OneWayCall, PingPongCall};
use super::streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use super::targets::Targets;
use super::unary::UnaryCall;
use crate::call::Outgoing;
use crate::codec::Encode;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metainfo::{Metainfo, TransientPropagation};
use crate::middleware::{CallInfo, ClientCall, StreamHooks};
use crate::propagation;
use crate::service::{MethodInfo, Mode, ServiceInfo};
use crate::streaming::{self, ClientEnd, RecvTimeout};
use crate::wire::ClientRaw;
use crate::wire::client::{Abilities, Attempt, BoxFuture, Reply, StreamWire, UnaryWire, Wire};
use crate::wire::io::CONNECT_TIMEOUT;

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
        let mut call = self.outgoing(method, mode, options, wire, defaults.stream_timeout)?;
        let observed = observe::begin(&mut call, wire.abilities());
        let hooks = self.stream_hooks(&call, wire.abilities());
        let open = |to| wire.open(noted(observed.at(to), hooks.as_ref()), &call);
        let reached = self.reach(own.as_deref(), wire, &call, open);
        let opened = observed.run(pin!(reached)).await;
        let mut raw = observed.stream(opened)?;
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

    /// The middleware of the messages of a stream.
    fn stream_hooks(&self, call: &Outgoing, wire: Abilities) -> Option<StreamHooks> {
        let middleware = self.0.channel.defaults().middleware.as_deref()?;
        StreamHooks::of(middleware, || {
            CallInfo::client(ClientCall {
                service: call.service,
                method: call.method,
                protocol: wire.protocol,
                caller: call.caller.clone(),
                destination: call.destination.clone(),
                deadline: call.deadline,
                metainfo: Metainfo::from_wire(&call.metainfo),
                header: call.header.clone(),
                extensions: Extensions::new(),
                endpoint: Mutex::default(),
            })
        })
    }

    /// Makes a call without stream of the method, which must be of `mode`.
    pub(super) async fn call(
        &self,
        method: usize,
        mode: Mode,
        args: &(dyn Encode + Sync),
        mut options: CallOptions,
    ) -> Result<Reply> {
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
        let mut call = self.outgoing(method, mode, options, wire, limit)?;
        let observed = observe::begin(&mut call, wire.abilities());
        let request = observe::Request::new(args);
        let unary = |to| wire.unary(observed.at(to), &call, request.message());
        let reached = self.reach(own.as_deref(), wire, &call, unary);
        let made = observed.run(pin!(reached)).await;
        observed.reply(mode, &request, &made);
        made
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

    /// Makes a call; every call goes through this function. It picks an endpoint and lets `make`
    /// make the call there. It goes on to the next endpoint as long as nothing of the call can have
    /// reached a handler. The call ends early at its deadline, or when the handler that makes it
    /// ends, even during a dial. A call with its `own` address uses no other endpoint.
    async fn reach<'a, T>(
        &'a self,
        own: Option<&'a Targets>,
        wire: &(impl Wire + ?Sized),
        call: &Outgoing,
        make: impl Fn(Attempt<'a>) -> BoxFuture<'a, Result<T>>,
    ) -> Result<T> {
        let channel = &self.0.channel;
        let targets = own.unwrap_or_else(|| channel.targets());
        let limit = call.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
        let mut turn = targets.turn(limit, call.deadline);
        let made = async {
            loop {
                match make(turn.attempt()).await {
                    Err(error) if error.is_retryable() && turn.go_on(&error) => {}
                    Err(error) if error.is_retryable() => return Err(error),
                    made => {
                        turn.reached();
                        return made;
                    }
                }
            }
        };
        let ended = tokio::select! {
            biased;
            ended = within(call, made) => ended,
            reason = channel.life().killed() => Ended::ByParent(reason),
        };
        match ended {
            Ended::Made(made) => made,
            Ended::DeadlinePassed => Err(wire.deadline_passed(call, turn.endpoint())),
            Ended::ByParent(reason) => Err(wire.parent_ended(&reason)),
        }
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

/// Tells the call's hooks where the attempt goes.
fn noted<'a>(to: Attempt<'a>, hooks: Option<&StreamHooks>) -> Attempt<'a> {
    if let Some(hooks) = hooks {
        hooks.call.goes_to(to.endpoint);
    }
    to
}

/// The event that ended a call first.
enum Ended<T> {
    Made(Result<T>),
    DeadlinePassed,
    ByParent(Error),
}

async fn within<T>(call: &Outgoing, made: impl Future<Output = Result<T>>) -> Ended<T> {
    let made = async {
        match call.deadline {
            None => Ended::Made(made.await),
            Some(deadline) => timeout_at(deadline.at, made)
                .await
                .map_or(Ended::DeadlinePassed, Ended::Made),
        }
    };
    match &call.parent {
        None => made.await,
        Some(parent) => tokio::select! {
            biased;
            made = made => made,
            reason = parent.cancelled() => Ended::ByParent(reason),
        },
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
