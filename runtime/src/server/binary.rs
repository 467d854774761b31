//! Serving calls as bytes, without an IDL: every call of a service, or every call that no service of the
//! server takes.

use std::sync::Arc;

use faststr::FastStr;

use super::builder::ServerBuilder;
use super::handlers::{bidi_streaming, unary};
use super::service::{Arguments, PingPongFuture, ServerStream, Service, StreamFuture};
use crate::call::Shape;
use crate::codec::RawMessage;
use crate::context::Context;
use crate::error::{Code, Error, Result};
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};
use crate::streaming::BidiStreamingServer;
use crate::wire::PingPongFailure;

/// Handles calls of any method as bytes: what Kitex's `ServiceV2` is with `BinaryThriftGenericV2` and
/// `BinaryPbGeneric`, and its `UnknownServiceOrMethodHandler`.
///
/// The context says which service and method the call is for, in which codec, over which wire:
/// [`Context::service`], [`Context::method`], [`Context::package`], [`Context::payload`],
/// [`Context::protocol`].
///
/// Without an IDL, only the wire tells how messages flow. A ping-pong wire has a request and a reply
/// ([`call`](Self::call)). On TTHeader Streaming and gRPC everything is a bidirectional stream
/// ([`stream`](Self::stream)), calls of one request and one response over gRPC among them, as in
/// Kitex.
///
/// ```
/// use streamgen_runtime::server::BinaryHandler;
/// use streamgen_runtime::{Context, RawMessage, Result, Server};
///
/// /// Answers what it is asked. Of a Thrift method, the request is the struct of the arguments.
/// struct Mirror;
///
/// impl BinaryHandler for Mirror {
///     async fn call(&self, _cx: Context, request: RawMessage) -> Result<RawMessage> {
///         Ok(request)
///     }
/// }
///
/// let builder = Server::builder().add_unknown_handler(Mirror);
/// ```
pub trait BinaryHandler: Send + Sync + 'static {
    /// Answers a call over a ping-pong wire. Thrift: the request is the struct of the arguments, and the
    /// response that of the result, with the return value in field 0 or a declared exception in its
    /// field. Protobuf: they are the messages. What a oneway method returns is not sent.
    ///
    /// By default, the caller gets an error: nobody handles such calls.
    ///
    /// # Errors
    /// What the caller is to get; a business error among it. An exception with which another server has
    /// answered a ping-pong call goes on as it is, with its type and text.
    fn call(
        &self,
        cx: Context,
        request: RawMessage,
    ) -> impl Future<Output = Result<RawMessage>> + Send {
        let _ = request;
        std::future::ready(Err(unhandled(&cx)))
    }

    /// Serves a stream. Its messages are those of the method, but for a call of a Thrift method with one
    /// request and one response over gRPC: these are the structs of the arguments and the result.
    ///
    /// By default, the caller gets an error: nobody handles such calls.
    ///
    /// # Errors
    /// What the caller is to get; a business error among it.
    fn stream(
        &self,
        cx: Context,
        stream: BidiStreamingServer<RawMessage, RawMessage>,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = stream;
        std::future::ready(Err(unhandled(&cx)))
    }
}

/// Kitex answers with an error of its own here, too.
#[cold]
fn unhandled(cx: &Context) -> Error {
    let text = format!("nobody handles calls over {} here", cx.protocol());
    Error::grpc_status(Code::UNIMPLEMENTED, text)
}

/// In the place of names that a request has: what metrics and bounds are kept by.
const ANY: &str = "*";

/// How the wires tell calls apart; [`index_of`] gives the place of each.
const METHODS: &[MethodInfo] = &[
    MethodInfo::new(ANY, Mode::PingPong),
    MethodInfo::new(ANY, Mode::OneWay),
    MethodInfo::new(ANY, Mode::BidiStreaming),
];

/// The index of the method in `METHODS` that stands for all calls of this shape.
pub(super) const fn index_of(shape: Shape) -> usize {
    match shape {
        Shape::Call => 0,
        Shape::OneWay => 1,
        Shape::Stream => 2,
    }
}

const fn info(payload: PayloadCodec) -> ServiceInfo {
    ServiceInfo::new(ANY, "", payload, Transport::Grpc, METHODS)
}

static THRIFT: ServiceInfo = info(PayloadCodec::Thrift);
static PROTOBUF: ServiceInfo = info(PayloadCodec::Protobuf);

/// A handler as the services that take its calls, one for each codec.
pub(super) struct AnyService {
    pub(super) thrift: Arc<dyn Service>,
    pub(super) protobuf: Arc<dyn Service>,
}

impl AnyService {
    fn new(handler: impl BinaryHandler) -> Self {
        let handler = Arc::new(handler);
        let service = |info| BinaryService {
            handler: Arc::clone(&handler),
            info,
        };
        Self {
            thrift: Arc::new(service(&THRIFT)),
            protobuf: Arc::new(service(&PROTOBUF)),
        }
    }
}

struct BinaryService<H> {
    handler: Arc<H>,
    info: &'static ServiceInfo,
}

/// What another server has answered goes on as it is, and is no error of this handler.
fn passed_on(failure: PingPongFailure) -> PingPongFailure {
    match &failure {
        PingPongFailure::Handler(error) => match error.as_remote() {
            Some(exception) => PingPongFailure::Exception(exception),
            None => failure,
        },
        _ => failure,
    }
}

impl<H: BinaryHandler> Service for BinaryService<H> {
    fn info(&self) -> &'static ServiceInfo {
        self.info
    }

    fn ping_pong(&self, _: usize, cx: Context, args: Arguments) -> PingPongFuture {
        let handler = Arc::clone(&self.handler);
        let answered = unary(cx, args, move |cx, request| async move {
            handler.call(cx, request).await
        });
        Box::pin(async move { answered.await.map_err(passed_on) })
    }

    fn stream(&self, _: usize, cx: Context, stream: ServerStream) -> StreamFuture {
        let handler = Arc::clone(&self.handler);
        bidi_streaming(stream, move |stream| async move {
            handler.stream(cx, stream).await
        })
    }
}

impl ServerBuilder {
    /// Adds a handler of all calls that name this service, whatever their method and codec. The name is
    /// that of the IDL, without a package. Calls that name no service (Framed, Buffered) go to other
    /// services, or to [`add_unknown_handler`](Self::add_unknown_handler).
    pub fn add_binary_service(self, name: impl Into<FastStr>, handler: impl BinaryHandler) -> Self {
        self.add_any(Some(name.into()), AnyService::new(handler))
    }

    /// Adds a handler of all calls that this server would refuse, because it does not have their service
    /// or their method: Kitex's `RegisterUnknownServiceOrMethodHandler`. Calls that name no service or
    /// an unknown one still find a service of this server that has their method, as without it. With
    /// [`refuse_calls_without_service`](Self::refuse_calls_without_service), they come here. A server
    /// has one such handler at most, and needs no other service.
    pub fn add_unknown_handler(self, handler: impl BinaryHandler) -> Self {
        self.add_any(None, AnyService::new(handler))
    }
}
