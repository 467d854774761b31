//! A service by the names of its methods, a server of it, and calls of it.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::codec::{DecodeError, FieldSink, Reader, Struct};
use streamgen_runtime::unstable::client::{Reply, UnaryWire};
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig, serve_connection};
use streamgen_runtime::unstable::{
    CallResult, Cancellation, Dispatch, Incoming, Outgoing, PingPongFailure, PingPongHandler,
    Route, ServerRaw, SharedAnswer, StreamHandler, Target,
};
use streamgen_runtime::{
    ApplicationException, BizStatusError, Error, ErrorKind, FastStr, Message, MethodInfo, Mode,
    PayloadCodec, Result, ServiceInfo, Transport,
};
use tokio::net::TcpListener;

/// One string in field 1: arguments and result of every method here.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Text(pub(crate) FastStr);

impl Struct for Text {
    const NAME: &'static str = "Text";

    fn encode_fields<S: FieldSink>(&self, sink: &mut S) {
        sink.field(1, &self.0);
    }

    fn decode_fields(&mut self, r: &mut Reader<'_>) -> Result<(), DecodeError> {
        let mut fields = r.fields(Self::NAME);
        while fields.more()? {
            fields.field(1, &mut self.0)?;
        }
        Ok(())
    }
}

/// A service by the names of its methods.
pub(crate) struct Service;

impl Dispatch for Service {
    fn route(&self, incoming: &Incoming) -> Result<Route, ApplicationException> {
        let method = &incoming.method;
        let index = SERVICE.method_index(method).filter(|_| method != "Missing");
        let Some(index) = index else {
            let text = format!("unknown method {method} (service {})", incoming.service);
            return Err(ApplicationException::new(
                ApplicationException::UNKNOWN_METHOD,
                text,
            ));
        };
        let service = match incoming.payload {
            PayloadCodec::Protobuf => &IN_PROTOBUF,
            _ => &SERVICE,
        };
        Ok(Route::new(Arc::new(Service), service, index))
    }
}

impl Target for Service {
    fn stream(
        &self,
        _: usize,
        _: Incoming,
        _: Arc<dyn ServerRaw>,
        _: Cancellation,
    ) -> StreamHandler {
        unreachable!("no method streams")
    }

    fn call(
        &self,
        _: usize,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> (PingPongHandler, SharedAnswer) {
        let answer = SharedAnswer::default();
        let gathered = Arc::clone(&answer);
        let handler = async move { run(&incoming, args, cancellation, &gathered).await };
        (Box::pin(handler), answer)
    }
}

async fn run(
    incoming: &Incoming,
    args: Bytes,
    cancellation: Cancellation,
    answer: &SharedAnswer,
) -> CallResult {
    let error: Error = match incoming.method.as_str() {
        "Biz" => BizStatusError::new(10_001, "peer biz")
            .extra("k", "v")
            .into(),
        "Fail" => Error::application("peer plain error"),
        "Typed" => Error::new(ErrorKind::Protocol, 1900, "peer trans error"),
        "Hold" => cancellation.cancelled().await,
        "Back" => {
            answer.lock().unwrap().trailer.insert("PEER_BACK", "b1");
            let seen = incoming.metadata.get("RPC_TRANSIT_K").unwrap_or_default();
            return Ok(Box::new(Text(seen.to_owned().into())));
        }
        _ => {
            let text = Text::decode_from(args).map_err(PingPongFailure::Arguments)?;
            return Ok(Box::new(text));
        }
    };
    Err(error.into())
}

pub(crate) async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((io, peer)) = listener.accept().await {
            let serving = serve_connection(
                io,
                BytesMut::new(),
                Some(peer),
                Arc::new(Service),
                Default::default(),
                std::future::pending(),
            );
            tokio::spawn(serving);
        }
    });
    address
}

pub(crate) const ALL: [Framing; 4] = [
    Framing::Buffered,
    Framing::Framed,
    Framing::TtHeader,
    Framing::TtHeaderFramed,
];

const METHODS: &[MethodInfo] = &[
    MethodInfo::new("Echo", Mode::PingPong),
    MethodInfo::new("Biz", Mode::PingPong),
    MethodInfo::new("Fail", Mode::PingPong),
    MethodInfo::new("Typed", Mode::PingPong),
    MethodInfo::new("Hold", Mode::PingPong),
    MethodInfo::new("Back", Mode::PingPong),
    MethodInfo::new("Missing", Mode::PingPong),
    MethodInfo::new("Fire", Mode::OneWay),
];

pub(crate) static SERVICE: ServiceInfo = service(PayloadCodec::Thrift);
static IN_PROTOBUF: ServiceInfo = service(PayloadCodec::Protobuf);

const fn service(payload: PayloadCodec) -> ServiceInfo {
    ServiceInfo::new("Svc", "svc", payload, Transport::TtHeaderStreaming, METHODS)
}

pub(crate) fn request(method: &str) -> Outgoing {
    let index = SERVICE.method_index(method).unwrap();
    let mut call = Outgoing::new(&SERVICE, &SERVICE.methods[index]);
    call.metainfo.insert("RPC_TRANSIT_K", "v");
    call.caller = FastStr::from_static_str("test");
    call.destination = FastStr::from_static_str("svc");
    call
}

/// A pool for calls in that framing.
pub(crate) fn pool(transport: Framing) -> PingPongPool {
    PingPongPool::new(transport, PoolConfig::default())
}

pub(crate) async fn call(
    pool: &PingPongPool,
    address: SocketAddr,
    request: &Outgoing,
    args: &Text,
) -> Result<Reply> {
    let endpoint = Endpoint::from(address);
    pool.unary((&endpoint).into(), request, args).await
}
