//! What all calls of a client share.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;
use tokio::time::timeout_at;

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
use crate::metainfo::TransientPropagation;
use crate::service::{MethodInfo, Mode, ServiceInfo};
use crate::streaming::RecvTimeout;
use crate::wire::client::{Attempt, BoxFuture, Reply, Wire};
use crate::wire::grpc::compression::Encoding;
use crate::wire::io::CONNECT_TIMEOUT;
use crate::wire::{RawStream, Wires};

/// The connections and settings behind a client. Clones share them.
///
/// For generated code: `method` is an index into the methods of the service. A call in another
/// mode than the method's fails when it is awaited, and nothing is sent (statement 92).
#[derive(Clone)]
pub struct Channel(Arc<Shared>);

struct Shared {
    service: &'static ServiceInfo,
    destination: FastStr,
    targets: Targets,
    defaults: Defaults,
    wires: Wires,
}

/// What holds for calls that say nothing else.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    pub(super) caller: FastStr,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) rpc_timeout: Option<Duration>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    pub(super) propagation: TransientPropagation,
    /// How messages are compressed (gRPC).
    pub(super) encoding: Option<Encoding>,
}

/// A stream that was opened for a call.
pub(super) struct Opened {
    pub(super) raw: Arc<dyn RawStream>,
    pub(super) recv_timeout: Option<RecvTimeout>,
}

impl Channel {
    pub(super) fn new(
        service: &'static ServiceInfo,
        destination: FastStr,
        targets: Targets,
        defaults: Defaults,
        wires: Wires,
    ) -> Self {
        Self(Arc::new(Shared {
            service,
            destination,
            targets,
            defaults,
            wires,
        }))
    }

    /// A call of a ping-pong method.
    pub fn ping_pong<A, R, E>(&self, method: usize, args: A) -> PingPongCall<A, R, E> {
        PingPongCall::new(self.clone(), method, args)
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
        options: CallOptions,
    ) -> Result<Opened> {
        let Shared {
            defaults, wires, ..
        } = &*self.0;
        let recv_timeout = options.recv_timeout.or(defaults.recv_timeout);
        let wire = wires.stream.as_deref().ok_or_else(no_such_method)?;
        let call = self.outgoing(method, mode, options, wire, None)?;
        let observed = observe::begin(&call, wire.abilities().protocol);
        let open = |to| wire.open(observed.at(to), &call);
        let opened = observed.run(pin!(self.reach(wire, &call, open))).await;
        let raw = observed.stream(opened)?;
        Ok(Opened { raw, recv_timeout })
    }

    /// Makes a ping-pong or oneway call of the method, which must be of `mode`.
    pub(super) async fn call(
        &self,
        method: usize,
        mode: Mode,
        args: &(dyn Encode + Sync),
        options: CallOptions,
    ) -> Result<Reply> {
        let Shared {
            defaults, wires, ..
        } = &*self.0;
        let wire = wires.unary.as_deref().ok_or_else(no_such_method)?;
        let limit = defaults.rpc_timeout;
        let call = self.outgoing(method, mode, options, wire, limit)?;
        let observed = observe::begin(&call, wire.abilities().protocol);
        let unary = |to| wire.unary(observed.at(to), &call, args);
        let made = observed.run(pin!(self.reach(wire, &call, unary))).await;
        observed.end(&made);
        made
    }

    /// Describes a call.
    ///
    /// # Errors
    /// A method of another mode; a context that was cancelled before.
    fn outgoing(
        &self,
        method: usize,
        mode: Mode,
        mut options: CallOptions,
        wire: &(impl Wire + ?Sized),
        limit: Option<Duration>,
    ) -> Result<Outgoing> {
        let method = self.method(method, mode)?;
        let ended = |reason: Error| wire.parent_ended(&reason);
        options.check_context().map_err(ended)?;
        let Shared {
            service,
            destination,
            defaults,
            ..
        } = &*self.0;
        let propagation = match wire.abilities().propagation {
            true => defaults.propagation,
            false => TransientPropagation::SingleHop,
        };
        let context = options.context.as_ref();
        let caller_method = context.map(Context::method).unwrap_or_default();
        Ok(Outgoing {
            metainfo: options.metainfo(propagation),
            header: std::mem::take(&mut options.header),
            caller: defaults.caller.clone(),
            caller_method: FastStr::from_static_str(caller_method),
            destination: destination.clone(),
            encoding: options.encoding.or(defaults.encoding),
            deadline: options.deadline(limit),
            connect_timeout: defaults.connect_timeout,
            parent: options
                .context
                .as_ref()
                .and_then(Context::cancellation)
                .cloned(),
            ..Outgoing::new(service, method)
        })
    }

    /// The one way of every call: picks an endpoint, lets `make` make the call there, and goes on to
    /// the next endpoint as long as nothing of the call can have reached a handler. The call's
    /// deadline ends it, and so does the handler that makes it, also while it waits for a dial.
    async fn reach<'a, T>(
        &'a self,
        wire: &(impl Wire + ?Sized),
        call: &Outgoing,
        make: impl Fn(Attempt<'a>) -> BoxFuture<'a, Result<T>>,
    ) -> Result<T> {
        let Shared {
            targets, defaults, ..
        } = &*self.0;
        let limit = defaults.connect_timeout.unwrap_or(CONNECT_TIMEOUT);
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
        match within(call, made).await {
            Ended::Made(made) => made,
            Ended::DeadlinePassed => Err(wire.deadline_passed(call, turn.endpoint())),
            Ended::ByParent(reason) => Err(wire.parent_ended(&reason)),
        }
    }

    fn method(&self, index: usize, mode: Mode) -> Result<&'static MethodInfo> {
        let service = self.0.service;
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

/// A service without any method of the kind that is called.
#[cold]
fn no_such_method() -> Error {
    Error::invalid_argument("the service has no method of this kind")
}

/// What came first.
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

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared {
            service,
            destination,
            targets,
            defaults,
            ..
        } = &*self.0;
        f.debug_struct("Channel")
            .field("service", &service.name)
            .field("destination", destination)
            .field("targets", targets)
            .field("defaults", defaults)
            .finish_non_exhaustive()
    }
}
