//! A service by the names of its methods, a server of it, and calls of it.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use streamgen_runtime::codec::{DecodeError, Encode, FieldSink, Reader, Struct};
use streamgen_runtime::unstable::client::{Reply, UnaryWire};
use streamgen_runtime::unstable::io::Endpoint;
use streamgen_runtime::unstable::pingpong::{Framing, PingPongPool, PoolConfig, serve_connection};
use streamgen_runtime::unstable::{
    Cancellation, Dispatch, Incoming, Outgoing, PingPongFailure, PingPongHandler, PingPongOutcome,
    ServerRaw, StreamHandler,
};
use streamgen_runtime::{
    ApplicationException, BizStatusError, Error, ErrorKind, FastStr, Message, Metadata, MethodInfo,
    Mode, PayloadCodec, Result, ServiceInfo, Transport,
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
    fn find(
        &self,
        _: &str,
        _: &str,
        method: &str,
    ) -> Result<(Mode, PayloadCodec), ApplicationException> {
        let text = format!("unknown method {method}");
        Err(ApplicationException::new(
            ApplicationException::UNKNOWN_METHOD,
            text,
        ))
    }

    fn open_stream(
        &self,
        _: Incoming,
        _: Arc<dyn ServerRaw>,
        _: Cancellation,
    ) -> Result<StreamHandler, ApplicationException> {
        Err(ApplicationException::new(
            ApplicationException::UNKNOWN_METHOD,
            "no streams here",
        ))
    }

    fn ping_pong(
        &self,
        incoming: Incoming,
        args: Bytes,
        cancellation: Cancellation,
    ) -> Result<(PingPongHandler, bool), ApplicationException> {
        let method = incoming.method.clone();
        let known = ["Echo", "Biz", "Fail", "Typed", "Fire", "Hold", "Back"];
        if !known.contains(&method.as_str()) {
            let text = format!("unknown method {method} (service {})", incoming.service);
            return Err(ApplicationException::new(
                ApplicationException::UNKNOWN_METHOD,
                text,
            ));
        }
        let one_way = method == "Fire";
        let handler = async move { run(&incoming, args, cancellation).await };
        Ok((Box::pin(handler), one_way))
    }
}

async fn run(incoming: &Incoming, args: Bytes, cancellation: Cancellation) -> PingPongOutcome {
    let mut backward = Metadata::new();
    let result: Result<Box<dyn Encode + Send>> = match incoming.method.as_str() {
        "Biz" => Err(BizStatusError::new(10_001, "peer biz")
            .extra("k", "v")
            .into()),
        "Fail" => Err(Error::application("peer plain error")),
        "Typed" => Err(Error::new(ErrorKind::Protocol, 1900, "peer trans error")),
        "Hold" => Err(cancellation.cancelled().await),
        "Back" => {
            backward.insert("PEER_BACK", "b1");
            let seen = incoming
                .metadata
                .get("RPC_TRANSIT_K")
                .unwrap_or_default()
                .to_owned();
            Ok(Box::new(Text(seen.into())))
        }
        _ => match Text::decode_from(args) {
            Ok(text) => Ok(Box::new(text)),
            Err(error) => {
                let result = Err(PingPongFailure::Arguments(error));
                return PingPongOutcome {
                    result,
                    header: Metadata::new(),
                    backward,
                    uncompressed: false,
                };
            }
        },
    };
    let result = result.map_err(PingPongFailure::Handler);
    PingPongOutcome {
        result,
        header: Metadata::new(),
        backward,
        uncompressed: false,
    }
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

pub(crate) static SERVICE: ServiceInfo = ServiceInfo::new(
    "Svc",
    "svc",
    PayloadCodec::Thrift,
    Transport::TtHeaderStreaming,
    &[
        MethodInfo::new("Echo", Mode::PingPong),
        MethodInfo::new("Biz", Mode::PingPong),
        MethodInfo::new("Fail", Mode::PingPong),
        MethodInfo::new("Typed", Mode::PingPong),
        MethodInfo::new("Hold", Mode::PingPong),
        MethodInfo::new("Back", Mode::PingPong),
        MethodInfo::new("Missing", Mode::PingPong),
        MethodInfo::new("Fire", Mode::OneWay),
    ],
);

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
