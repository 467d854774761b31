//! What all calls of a client share.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use faststr::FastStr;
use tokio::time::timeout_at;

use super::grpc::GrpcCalls;
use super::options::CallOptions;
use super::ping_pong::{OneWayCall, PingPongCall};
use super::streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use super::targets::Targets;
use super::unary::UnaryCall;
use crate::codec::Encode;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::metainfo::TransientPropagation;
use crate::service::{MethodInfo, Mode, ServiceInfo, Transport, UnaryTransport};
use crate::stream::deadline_error;
use crate::streaming::RecvTimeout;
use crate::transport::RawStream;
use crate::transport::grpc::compression::Encoding;
use crate::transport::grpc::of_parent;
use crate::transport::pingpong::{PingPongPool, PingPongReply, PingPongRequest, PoolConfig};
use crate::transport::ttstream::client::{ClientConfig, Connector, OpenRequest};

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
    streams: Connector,
    calls: PingPongPool,
    /// Carries all calls, if there is one.
    grpc: Option<GrpcCalls>,
}

/// What holds for calls that say nothing else.
#[derive(Debug)]
pub(super) struct Defaults {
    pub(super) transport: Transport,
    pub(super) unary_transport: UnaryTransport,
    pub(super) caller: FastStr,
    pub(super) connect_timeout: Option<Duration>,
    pub(super) rpc_timeout: Option<Duration>,
    pub(super) recv_timeout: Option<RecvTimeout>,
    pub(super) propagation: TransientPropagation,
    /// How messages are compressed (gRPC).
    pub(super) encoding: Option<Encoding>,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            transport: Transport::TtHeaderStreaming,
            unary_transport: UnaryTransport::default(),
            caller: FastStr::empty(),
            connect_timeout: None,
            rpc_timeout: None,
            recv_timeout: None,
            propagation: TransientPropagation::default(),
            encoding: None,
        }
    }
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
        streams: ClientConfig,
        calls: PoolConfig,
        grpc: Option<GrpcCalls>,
    ) -> Self {
        let (streams, calls) = (Connector::new(streams), PingPongPool::new(calls));
        Self(Arc::new(Shared {
            service,
            destination,
            targets,
            defaults,
            streams,
            calls,
            grpc,
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
        mut options: CallOptions,
    ) -> Result<Opened> {
        let (index, method) = (method, self.method(method, mode)?);
        let Shared {
            service,
            targets,
            defaults,
            streams,
            grpc,
            ..
        } = &*self.0;
        let deadline = options.deadline(None);
        if let Some(grpc) = grpc {
            options
                .check_context()
                .map_err(|reason| of_parent(&reason))?;
            let recv_timeout = options.recv_timeout.or(defaults.recv_timeout);
            let call = grpc.call(index, mode, options, defaults, deadline)?;
            let raw = grpc.open(targets, call).await?;
            return Ok(Opened { raw, recv_timeout });
        }
        options.check_context()?;
        let request = OpenRequest {
            service: FastStr::from_static_str(service.name),
            method: FastStr::from_static_str(method.name),
            strings: options.metainfo(defaults.propagation),
            caller: defaults.caller.clone(),
            deadline: deadline.map(|deadline| deadline.at),
            timeout: deadline.map(|deadline| deadline.timeout),
            parent: options
                .context
                .as_ref()
                .and_then(Context::cancellation)
                .cloned(),
            ..OpenRequest::default()
        };
        let open = async { streams.open(&targets.pick().await?.into(), request).await };
        let raw = match deadline {
            None => open.await?,
            Some(deadline) => timeout_at(deadline.at, open)
                .await
                .unwrap_or_else(|_| Err(deadline_error(Some(deadline.timeout))))?,
        };
        Ok(Opened {
            raw,
            recv_timeout: options.recv_timeout.or(defaults.recv_timeout),
        })
    }

    /// Makes a ping-pong or oneway call of the method, which must be of `mode`.
    pub(super) async fn call(
        &self,
        method: usize,
        mode: Mode,
        args: &(dyn Encode + Sync),
        mut options: CallOptions,
    ) -> Result<PingPongReply> {
        let (index, method) = (method, self.method(method, mode)?);
        let Shared {
            service,
            destination,
            targets,
            defaults,
            calls,
            grpc,
            ..
        } = &*self.0;
        let deadline = options.deadline(defaults.rpc_timeout);
        if let Some(grpc) = grpc {
            options
                .check_context()
                .map_err(|reason| of_parent(&reason))?;
            let call = grpc.call(index, mode, options, defaults, deadline)?;
            let reply = grpc.unary(targets, call, args).await?;
            return Ok(PingPongReply {
                result: reply.message,
                header: reply.header,
                backward: reply.trailer,
            });
        }
        options.check_context()?;
        let caller_method = options
            .context
            .as_ref()
            .map(Context::method)
            .unwrap_or_default();
        let request = PingPongRequest {
            transport: defaults.unary_transport,
            service: service.name,
            method: method.name,
            one_way: mode == Mode::OneWay,
            args,
            // Never hop after hop: that is for streams (4.3).
            metainfo: options.metainfo(TransientPropagation::SingleHop),
            caller: defaults.caller.clone(),
            caller_method: FastStr::from_static_str(caller_method),
            destination: destination.clone(),
            rpc_timeout: deadline.map(|deadline| deadline.remaining()),
            connect_timeout: defaults.connect_timeout,
        };
        let call = async { calls.call(targets.pick().await?, &request).await };
        match &options.context {
            None => call.await,
            Some(context) => tokio::select! {
                biased;
                reply = call => reply,
                reason = context.cancelled() => Err(reason),
            },
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
