//! Calls of bytes, by names that the program learns while it runs.

use std::fmt;
use std::sync::Arc;

use faststr::FastStr;

use super::channel::Channel;
use super::ping_pong::OneWayCall;
use super::service_client::ServiceClient;
use super::streams::{BidiStreamingCall, ClientStreamingCall, ServerStreamingCall};
use super::unary::UnaryCall;
use crate::call::Names;
use crate::codec::RawMessage;
use crate::service::{MethodInfo, Mode, PayloadCodec, ServiceInfo, Transport};

/// Makes calls of a service whose messages are bytes, without an IDL: for proxies, and for what has
/// another codec of its own. It is what Kitex's generic client is with `BinaryThriftGenericV2` or
/// `BinaryPbGeneric`. Cloning is cheap.
///
/// Calls and streams are those of typed clients, with all of their options, middleware and errors. The
/// caller says how the method talks, which no IDL says here.
///
/// ```no_run
/// use streamgen_runtime::RawMessage;
/// use streamgen_runtime::client::{BinaryClient, Channel};
///
/// # async fn run() -> streamgen_runtime::Result<()> {
/// let channel = Channel::builder("echo-server").address("127.0.0.1:8888").build()?;
/// let client = BinaryClient::thrift("TestService", channel);
///
/// // The struct of the arguments, without a field; a stream's message would be the bare struct.
/// let reply = client.call("Ping", RawMessage::from(vec![0])).await?;
/// println!("{} bytes", reply.len());
///
/// let mut stream = client.bidi_streaming("Echo").metainfo("TENANT", "t1").await?;
/// stream.send(RawMessage::from(vec![0])).await?;
/// let answer = stream.recv().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct BinaryClient {
    calls: ServiceClient,
    package: FastStr,
    service: FastStr,
}

/// In the place of names, which each call brings: what metrics are kept by.
const ANY: &str = "*";

const fn any(mode: Mode) -> MethodInfo {
    MethodInfo::new(ANY, mode)
}

/// The method that stands for all of its mode has the index of that mode.
const METHODS: &[MethodInfo] = &[
    any(Mode::PingPong),
    any(Mode::Unary),
    any(Mode::OneWay),
    any(Mode::ClientStreaming),
    any(Mode::ServerStreaming),
    any(Mode::BidiStreaming),
];

const PING_PONG: usize = 0;
const UNARY: usize = 1;
const ONE_WAY: usize = 2;
const CLIENT_STREAMING: usize = 3;
const SERVER_STREAMING: usize = 4;
const BIDI_STREAMING: usize = 5;

static THRIFT: ServiceInfo = ServiceInfo::new(
    ANY,
    "",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    METHODS,
);
static PROTOBUF: ServiceInfo =
    ServiceInfo::new(ANY, "", PayloadCodec::Protobuf, Transport::Grpc, METHODS);

impl BinaryClient {
    /// Makes a client of a service of a Thrift IDL: Kitex's `BinaryThriftGenericV2`. Without a wire in the
    /// channel's settings, streams use TTHeader Streaming, and other calls use Framed. Over gRPC, set the
    /// [`package`](Self::package) that the server's paths have; Kitex's servers do without.
    ///
    /// The request and the response of [`call`](Self::call) and [`unary`](Self::unary) are the structs of
    /// the arguments and of the result. An exception that the IDL declares is in the latter.
    #[must_use]
    pub fn thrift(service: impl Into<FastStr>, channel: Channel) -> Self {
        Self::of(&THRIFT, service.into(), channel)
    }

    /// Makes a client of a service of a Protobuf IDL: Kitex's `BinaryPbGeneric`. Without a wire in the
    /// channel's settings, its calls use gRPC; no other wire carries its streams. Other servers than
    /// Kitex's find no service without its [`package`](Self::package).
    #[must_use]
    pub fn protobuf(service: impl Into<FastStr>, channel: Channel) -> Self {
        Self::of(&PROTOBUF, service.into(), channel)
    }

    /// Makes the client of a codec; see [`thrift`](Self::thrift) and [`protobuf`](Self::protobuf).
    #[must_use]
    pub fn of_payload(
        payload: PayloadCodec,
        service: impl Into<FastStr>,
        channel: Channel,
    ) -> Self {
        match payload {
            PayloadCodec::Thrift => Self::thrift(service, channel),
            PayloadCodec::Protobuf => Self::protobuf(service, channel),
        }
    }

    fn of(info: &'static ServiceInfo, service: FastStr, channel: Channel) -> Self {
        Self {
            calls: ServiceClient::new(info, channel),
            package: FastStr::empty(),
            service,
        }
    }

    /// What stands before the service in a path of gRPC: the package of a Protobuf IDL, the last part of
    /// the Go namespace of a Thrift IDL. Other wires carry none.
    #[must_use]
    pub fn package(mut self, package: impl Into<FastStr>) -> Self {
        self.package = package.into();
        self
    }

    fn names(&self, method: impl Into<FastStr>) -> Arc<Names> {
        Arc::new(Names {
            package: self.package.clone(),
            service: self.service.clone(),
            method: method.into(),
        })
    }

    /// A call that gets one reply, over the wire of ping-pong calls.
    pub fn call(
        &self,
        method: impl Into<FastStr>,
        request: impl Into<RawMessage>,
    ) -> UnaryCall<RawMessage, RawMessage> {
        let call = self.calls.unary(PING_PONG, request.into());
        call.named(self.names(method))
    }

    /// A call of a method with `streaming.mode = "unary"`, which gets one reply and goes over gRPC.
    pub fn unary(
        &self,
        method: impl Into<FastStr>,
        request: impl Into<RawMessage>,
    ) -> UnaryCall<RawMessage, RawMessage> {
        let call = self.calls.unary(UNARY, request.into());
        call.named(self.names(method))
    }

    /// A call of a oneway method: nothing ever comes back.
    pub fn one_way(
        &self,
        method: impl Into<FastStr>,
        request: impl Into<RawMessage>,
    ) -> OneWayCall<RawMessage> {
        let call = self.calls.one_way(ONE_WAY, request.into());
        call.named(self.names(method))
    }

    /// A call of a method with many requests and one response.
    pub fn client_streaming(
        &self,
        method: impl Into<FastStr>,
    ) -> ClientStreamingCall<RawMessage, RawMessage> {
        let call = self.calls.client_streaming(CLIENT_STREAMING);
        call.named(self.names(method))
    }

    /// A call of a method with one request and many responses.
    pub fn server_streaming(
        &self,
        method: impl Into<FastStr>,
        request: impl Into<RawMessage>,
    ) -> ServerStreamingCall<RawMessage, RawMessage> {
        let call = self
            .calls
            .server_streaming(SERVER_STREAMING, request.into());
        call.named(self.names(method))
    }

    /// A call of a method with many of each; also of any other one that is a stream on its wire, for who
    /// does not know more.
    pub fn bidi_streaming(
        &self,
        method: impl Into<FastStr>,
    ) -> BidiStreamingCall<RawMessage, RawMessage> {
        let call = self.calls.bidi_streaming(BIDI_STREAMING);
        call.named(self.names(method))
    }
}

impl fmt::Debug for BinaryClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BinaryClient")
            .field("package", &self.package)
            .field("service", &self.service)
            .field("calls", &self.calls)
            .finish()
    }
}
